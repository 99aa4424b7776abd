import { CsrfField, ErrorSummary, Field, Notice, Page, type PageFrame } from '@tidelock/web';
import type { JSX } from 'hono/jsx/jsx-runtime';

export interface CredentialsPageProps {
  readonly frame: PageFrame;
  readonly kind: 'register' | 'login';
  readonly csrf: string;
  /** What was typed as the name; a password is never sent back. */
  readonly name?: string;
  readonly error?: CredentialsError | null;
  /** What was just done. */
  readonly notice?: string | null;
}

export interface CredentialsError {
  readonly field: 'name' | 'email' | 'password';
  readonly message: string;
}

const words = {
  register: {
    title: 'Create an account',
    lead: 'A name and a password to begin with.',
    button: 'Create account',
    other: { question: 'Have an account?', link: 'Sign in', href: '/login' },
  },
  login: {
    title: 'Sign in',
    lead: 'Name and password first.',
    button: 'Continue',
    other: { question: 'New here?', link: 'Create an account', href: '/register' },
  },
} as const;

/** Name and password, for whoever registers or signs in. */
export function CredentialsPage(props: CredentialsPageProps): JSX.Element {
  const { frame, kind, csrf, name = '', error = null, notice = null } = props;
  const { title, lead, button, other } = words[kind];
  const isNew = kind === 'register';
  return (
    <Page frame={frame} title={title} hasError={error !== null}>
      <div class="narrow">
        {error !== null && <ErrorSummary message={error.message} fieldId={error.field} />}
        {notice !== null && <Notice>{notice}</Notice>}
        <h1>{title}</h1>
        <p class="lead">{lead}</p>
        <form class="card" method="post">
          <CsrfField csrf={csrf} />
          <Field
            name="name"
            label="Name"
            value={name}
            autocomplete="username"
            maxLength={160}
            isFirst={error === null || error.field === 'name'}
            error={error?.field === 'name' ? error.message : null}
          />
          {isNew && (
            <Field
              name="email"
              label="E-mail address (optional)"
              hint="Where you hear of changes, and the way back if you lose your phone"
              type="email"
              autocomplete="email"
              maxLength={254}
              isRequired={false}
              isFirst={error?.field === 'email'}
              error={error?.field === 'email' ? error.message : null}
            />
          )}
          <Field
            name="password"
            label="Password"
            type="password"
            {...(isNew ? { hint: 'Eight characters or more; a few words are best' } : {})}
            autocomplete={isNew ? 'new-password' : 'current-password'}
            isFirst={error?.field === 'password'}
            error={error?.field === 'password' ? error.message : null}
          />
          <div class="actions">
            <button class="primary" type="submit">
              {button}
            </button>
          </div>
          <p class="aside">
            {`${other.question} `}
            <a href={other.href}>{other.link}</a>
          </p>
        </form>
      </div>
    </Page>
  );
}
