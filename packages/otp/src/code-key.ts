import { hashOf, type Algorithm } from './algorithm.ts';
import { decodeBase32Words } from './base32.ts';
import type { HmacKey } from './hash/hmac.ts';
import { hmacKey, keyBlock, restKeyBlock, takeKeyBlock } from './hash/hmac.ts';
import { toSecret, type Secret } from './secret.ts';

/** A secret made ready for codes of one length. */
export interface CodeKey extends HmacKey {
  readonly digits: number;
}

/**
 * Takes the secret through the first blocks of HMAC, once for all codes. Base32 goes straight into the words of the block;
 * whatever is not plain goes through `Secret`, which knows what to say about it.
 */
export function makeCodeKey(secret: Secret | string, algorithm: Algorithm, digits: number): CodeKey {
  const hash = hashOf(algorithm);
  const { states } = keyStates(secret, hash);
  return { hash, states, digits };
}

function keyStates(secret: Secret | string, hash: HmacKey['hash']): HmacKey {
  if (typeof secret === 'string') {
    const block = keyBlock(hash);
    if (decodeBase32Words(secret, block) > 0) return takeKeyBlock(hash);
    restKeyBlock(block);
  }
  return hmacKey(hash, toSecret(secret).bytes);
}
