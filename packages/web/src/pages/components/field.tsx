import type { JSX } from 'hono/jsx/jsx-runtime';

export interface FieldProps {
  /** The field's name, and its id. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with it, where something is. */
  readonly error?: string | null;
  readonly value?: string;
  readonly type?: 'text' | 'password' | 'email';
  /** True where left out. */
  readonly isRequired?: boolean;
  readonly autocomplete?: string;
  readonly maxLength?: number;
  /** Whether the page begins here. */
  readonly isFirst?: boolean;
  /** The id, where a name stands on the page more than once. */
  readonly id?: string;
}

/** A label, a hint, an error and an input, tied together for whoever hears the page. */
export function Field(props: FieldProps): JSX.Element {
  const { name, label, hint, value, type = 'text', autocomplete = 'off', maxLength, isFirst = false } = props;
  const { id = name, error = null, isRequired = true } = props;
  return (
    <FieldBox id={id} label={label} hint={hint} error={error}>
      <input
        class="text"
        id={id}
        name={name}
        type={type}
        value={value}
        autocomplete={autocomplete}
        maxlength={maxLength}
        required={isRequired}
        autofocus={isFirst}
        {...described(id, { hint, error })}
      />
    </FieldBox>
  );
}

export interface CodeFieldProps {
  readonly kind: 'app' | 'backup';
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly isFirst?: boolean;
}

/**
 * Where a code is typed or pasted. `app` brings up a phone's digits and its own suggestion of a code, `backup` its letters; what is
 * typed is read the same way in both.
 */
export function CodeField({ kind, label, hint, error = null, isFirst = true }: CodeFieldProps): JSX.Element {
  const keyboard =
    kind === 'app'
      ? ({ inputmode: 'numeric', autocomplete: 'one-time-code' } as const)
      : ({ inputmode: 'text', autocomplete: 'off', autocapitalize: 'characters' } as const);
  return (
    <FieldBox id="code" label={label} hint={hint} error={error}>
      <input
        class={kind === 'app' ? 'text code' : 'text code long'}
        id="code"
        name="code"
        type="text"
        {...keyboard}
        autocorrect="off"
        spellcheck={false}
        maxlength={64}
        required
        autofocus={isFirst}
        {...described('code', { hint, error })}
      />
    </FieldBox>
  );
}

/** Where a code from a mail is typed: letters and digits, as it stands there. */
export function MailedCodeField({
  id,
  name = 'code',
  error,
}: {
  readonly id: string;
  readonly name?: string;
  readonly error: string | null;
}): JSX.Element {
  const hint = 'As it stands in the message; dashes and capitals do not matter';
  return (
    <FieldBox id={id} label="Code from the message" hint={hint} error={error}>
      <input
        class="text code"
        id={id}
        name={name}
        type="text"
        inputmode="text"
        autocomplete="off"
        autocapitalize="characters"
        autocorrect="off"
        spellcheck={false}
        maxlength={64}
        required
        {...described(id, { hint, error })}
      />
    </FieldBox>
  );
}

interface FieldBoxProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly error: string | null;
  readonly children?: JSX.Element;
}

function FieldBox({ id, label, hint, error, children }: FieldBoxProps): JSX.Element {
  return (
    <div class={error === null ? 'field' : 'field wrong'}>
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== null && (
        <p class="error" id={`${id}-error`}>
          <span class="unseen">Error: </span>
          {error}
        </p>
      )}
      {children}
    </div>
  );
}

function described(
  id: string,
  { hint, error }: { readonly hint: string | undefined; readonly error: string | null },
): Record<string, string> {
  const ids = [...(hint === undefined ? [] : [`${id}-hint`]), ...(error === null ? [] : [`${id}-error`])];
  return {
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(error === null ? {} : { 'aria-invalid': 'true' }),
  };
}
