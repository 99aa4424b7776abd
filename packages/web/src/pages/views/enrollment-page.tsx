import type { JSX } from 'hono/jsx/jsx-runtime';
import { CodeField, MailedCodeField } from '../components/field.tsx';
import { ErrorSummary } from '../components/message.tsx';
import { CsrfField, Page, type PageFrame } from '../components/page.tsx';
import type { RefusalWords } from '../words/refusal-words.ts';

/** What an app needs to know, shown this once. */
export interface EnrollmentView {
  readonly factorId: string;
  readonly secret: string;
  readonly uri: string;
  /** A PNG in a data URI. */
  readonly qr: string;
  readonly accountName: string;
  /** Such as "Time-based, 6 digits, 30 seconds". */
  readonly kind: string;
}

export interface EnrollmentPageProps {
  readonly frame: PageFrame;
  readonly activatePath: string;
  readonly enrollPath: string;
  readonly backPath: string;
  readonly csrf: string;
  readonly label: string;
  readonly factorId: string;
  /** Null after a wrong code: a secret leaves the server once (rule 4), and is not shown again. */
  readonly enrollment: EnrollmentView | null;
  readonly error: RefusalWords | null;
  /** Whether the account has no device yet. */
  readonly isFirstDevice: boolean;
  /** The device that this one takes the place of. */
  readonly replaces: string | null;
  /** Whether a code was mailed that is asked for, too. */
  readonly isMailed: boolean;
  /** Whether to offer the command that shows codes without a phone. */
  readonly offersCommand: boolean;
}

const title = 'Set up your authenticator app';

/** The QR code, the key beside it, and the field for the first code. */
export function EnrollmentPage(props: EnrollmentPageProps): JSX.Element {
  const { frame, activatePath, csrf, label, factorId, enrollment, error, backPath } = props;
  return (
    <Page frame={frame} title={title} hasError={error !== null}>
      {error !== null && <ErrorSummary message={error.message} fieldId="code" />}
      <h1>{title}</h1>
      <p class="lead">It takes a minute, and any authenticator app will do.</p>
      <div class="card">
        <ol class="steps">
          <li>
            {enrollment === null ? (
              <KeyIsGone {...props} />
            ) : (
              <Scan enrollment={enrollment} offersCommand={props.offersCommand} brand={frame.brand} />
            )}
          </li>
          <li>
            <h2>Type the code that the app shows</h2>
            <form method="post" action={activatePath}>
              <CsrfField csrf={csrf} />
              <input type="hidden" name="factor" value={factorId} />
              <input type="hidden" name="label" value={label} />
              <input type="hidden" name="replaces" value={props.replaces ?? ''} />
              <CodeField
                kind="app"
                label="Code from your app"
                hint="The digits that the app shows now"
                error={error?.atField ?? null}
                isFirst={enrollment === null}
              />
              {props.isMailed && (
                <>
                  <p>A code was also sent to your e-mail addresses, since a device is replaced.</p>
                  <MailedCodeField id="email-code" name="emailCode" error={error?.atField ?? null} />
                </>
              )}
              <div class="actions">
                <button class="primary" type="submit">
                  {buttonOf(props)}
                </button>
                <a class="button" href={backPath}>
                  Cancel
                </a>
              </div>
            </form>
          </li>
        </ol>
      </div>
    </Page>
  );
}

function buttonOf({ isFirstDevice, replaces }: EnrollmentPageProps): string {
  if (replaces !== null) return 'Replace the device';
  return isFirstDevice ? 'Turn on' : 'Add the device';
}

interface ScanProps {
  readonly enrollment: EnrollmentView;
  readonly offersCommand: boolean;
  readonly brand: string;
}

function Scan({ enrollment, offersCommand, brand }: ScanProps): JSX.Element {
  const { qr, uri, secret, accountName, kind } = enrollment;
  return (
    <>
      <h2>Scan this with your app</h2>
      <div class="scan">
        <div class="qr">
          <img src={qr} alt="QR code for your authenticator app. The key beside it says the same." />
        </div>
        <div class="beside">
          <p>In the app, choose “add” or “+”, and point the camera here.</p>
          <p>Cannot scan? Type this key:</p>
          <p class="key" id="key" data-text={secret}>
            {groupsOfFour(secret).map((group) => (
              <span>{group}</span>
            ))}
          </p>
          <button type="button" data-copy="key" hidden>
            Copy the key
          </button>
          <p>
            <a class="tall" href={uri}>
              On this phone? Open your app
            </a>
          </p>
        </div>
      </div>
      <details>
        <summary>What an app may ask when you type the key</summary>
        <dl class="facts">
          <dt>Account</dt>
          <dd>{`${brand} (${accountName})`}</dd>
          <dt>Kind</dt>
          <dd>{kind}</dd>
        </dl>
      </details>
      {offersCommand && (
        <details>
          <summary>No phone at hand? Show codes in a terminal</summary>
          <code class="command" id="command">
            {commandFor(uri)}
          </code>
          <button type="button" data-copy="command" hidden>
            Copy the command
          </button>
        </details>
      )}
    </>
  );
}

function KeyIsGone({ csrf, label, enrollPath, replaces }: EnrollmentPageProps): JSX.Element {
  return (
    <>
      <h2>Did your app take the QR code?</h2>
      <p>If it shows an entry for this account, go on: that entry is still good.</p>
      <form method="post" action={enrollPath}>
        <CsrfField csrf={csrf} />
        <input type="hidden" name="label" value={label} />
        <input type="hidden" name="replaces" value={replaces ?? ''} />
        <p>
          If not, begin again with a new one. Each is shown only once, so that nobody can read it over your
          shoulder later.
        </p>
        <button type="submit">Show a new QR code</button>
      </form>
    </>
  );
}

/** For a shell: nothing in a name may end the quotes. */
function commandFor(uri: string): string {
  return `npx tidelock code '${uri.replaceAll("'", '%27')}' --watch`;
}

/** As a person reads a key aloud (S35). */
function groupsOfFour(secret: string): readonly string[] {
  return secret.match(/.{1,4}/g) ?? [];
}
