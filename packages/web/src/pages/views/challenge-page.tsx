import type { JSX } from 'hono/jsx/jsx-runtime';
import { CodeField } from '../components/field.tsx';
import { ErrorSummary } from '../components/message.tsx';
import { CsrfField, Page, type PageFrame } from '../components/page.tsx';
import type { CodeKind, RefusalWords } from '../words/refusal-words.ts';

export interface ChallengePageProps {
  readonly frame: PageFrame;
  readonly path: string;
  readonly signOutPath: string;
  readonly recoveryPath: string;
  readonly csrf: string;
  readonly kind: CodeKind;
  readonly error: RefusalWords | null;
}

/** The second step of a sign-in: one field, for either kind of code. */
export function ChallengePage(props: ChallengePageProps): JSX.Element {
  const { frame, path, signOutPath, recoveryPath, csrf, kind, error } = props;
  const title = kind === 'app' ? 'Enter your code' : 'Enter a backup code';
  return (
    <Page frame={frame} title={title} hasError={error !== null}>
      <div class="narrow">
        {error !== null && <ErrorSummary message={error.message} fieldId="code" />}
        <h1>{title}</h1>
        <p class="lead">
          {kind === 'app'
            ? 'Your password was right. One more step: open your authenticator app and type the code that it shows.'
            : 'Your password was right. Type one of the codes that you kept when you turned this on. Each works once.'}
        </p>
        <form class="card" method="post" action={kind === 'app' ? path : `${path}?use=backup-code`}>
          <CsrfField csrf={csrf} />
          <CodeField {...codeFieldWords(kind)} kind={kind} error={error?.atField ?? null} />
          <div class="actions">
            <button class="primary" type="submit">
              Sign in
            </button>
          </div>
          <p class="aside">
            {kind === 'app' ? (
              <a class="tall" href={`${path}?use=backup-code`}>
                Use a backup code
              </a>
            ) : (
              <a class="tall" href={path}>
                Use your authenticator app
              </a>
            )}
          </p>
        </form>
        <p class="aside">
          <a class="tall" href={recoveryPath}>
            Lost your device and your backup codes?
          </a>
        </p>
        <form method="post" action={signOutPath}>
          <CsrfField csrf={csrf} />
          <button class="quiet" type="submit">
            Cancel and sign out
          </button>
        </form>
      </div>
    </Page>
  );
}

/** The words of the one field, the same wherever a code is asked for. */
export function codeFieldWords(kind: CodeKind): { readonly label: string; readonly hint: string } {
  return kind === 'app'
    ? { label: 'Code from your app', hint: 'The digits that the app shows now' }
    : { label: 'Backup code', hint: 'Dashes and capitals do not matter' };
}
