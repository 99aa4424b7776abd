import type { AccountView } from '@tidelock/engine';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { Field } from '../components/field.tsx';
import { Instant } from '../components/instant.tsx';
import { Notice } from '../components/message.tsx';
import { CsrfField, Page, type PageFrame } from '../components/page.tsx';
import type { PagePaths } from '../page-paths.ts';
import type { Activity } from '../words/activity-words.ts';
import { plural } from '../words/time-words.ts';
import { Devices } from './devices.tsx';

export interface SecurityPageProps {
  readonly frame: PageFrame;
  readonly paths: PagePaths;
  readonly csrf: string;
  readonly account: AccountView;
  readonly activity: readonly Activity[];
  /** What was just done. */
  readonly notice: string | null;
  /** Whether it must be turned on before anything else is open. */
  readonly isRequired: boolean;
}

const title = 'Two-factor authentication';
/** From then on the page reminds of making new ones. */
const fewCodes = 3;

/** Where somebody sees and changes their own second factor. */
export function SecurityPage(props: SecurityPageProps): JSX.Element {
  const { frame, account, notice } = props;
  const isOn = account.factors.some(({ status }) => status !== 'pending');
  return (
    <Page frame={frame} title={title}>
      {notice !== null && <Notice>{notice}</Notice>}
      <h1>{title}</h1>
      {isOn ? <TurnedOn {...props} /> : <TurnedOff {...props} />}
      <RecentActivity activity={props.activity} />
    </Page>
  );
}

function TurnedOff({ paths, csrf, isRequired }: SecurityPageProps): JSX.Element {
  return (
    <>
      <p class="lead">
        {isRequired && 'This site now asks everybody for a second step, and you have none yet. '}
        Add a second step to signing in: a code from an app on your phone. Whoever learns your password still
        stays outside.
      </p>
      <section class="card" aria-labelledby="turn-on">
        <div class="head">
          <h2 id="turn-on">Turn it on</h2>
          <span class="badge off">Off</span>
        </div>
        <p class="soft">
          You need an authenticator app: Google or Microsoft Authenticator, Aegis, 2FAS, 1Password, Bitwarden,
          or any other.
        </p>
        <form method="post" action={paths.enroll}>
          <CsrfField csrf={csrf} />
          <Field
            name="label"
            label="What do you call this device?"
            hint="So that you know it again when you have several"
            value="My phone"
            maxLength={64}
          />
          <button class="primary" type="submit">
            Turn on
          </button>
        </form>
      </section>
    </>
  );
}

function TurnedOn(props: SecurityPageProps): JSX.Element {
  const { account, paths, csrf } = props;
  return (
    <>
      <p class="lead">Signing in takes your password and a code.</p>
      <section class="card" aria-labelledby="devices">
        <div class="head">
          <h2 id="devices">Devices</h2>
          <span class="badge on">On</span>
        </div>
        <Devices factors={account.factors} paths={paths} csrf={csrf} />
        <details>
          <summary>Add another device</summary>
          <form method="post" action={paths.enroll}>
            <CsrfField csrf={csrf} />
            <Field name="label" id="new-label" label="What do you call it?" maxLength={64} />
            <button type="submit">Add it</button>
          </form>
        </details>
      </section>
      <BackupCodes {...props} />
    </>
  );
}

function BackupCodes({ account, paths, csrf }: SecurityPageProps): JSX.Element {
  const left = account.backupCodesLeft;
  return (
    <section class="card" aria-labelledby="backup-codes">
      <h2 id="backup-codes">Backup codes</h2>
      <p>
        {left === 0
          ? 'You have no backup codes left. Make new ones, or a lost phone locks you out.'
          : `You have ${plural(left, 'code')} left, for when your phone is not at hand.`}
        {left > 0 && left <= fewCodes && ' It is time to make new ones.'}
      </p>
      <form method="post" action={paths.backupCodes}>
        <CsrfField csrf={csrf} />
        <button type="submit">Make new codes</button>
      </form>
    </section>
  );
}

function RecentActivity({ activity }: { readonly activity: readonly Activity[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="activity">
      <h2 id="activity">Recent activity</h2>
      {activity.length === 0 ? (
        <p class="soft">Nothing yet.</p>
      ) : (
        <ul class="log">
          {activity.map(({ at, text, isWarning }) => (
            <li>
              <span class={isWarning ? 'careful' : ''}>{text}</span>
              <Instant at={at} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
