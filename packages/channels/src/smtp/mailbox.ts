import { normaliseEmail } from '@tidelock/engine';

/** Who a mail is from. */
export interface Mailbox {
  readonly name: string | null;
  readonly address: string;
}

const nameLengthMax = 64;

/**
 * Reads `no-reply@acme.example` or `Acme <no-reply@acme.example>`. SECURITY: nothing that ends a line gets into a header.
 *
 * @throws RangeError
 */
export function readMailbox(text: string): Mailbox {
  const [, name, bracketed] = /^([^<>]*)<([^<>]+)>$/.exec(text) ?? [];
  if (bracketed === undefined) return { name: null, address: normaliseEmail(text) };
  const shown = (name ?? '').trim();
  if (shown.length > nameLengthMax || /[\p{Cc}\p{Cs}\u2028\u2029"\\]/u.test(shown))
    throw new RangeError(`The name of a mailbox has at most ${nameLengthMax} characters, and no quotes.`);
  return { name: shown === '' ? null : shown, address: normaliseEmail(bracketed) };
}
