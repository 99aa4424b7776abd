import { importMasterKey } from './node-crypto.ts';
import type { KeyRing, MasterKey } from '../ports/key-ring.ts';
import { TidelockError } from '../tidelock-error.ts';

const keysMax = 16;
const keyBytes = 32;
const idPattern = /^[A-Za-z0-9_-]{1,32}$/;
const base64Pattern = /^[A-Za-z0-9+/]{43}=$/;

/**
 * Reads master keys from `id:base64` of 32 bytes, comma-separated: the first seals, all open.
 *
 * @throws TidelockError `keys/malformed` or `keys/weak`; the message names the key's place and never its bytes.
 * @example
 * const keys = keyRing('2026:7fm0Yx0cVvQw9y2E1c3wQk5m0o8b9o8p3x5yqkq2l1A=');
 */
export function keyRing(text: string | undefined): KeyRing {
  if (typeof text !== 'string' || text.trim() === '') {
    throw new TidelockError('keys/malformed', { detail: 'It is empty. "tidelock keys new" makes a key.' });
  }
  const keys = text
    .trim()
    .split(',')
    .map((entry, index) => readKey(entry.trim(), index + 1));
  if (keys.length > keysMax)
    throw new TidelockError('keys/malformed', { detail: `It has more than ${keysMax} keys.` });
  const ids = new Set(keys.map(({ id }) => id));
  if (ids.size < keys.length)
    throw new TidelockError('keys/malformed', { detail: 'Two of its keys have the same id.' });
  return Object.freeze({ sealing: keys[0]!, keys: Object.freeze(keys) });
}

function readKey(entry: string, place: number): MasterKey {
  const colon = entry.indexOf(':');
  const id = entry.slice(0, Math.max(colon, 0));
  const base64 = entry.slice(colon + 1);
  if (!idPattern.test(id)) {
    throw new TidelockError('keys/malformed', {
      detail: `Key ${place} has no id of 1 to 32 letters, digits, "_" or "-" before its colon.`,
    });
  }
  const bytes = Buffer.from(base64, 'base64');
  if (!base64Pattern.test(base64) || bytes.length !== keyBytes) {
    throw new TidelockError('keys/malformed', {
      detail: `Key ${place} ("${id}") is not the base64 of ${keyBytes} bytes.`,
    });
  }
  if (bytes.every((byte) => byte === bytes[0]))
    throw new TidelockError('keys/weak', { detail: `It is key ${place} ("${id}").` });
  return Object.freeze({ id, key: importMasterKey(bytes) });
}
