import { OtpError, Secret, type Algorithm } from '@tidelock/otp';
import { ImportError } from './import-error.ts';
import type { FactorKind, ImportWarning } from './imported-factor.ts';

/**
 * The kind that an app calls `TOTP`, `HOTP` or `STEAM`, in any case.
 *
 * @throws ImportError `import/unsupported-type`
 */
export function parseKind(text: unknown): FactorKind {
  const kind = typeof text === 'string' ? text.toLowerCase() : '';
  if (kind === 'totp' || kind === 'hotp' || kind === 'steam') return kind;
  if (['yandex', 'yaotp', 'motp', 'mobileotp'].includes(kind))
    throw new ImportError(
      'import/unsupported-type',
      'This entry is a Yandex or Mobile-OTP key: it needs a PIN and computes differently. Enroll it anew as TOTP.',
    );
  throw new ImportError(
    'import/unsupported-type',
    'The type of this entry is none of TOTP, HOTP and Steam. Enroll it anew as TOTP.',
  );
}

/**
 * `SHA1`, `SHA-256`, `HmacSHA512`, `HMAC-SHA-1` and the like, in any case; absent is SHA1.
 * SECURITY: F5, anything else is refused and never taken for SHA1 (`import-factors.test.ts`).
 *
 * @throws ImportError `import/unsupported-algorithm`
 */
export function parseAlgorithm(text: unknown): Algorithm | undefined {
  if (text === undefined || text === null || text === '') return undefined;
  const parts = typeof text === 'string' ? /^(?:hmac[-_ ]?)?sha[-_ ]?(1|256|512)$/i.exec(text.trim()) : null;
  if (parts?.[1] === '1') return 'SHA1';
  if (parts?.[1] === '256') return 'SHA256';
  if (parts?.[1] === '512') return 'SHA512';
  throw new ImportError(
    'import/unsupported-algorithm',
    'The algorithm of this entry is none of SHA1, SHA256 and SHA512. Enroll it anew.',
  );
}

/**
 * A secret in base32, as apps write it. What is not upper case and without blanks is told to `forgiven`.
 *
 * @throws ImportError `import/invalid-secret`, without the secret
 */
export function parseBase32Secret(text: unknown, forgiven: ImportWarning[]): Secret {
  if (typeof text !== 'string') throw invalidSecret('it is missing');
  const secret = openSecret(() => Secret.fromBase32(text), 'it is no base32 (A to Z and 2 to 7)');
  if (secret.toBase32() !== text.replace(/={1,6}$/, '')) forgiven.push('secret-not-canonical');
  return secret;
}

/** @throws ImportError `import/invalid-secret` for no bytes, or too many */
export function secretFromBytes(bytes: Uint8Array): Secret {
  return openSecret(() => Secret.fromBytes(bytes), 'it is empty');
}

export function invalidSecret(reason: string): ImportError {
  return new ImportError(
    'import/invalid-secret',
    `The secret of this entry cannot be read: ${reason}. Export it again, or enroll it anew.`,
  );
}

function openSecret(open: () => Secret, reason: string): Secret {
  try {
    return open();
  } catch (error) {
    if (error instanceof OtpError) throw invalidSecret(`${reason}, or too long`);
    throw error;
  }
}
