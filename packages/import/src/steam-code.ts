import { createHmac, createSecretKey } from 'node:crypto';
import { Secret, type Instant, type SecretLike } from '@tidelock/otp';

const alphabet = '23456789BCDFGHJKMNPQRTVWXY';
const letters = 5;
const periodSeconds = 30;
/** The year 5138. What is larger is a count of milliseconds. */
const epochSecondsMax = 1e11;

/**
 * The five letters that Steam's app shows: TOTP with SHA-1 and 30 seconds, whose 31 bits are written in base 26, the least
 * significant letter first.
 *
 * @throws TypeError, RangeError for a time that is none; OtpError for a secret that cannot be read
 *
 * @example
 * steamCode('JBSWY3DPEHPK3PXP', { at: 59 }); // '2YXGV'
 */
export function steamCode(secret: SecretLike, { at }: { readonly at: Instant }): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(epochSeconds(at) / periodSeconds)));
  const digest = createHmac('sha1', createSecretKey(toSecret(secret).bytes))
    .update(counter)
    .digest();
  // RFC 4226 §5.3, up to the modulus.
  let value = digest.readUInt32BE(digest.at(-1)! & 15) & 0x7fffffff;
  let code = '';
  for (let index = 0; index < letters; index++) {
    code += alphabet.charAt(value % alphabet.length);
    value = Math.floor(value / alphabet.length);
  }
  return code;
}

function toSecret(secret: SecretLike): Secret {
  if (secret instanceof Secret) return secret;
  return typeof secret === 'string' ? Secret.fromBase32(secret) : Secret.fromBytes(secret);
}

function epochSeconds(at: Instant): number {
  if (typeof at !== 'number' && !(at instanceof Date)) {
    throw new TypeError('at must be seconds since 1970 as a number, or a Date.');
  }
  const seconds = typeof at === 'number' ? at : at.getTime() / 1000;
  if (seconds >= 0 && seconds <= epochSecondsMax) return seconds;
  throw new RangeError('at must be a time in seconds since 1970, neither negative nor in milliseconds.');
}
