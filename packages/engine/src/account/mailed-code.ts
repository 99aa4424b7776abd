import type { Random } from '../ports/random.ts';
import { crockfordCharacters, readCrockford } from './crockford.ts';

/**
 * What a mailed code confirms: a new device; that a recovery was begun by whoever reads the owner's mail; that somebody whom
 * the owner named vouches for it; that it is to be carried out. A code of one purpose is none of another (C24, OOB-03).
 */
export type MailedCodePurpose = 'activate' | 'recover' | 'vouch' | 'carry-out';

/** A code that was mailed. It is told in the mail alone: the outbox has it sealed, and the record its hash, sealed. */
export interface MailedCode {
  readonly id: string;
  readonly purpose: MailedCodePurpose;
  /** The id of the factor or of the recovery that it is for. */
  readonly subject: string;
  /**
   * The SHA-256 of the code, sealed by the vault for this account, purpose and subject. SECURITY: A15, OOB-04: 40 bits would soon
   * be found behind a bare hash; without the master key there is nothing to try them on (`replace-factor.test.ts`).
   */
  readonly sealedHash: string;
  readonly expiresAt: number;
  /** Wrong codes that were given instead; after some it is dead. */
  readonly failures: number;
}

/** 8 characters of Crockford's base32: 40 bits, and five tries in ten minutes. OOB-04 wants 20. */
const mailedCodeLength = 8;

/** The longest text that is looked at, blanks and dashes included. */
const typedLengthMax = 64;

/** A new code, in the form in which it is hashed. */
export function generateMailedCode(random: Random): string {
  // The alphabet has a power of two of characters, so that the low bits of a byte choose evenly.
  return [...random.bytes(mailedCodeLength)]
    .map((byte) => crockfordCharacters[byte % crockfordCharacters.length])
    .join('');
}

/** As a person reads it: `7KQ2-M9XD`. */
export function formatMailedCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** The form in which a typed code is hashed, or null where it is none. ASCII blanks and dashes do not count (A7). */
export function readMailedCode(typed: unknown): string | null {
  if (typeof typed !== 'string' || typed.length > typedLengthMax) return null;
  const code = readCrockford(typed.replaceAll(/[ -]/g, ''));
  const isCode =
    code.length === mailedCodeLength && [...code].every((one) => crockfordCharacters.includes(one));
  return isCode ? code : null;
}

/** The codes without those for this purpose and subject, so that a new one or a use leaves none behind (A16). */
export function withoutCodes(
  codes: readonly MailedCode[],
  { purpose, subject }: Pick<MailedCode, 'purpose' | 'subject'>,
): readonly MailedCode[] {
  return codes.filter((code) => code.purpose !== purpose || code.subject !== subject);
}

/** What a sealed hash belongs to: the hash of one purpose, subject and sending opens for no other (C24). */
export function holderOf({ id, purpose, subject }: Pick<MailedCode, 'id' | 'purpose' | 'subject'>): string {
  return `${purpose} ${subject} ${id}`;
}
