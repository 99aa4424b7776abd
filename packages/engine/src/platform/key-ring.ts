import { importMasterKey } from './node-crypto.ts';
import type { KeyRing, MasterKey, UnwrapKey } from '../ports/key-ring.ts';
import { TidelockError } from '../tidelock-error.ts';

const keysMax = 16;
const keyBytes = 32;
const idPattern = /^[A-Za-z0-9_-]{1,32}$/;
const base64Pattern = /^[A-Za-z0-9+/]{43}=$/;
// As Transit gives them; wrapped by RSA of 4,096 bits they have 684 characters behind the version.
const wrappedPattern = /^vault:v[1-9][0-9]{0,5}:[A-Za-z0-9+/]{1,1000}={0,2}$/;

/**
 * Reads master keys from `id:base64` of 32 bytes, comma-separated: the first seals, all open.
 *
 * @throws TidelockError `keys/malformed` or `keys/weak`; the message names the key's place and never its bytes.
 * @example
 * const keys = keyRing('2026:7fm0Yx0cVvQw9y2E1c3wQk5m0o8b9o8p3x5yqkq2l1A=');
 */
export function keyRing(text: string | undefined): KeyRing {
  return ringOf(
    readEntries(text).map((entry) => {
      if (wrappedPattern.test(entry.value)) {
        throw new TidelockError('keys/malformed', {
          detail: `Key ${entry.place} ("${entry.id}") is wrapped by a vault: "openKeyRing" has it unwrapped.`,
        });
      }
      return importKey(entry, Buffer.from(entry.value, 'base64'));
    }),
  );
}

/**
 * As {@link keyRing}, and takes `id:vault:v1:…` besides: data keys that HashiCorp Vault's Transit has wrapped. Each of them is
 * unwrapped once, here; the vault has no part in any request.
 *
 * @throws TidelockError `keys/malformed` or `keys/weak`, and what `unwrap` throws.
 */
export async function openKeyRing(text: string | undefined, unwrap: UnwrapKey): Promise<KeyRing> {
  const keys = readEntries(text).map(async (entry) => {
    if (!wrappedPattern.test(entry.value)) return importKey(entry, Buffer.from(entry.value, 'base64'));
    const bytes = await unwrap(entry.value);
    try {
      return importKey(entry, bytes);
    } finally {
      bytes.fill(0);
    }
  });
  return ringOf(await Promise.all(keys));
}

interface KeyEntry {
  readonly place: number;
  readonly id: string;
  readonly value: string;
}

function readEntries(text: string | undefined): readonly KeyEntry[] {
  if (typeof text !== 'string' || text.trim() === '') {
    throw new TidelockError('keys/malformed', { detail: 'It is empty. "tidelock keys new" makes a key.' });
  }
  const entries = text
    .trim()
    .split(',')
    .map((entry, index) => readEntry(entry.trim(), index + 1));
  if (entries.length > keysMax)
    throw new TidelockError('keys/malformed', { detail: `It has more than ${keysMax} keys.` });
  if (new Set(entries.map(({ id }) => id)).size < entries.length)
    throw new TidelockError('keys/malformed', { detail: 'Two of its keys have the same id.' });
  return entries;
}

function readEntry(entry: string, place: number): KeyEntry {
  const colon = entry.indexOf(':');
  const id = entry.slice(0, Math.max(colon, 0));
  const value = entry.slice(colon + 1);
  if (!idPattern.test(id)) {
    throw new TidelockError('keys/malformed', {
      detail: `Key ${place} has no id of 1 to 32 letters, digits, "_" or "-" before its colon.`,
    });
  }
  if (!base64Pattern.test(value) && !wrappedPattern.test(value))
    throw new TidelockError('keys/malformed', {
      detail: `Key ${place} ("${id}") is not the base64 of ${keyBytes} bytes.`,
    });
  return { place, id, value };
}

function importKey({ place, id }: KeyEntry, bytes: Uint8Array): MasterKey {
  if (bytes.length !== keyBytes) {
    throw new TidelockError('keys/malformed', {
      detail: `Key ${place} ("${id}") has ${bytes.length} bytes; it takes ${keyBytes}.`,
    });
  }
  if (bytes.every((byte) => byte === bytes[0]))
    throw new TidelockError('keys/weak', { detail: `It is key ${place} ("${id}").` });
  return Object.freeze({ id, key: importMasterKey(bytes) });
}

function ringOf(keys: readonly MasterKey[]): KeyRing {
  return Object.freeze({ sealing: keys[0]!, keys: Object.freeze(keys) });
}
