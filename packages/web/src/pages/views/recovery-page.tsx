import type { RecoveryView } from '@tidelock/engine';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { MailedCodeField } from '../components/field.tsx';
import { Instant } from '../components/instant.tsx';
import { ErrorSummary, Notice } from '../components/message.tsx';
import { CsrfField, Page, type PageFrame } from '../components/page.tsx';
import type { PagePaths } from '../page-paths.ts';
import type { RefusalWords } from '../words/refusal-words.ts';
import { formatWait } from '../words/time-words.ts';

/** Who gets a code: the owner, or those whom the owner named to vouch. */
export type CodeHolder = 'owner' | 'contact';

const sentWords: { readonly [holder in CodeHolder]: string } = {
  owner: 'A code was sent to your e-mail addresses. It works for a few minutes.',
  contact: 'A code was sent to the people whom you named. Ask them for it.',
};

export interface RecoveryPageProps {
  readonly frame: PageFrame;
  readonly paths: PagePaths;
  readonly csrf: string;
  readonly recovery: RecoveryView | null;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Whom a code was just sent to. */
  readonly sentTo: CodeHolder | null;
  readonly error: RefusalWords | null;
  /** Whose code the error is about. */
  readonly errorAt: CodeHolder;
}

const title = 'Get back in without your device';

/** The way back, one step at a time. */
export function RecoveryPage(props: RecoveryPageProps): JSX.Element {
  const { frame, paths, recovery, error, errorAt, sentTo } = props;
  return (
    <Page frame={frame} title={title} hasError={error !== null}>
      <div class="narrow">
        {error !== null && (
          <ErrorSummary message={error.message} fieldId={errorAt === 'owner' ? 'code' : 'contact-code'} />
        )}
        {sentTo !== null && <Notice>{sentWords[sentTo]}</Notice>}
        <h1>{title}</h1>
        {steps[recovery?.state ?? 'none'](props)}
        <p class="aside">
          <a class="tall" href={paths.challenge}>
            {recovery === null ? 'I have a code after all' : 'I found my device: sign in with it'}
          </a>
        </p>
      </div>
    </Page>
  );
}

/** What each state shows; nothing was begun where there is none. */
const steps: {
  readonly [state in RecoveryView['state'] | 'none']: (props: RecoveryPageProps) => JSX.Element;
} = {
  none: Beginning,
  confirming: Proofs,
  waiting: Waiting,
  ready: LastWord,
  frozen: Frozen,
};

function Frozen(): JSX.Element {
  return (
    <Notice kind="warn">
      Somebody said that a recovery of this account was not theirs, so none can be begun now. Sign in with a
      device or a backup code, or ask whoever runs this site.
    </Notice>
  );
}

function Beginning({ paths, csrf }: RecoveryPageProps): JSX.Element {
  return (
    <>
      <p class="lead">
        For when your devices and your backup codes are lost. It takes a day or more, so that nobody can do it
        behind your back: every step is told to all your e-mail addresses.
      </p>
      <section class="card" aria-labelledby="how">
        <h2 id="how">How it goes</h2>
        <ol>
          <li>A code is sent to your e-mail address.</li>
          <li>You change your password, or somebody vouches for you.</li>
          <li>You wait. Until the end, it can be stopped.</li>
          <li>One more code, and your old devices are removed.</li>
        </ol>
        <SendForm path={paths.recoveryBegin} csrf={csrf} label="Send me a code" isPrimary />
      </section>
    </>
  );
}

function Proofs(props: RecoveryPageProps): JSX.Element {
  const { recovery, paths, csrf, error, errorAt } = props;
  const proofs = recovery?.proofs ?? null;
  if (proofs === null) return <Notice>An administrator has begun it.</Notice>;
  const ownerError = errorAt === 'owner' ? (error?.atField ?? null) : null;
  return (
    <>
      <p class="lead">Two proofs that it is you, and then a waiting time.</p>
      <section class="card" aria-labelledby="mailbox">
        <StepHead id="mailbox" text="1. Your mailbox" isDone={proofs.email === 'done'} />
        {proofs.email !== 'done' && (
          <>
            <CodeForm
              path={paths.recoveryConfirm}
              csrf={csrf}
              from="owner"
              error={ownerError}
              button="Confirm"
            />
            <p class="soft">No message yet? Look among the unwanted ones, too.</p>
            <SendForm path={paths.recoveryBegin} csrf={csrf} label="Send the code again" />
          </>
        )}
      </section>
      <section class="card" aria-labelledby="second">
        <StepHead
          id="second"
          text="2. One more proof"
          isDone={[proofs.password, proofs.administrator, proofs.contact].includes('done')}
        />
        <p>Any one of these:</p>
        {proofs.email === 'done' ? (
          <p>
            <a class="button" href={paths.changePassword}>
              Change your password
            </a>
          </p>
        ) : (
          <p class="soft">You change your password, once the code of the message was right.</p>
        )}
        <p class="soft">Or ask whoever runs this site to vouch for you.</p>
        {proofs.contact === 'possible' && <ContactProof {...props} />}
      </section>
    </>
  );
}

/** A code that somebody else got, who knows the person. */
function ContactProof({ paths, csrf, error, errorAt }: RecoveryPageProps): JSX.Element {
  const contactError = errorAt === 'contact' ? (error?.atField ?? null) : null;
  return (
    <details open={contactError !== null}>
      <summary>Ask the people whom you named</summary>
      <SendForm path={paths.recoveryBegin} csrf={csrf} to="contact" label="Send them a code" />
      <CodeForm
        path={paths.recoveryConfirm}
        csrf={csrf}
        from="contact"
        error={contactError}
        button="Confirm"
      />
    </details>
  );
}

function Waiting({ recovery, now }: RecoveryPageProps): JSX.Element {
  const readyAt = recovery?.readyAt ?? now;
  return (
    <section class="card" aria-labelledby="waiting">
      <h2 id="waiting">Now you wait</h2>
      <p class="lead">
        {`Another ${formatWait(readyAt - now)}: until `}
        <Instant at={readyAt} />
        {'.'}
      </p>
      <p>
        Nothing has been removed. All your e-mail addresses were told, with a link that stops it. Come back
        then and sign in with your password: one more code will be sent to you.
      </p>
    </section>
  );
}

function LastWord({ recovery, paths, csrf, error }: RecoveryPageProps): JSX.Element {
  if (recovery?.begunBy === 'administrator')
    return <Notice>The waiting time is over. Whoever runs this site finishes it.</Notice>;
  return (
    <>
      <p class="lead">The waiting time is over. One more code, and your old devices are removed.</p>
      <section class="card" aria-labelledby="last">
        <h2 id="last">The last code</h2>
        <Notice kind="warn">
          Your devices and backup codes stop working. You then sign in with your password, and set two-factor
          authentication up anew.
        </Notice>
        <SendForm path={paths.recoveryBegin} csrf={csrf} label="Send me the last code" />
        <p class="soft">Then type it here.</p>
        <CodeForm
          path={paths.recoveryConfirm}
          csrf={csrf}
          from="owner"
          error={error?.atField ?? null}
          button="Remove my old devices"
        />
      </section>
    </>
  );
}

function StepHead(props: {
  readonly id: string;
  readonly text: string;
  readonly isDone: boolean;
}): JSX.Element {
  return (
    <div class="head">
      <h2 id={props.id}>{props.text}</h2>
      {props.isDone && <span class="badge on">Done</span>}
    </div>
  );
}

interface SendFormProps {
  readonly path: string;
  readonly csrf: string;
  readonly label: string;
  readonly to?: CodeHolder;
  readonly isPrimary?: boolean;
}

function SendForm({ path, csrf, label, to = 'owner', isPrimary = false }: SendFormProps): JSX.Element {
  return (
    <form method="post" action={path}>
      <CsrfField csrf={csrf} />
      <input type="hidden" name="to" value={to} />
      <button class={isPrimary ? 'primary' : ''} type="submit">
        {label}
      </button>
    </form>
  );
}

interface CodeFormProps {
  readonly path: string;
  readonly csrf: string;
  readonly from: CodeHolder;
  readonly error: string | null;
  readonly button: string;
}

function CodeForm({ path, csrf, from, error, button }: CodeFormProps): JSX.Element {
  return (
    <form method="post" action={path}>
      <CsrfField csrf={csrf} />
      <input type="hidden" name="from" value={from} />
      <MailedCodeField id={from === 'owner' ? 'code' : 'contact-code'} error={error} />
      <div class="actions">
        <button class="primary" type="submit">
          {button}
        </button>
      </div>
    </form>
  );
}
