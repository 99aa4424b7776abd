import { hmac, hmacKey } from './hmac.ts';
import { sha256 } from './sha256.ts';

const digestBytes = 32;

export interface HkdfInput {
  readonly keyMaterial: Uint8Array;
  readonly salt: Uint8Array;
  readonly info: Uint8Array;
  /** At most 255 digests of 32 bytes (RFC 5869 §2.3). */
  readonly bytes: number;
}

/** HKDF-SHA-256: extract, then expand (RFC 5869 §2). */
export function hkdf({ keyMaterial, salt, info, bytes }: HkdfInput): Uint8Array {
  const key = hmacKey(sha256(), hmac(hmacKey(sha256(), salt), keyMaterial));
  const output = new Uint8Array(Math.ceil(bytes / digestBytes) * digestBytes);
  let last = new Uint8Array(0);
  for (let block = 1; (block - 1) * digestBytes < bytes; block++) {
    last = Uint8Array.from([...last, ...info, block]);
    last = Uint8Array.from(hmac(key, last));
    output.set(last, (block - 1) * digestBytes);
  }
  return output.subarray(0, bytes);
}
