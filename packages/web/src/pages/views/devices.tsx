import type { FactorView } from '@tidelock/engine';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { Field } from '../components/field.tsx';
import { Instant } from '../components/instant.tsx';
import { CsrfField } from '../components/page.tsx';
import type { PagePaths } from '../page-paths.ts';

export interface DevicesProps {
  readonly factors: readonly FactorView[];
  readonly paths: PagePaths;
  readonly csrf: string;
}

/** Every device with its name, its dates, and what can be done with it (S29). */
export function Devices({ factors, ...rest }: DevicesProps): JSX.Element {
  const shown = factors.filter(({ status }) => status !== 'pending');
  return (
    <ul class="devices">
      {shown.map((factor) => (
        <Device factor={factor} {...rest} />
      ))}
    </ul>
  );
}

interface DeviceProps extends Omit<DevicesProps, 'factors'> {
  readonly factor: FactorView;
}

function Device({ factor, paths, csrf }: DeviceProps): JSX.Element {
  const { id, label, status, createdAt, activatedAt, lastUsedAt } = factor;
  return (
    <li>
      <div>
        <h3>{label}</h3>
        <p>
          Added <Instant at={activatedAt ?? createdAt} />
        </p>
        <p>{lastUsedAt === null ? 'Not used yet' : <>Last used {<Instant at={lastUsedAt} />}</>}</p>
        {status === 'disabled' && (
          <p class="careful">Switched off after too many wrong codes: remove it, and add it again.</p>
        )}
      </div>
      <form method="post" action={paths.revoke}>
        <CsrfField csrf={csrf} />
        <input type="hidden" name="factor" value={id} />
        <button class="danger" type="submit">
          Remove<span class="unseen">{` ${label}`}</span>
        </button>
      </form>
      <details>
        <summary>
          Replace<span class="unseen">{` ${label}`}</span>
        </summary>
        <form method="post" action={paths.enroll}>
          <CsrfField csrf={csrf} />
          <input type="hidden" name="replaces" value={id} />
          <Field
            name="label"
            id={`new-${id}`}
            label="What do you call the new device?"
            hint="This one works until the new one does"
            value={label}
            maxLength={64}
          />
          <button type="submit">Set the new one up</button>
        </form>
      </details>
      <details>
        <summary>
          Rename<span class="unseen">{` ${label}`}</span>
        </summary>
        <form method="post" action={paths.rename}>
          <CsrfField csrf={csrf} />
          <input type="hidden" name="factor" value={id} />
          <Field name="label" id={`label-${id}`} label="New name" value={label} maxLength={64} />
          <button type="submit">Save the name</button>
        </form>
      </details>
    </li>
  );
}
