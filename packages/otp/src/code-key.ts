import { decodeBase32Words } from './base32.ts';
import type { Hash } from './hash/hash.ts';
import type { HmacKey } from './hash/hmac.ts';
import { hmacKey, keyBlock, restKeyBlock, takeKeyBlock } from './hash/hmac.ts';

/** A secret made ready for codes of one length. */
export interface CodeKey extends HmacKey {
  readonly digits: number;
}

/**
 * Takes the secret through the first blocks of HMAC, once for all codes. Base32 goes straight into the words of the block;
 * whatever is not plain goes through `bytesOf`, which knows what to say about it. The states go into `states`, or into new ones.
 */
export function codeStates<Source>(
  secret: Source,
  hash: Hash,
  bytesOf: (secret: Source) => Uint8Array,
  states: Int32Array = new Int32Array(hash.stateWords * 2),
): Int32Array {
  if (typeof secret === 'string') {
    const block = keyBlock(hash);
    const bytes = decodeBase32Words(secret, block);
    if (bytes > 0) return takeKeyBlock(hash, bytes, states);
    restKeyBlock(block);
  }
  return hmacKey(hash, bytesOf(secret), states).states;
}
