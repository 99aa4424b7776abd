import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

/** What went wrong, said first, with a way to the field that it is about. */
export function ErrorSummary({
  message,
  fieldId,
}: {
  readonly message: string;
  readonly fieldId: string;
}): JSX.Element {
  return (
    <div class="message bad" role="alert">
      <h2>There is a problem</h2>
      <p>
        <a href={`#${fieldId}`}>{message}</a>
      </p>
    </div>
  );
}

/** What was done, or what is to be known. */
export function Notice({
  kind = 'good',
  children,
}: {
  readonly kind?: 'good' | 'warn';
  readonly children?: Child;
}): JSX.Element {
  return (
    <div class={`message ${kind}`} role="status">
      <p>{children}</p>
    </div>
  );
}
