import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { PageAssets } from '../assets/page-assets.ts';
import { csrfField } from '../form.ts';

/** What stands around every page of an application. */
export interface PageFrame {
  /** The application's own name. */
  readonly brand: string;
  readonly homePath: string;
  readonly assets: PageAssets;
  /** Null where nobody is signed in. */
  readonly signedIn: SignedIn | null;
}

export interface SignedIn {
  readonly name: string;
  readonly signOutPath: string;
  readonly csrf: string;
}

export interface PageProps {
  readonly frame: PageFrame;
  /** The step that this page is; the first thing that a screen reader says. */
  readonly title: string;
  /** Whether the page tells of an error: its title then begins with it. */
  readonly hasError?: boolean;
  readonly children?: Child;
}

/** A whole document: header, one column, the stylesheet and the small script. */
export function Page({ frame, title, hasError = false, children }: PageProps): JSX.Element {
  const { brand, assets } = frame;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${hasError ? 'Error: ' : ''}${title} – ${brand}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href={assets.iconPath} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.stylesheetPath} />
        <script type="module" src={assets.scriptPath}></script>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <Header frame={frame} />
        <main id="main">{children}</main>
      </body>
    </html>
  );
}

function Header({ frame }: { readonly frame: PageFrame }): JSX.Element {
  const { brand, homePath, signedIn } = frame;
  return (
    <header class="bar">
      <a class="brand" href={homePath}>
        <Mark />
        <span>{brand}</span>
      </a>
      {signedIn !== null && (
        <form class="who" method="post" action={signedIn.signOutPath}>
          <CsrfField csrf={signedIn.csrf} />
          <span class="name">{signedIn.name}</span>
          <button class="quiet" type="submit">
            Sign out
          </button>
        </form>
      )}
    </header>
  );
}

/** Two bodies that turn in step. */
function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="26" height="26" aria-hidden="true" focusable="false">
      <circle cx="9.5" cy="14.5" r="7.5" fill="currentColor" />
      <circle cx="20" cy="4.5" r="3.2" fill="currentColor" />
    </svg>
  );
}

/** Every form has one: it says that the form came from a page of this session (C25). */
export function CsrfField({ csrf }: { readonly csrf: string }): JSX.Element {
  return <input type="hidden" name={csrfField} value={csrf} />;
}
