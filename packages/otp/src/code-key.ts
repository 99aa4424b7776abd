import { decodeBase32Words } from './base32.ts';
import type { Hash, WholeSteps } from './hash/hash.ts';
import type { HmacKey } from './hash/hmac.ts';
import { hmacKey, keyBlock, layKey, restKeyBlock, takeKeyBlock } from './hash/hmac.ts';

/** A secret made ready for codes of one length. */
export interface CodeKey extends HmacKey<ArrayLike<number>> {
  readonly digits: number;
}

const sha1Words = 5;
const room: Int32Array = /* @__PURE__ */ new Int32Array(sha1Words * 2);

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

/**
 * The same for an instance to keep: plain numbers for SHA-1, since a runtime takes ten times as long to make a typed array and to collect
 * it again, and most instances live for one code.
 */
export function keepStates<Source>(
  secret: Source,
  hash: Hash,
  bytesOf: (secret: Source) => Uint8Array,
): ArrayLike<number> {
  if (hash.stateWords !== sha1Words) return codeStates(secret, hash, bytesOf);
  const whole = hash.whole?.made();
  const kept = whole ? takeWhole(secret, whole, bytesOf) : null;
  if (kept !== null) return kept;
  const states = Array.from(codeStates(secret, hash, bytesOf, room));
  // SECURITY: C15, C16, no states stay behind when an instance is gone (`code-key.test.ts`).
  room.fill(0);
  return states;
}

/** Null for a key that is longer than its block: it is hashed first, which is rare. */
function takeWhole<Source>(
  secret: Source,
  whole: WholeSteps,
  bytesOf: (secret: Source) => Uint8Array,
): ArrayLike<number> | null {
  const { keyBlock: block } = whole;
  if (typeof secret === 'string') {
    if (whole.layText(secret) || decodeBase32Words(secret, block) > 0) return whole.takeKey();
    restKeyBlock(block);
  }
  const bytes = bytesOf(secret);
  if (bytes.length > block.length * 4) return null;
  layKey(bytes, block);
  return whole.takeKey();
}
