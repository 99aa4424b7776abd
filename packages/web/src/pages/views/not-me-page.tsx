import type { JSX } from 'hono/jsx/jsx-runtime';
import { Notice } from '../components/message.tsx';
import { CsrfField, Page, type PageFrame } from '../components/page.tsx';

/** Before the button, after it, and where the link does nothing any more. */
export type NotMeState = 'asking' | 'stopped' | 'refused';

export interface NotMePageProps {
  readonly frame: PageFrame;
  readonly path: string;
  readonly signInPath: string;
  readonly csrf: string;
  readonly state: NotMeState;
  readonly account: string;
  readonly token: string;
}

const titles: { readonly [state in NotMeState]: string } = {
  asking: 'Was this not you?',
  stopped: 'It is stopped',
  refused: 'This link does nothing any more',
};

/** Stops a recovery that was not the owner's. */
export function NotMePage(props: NotMePageProps): JSX.Element {
  const { frame, state, signInPath } = props;
  return (
    <Page frame={frame} title={titles[state]}>
      <div class="narrow">
        <h1>{titles[state]}</h1>
        {state === 'asking' && <Asking {...props} />}
        {state === 'stopped' && (
          <>
            <Notice>Nothing was removed: your devices and backup codes work as before.</Notice>
            <p class="lead">
              Everybody was signed out, and nobody can begin it again without a code of yours. Somebody knows
              your password: change it now.
            </p>
            <a class="button primary" href={signInPath}>
              Sign in and change your password
            </a>
          </>
        )}
        {state === 'refused' && (
          <p class="lead">
            It was used already, or what it was for is over. Sign in to see whether all is well.
          </p>
        )}
      </div>
    </Page>
  );
}

function Asking({ path, csrf, account, token }: NotMePageProps): JSX.Element {
  return (
    <>
      <p class="lead">
        Somebody who knows your password says that they lost your devices, and wants to switch two-factor
        authentication off. If that was not you, stop it here. No password is needed.
      </p>
      <form class="card" method="post" action={path}>
        <CsrfField csrf={csrf} />
        <input type="hidden" name="account" value={account} />
        <input type="hidden" name="token" value={token} />
        <p>It is stopped at once, and everybody is signed out, you too.</p>
        <div class="actions">
          <button class="primary danger" type="submit">
            This was not me: stop it
          </button>
        </div>
      </form>
      <p class="soft">If it was you, close this page: nothing has happened.</p>
    </>
  );
}
