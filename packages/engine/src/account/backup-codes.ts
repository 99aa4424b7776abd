import type { BackupCodeFormat } from '../policy.ts';
import type { Argon2Cost } from '../ports/password-hash.ts';
import type { Random } from '../ports/random.ts';
import { crockfordCharacters, readCrockford } from './crockford.ts';

/** One set of backup codes. Only argon2id hashes are kept, under one salt, so that an attempt costs one hash; the list is sealed. */
export interface BackupCodeSet {
  readonly id: string;
  readonly format: BackupCodeFormat;
  /** 16 bytes in base64url. */
  readonly salt: string;
  readonly cost: Argon2Cost;
  /** The hashes, 32 bytes each, one behind the other, sealed by the vault. */
  readonly sealedHashes: string;
  /** When each code was redeemed, seconds since the epoch; null for those that are left. */
  readonly usedAt: readonly (number | null)[];
  readonly createdAt: number;
}

/** The length of one hash in the sealed list. */
export const hashBytes = 32;

const alphabets: {
  readonly [Format in BackupCodeFormat]: { readonly characters: string; readonly length: number };
} = {
  crockford16: { characters: crockfordCharacters, length: 16 },
  hex8: { characters: '0123456789abcdef', length: 8 },
  hex10: { characters: '0123456789abcdef', length: 10 },
};

/** Whether a code of this format cannot be guessed: 64 bits and more (NIST SP 800-63B-4 §4.2.1.1). */
export function isStrong(format: BackupCodeFormat): boolean {
  return format === 'crockford16';
}

/** How many codes are left. */
export function codesLeft(set: BackupCodeSet | null): number {
  return set === null ? 0 : set.usedAt.filter((usedAt) => usedAt === null).length;
}

/** New codes, all different, in the form in which they are hashed. */
export function generateBackupCodes(
  count: number,
  format: BackupCodeFormat,
  random: Random,
): readonly string[] {
  const { characters, length } = alphabets[format];
  const codes = new Set<string>();
  // Both alphabets have a power of two of characters, so that the low bits of a byte choose evenly.
  while (codes.size < count) {
    codes.add([...random.bytes(length)].map((byte) => characters[byte % characters.length]).join(''));
  }
  return [...codes];
}

/** As a person reads it: in groups of four, or of five for ten characters. */
export function formatBackupCode(code: string): string {
  const group = code.length === 10 ? 5 : 4;
  return code.replace(new RegExp(`.{${group}}(?=.)`, 'g'), '$&-');
}

/**
 * The form in which a typed code is hashed, or null where it is no backup code. Case does not matter; in Crockford's
 * alphabet O is read as 0, I and L as 1. Blanks and dashes are taken out before.
 */
export function normaliseBackupCode(typed: string, format: BackupCodeFormat): string | null {
  const { characters, length } = alphabets[format];
  if (typed.length !== length) return null;
  const read = format === 'crockford16' ? readCrockford(typed) : typed.toLowerCase();
  // A character whose upper case is longer than itself must not slip through.
  return read.length === length && [...read].every((character) => characters.includes(character))
    ? read
    : null;
}
