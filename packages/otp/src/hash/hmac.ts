import { digestInto, wordsToBytes, type Hash } from './hash.ts';

/** A key made ready: the states of the inner and of the outer hash after their first block (RFC 2104 §4). */
export interface HmacKey {
  readonly hash: Hash;
  /** The inner state, then the outer one. It is as secret as the key. */
  readonly states: Int32Array;
}

/** RFC 2104 §2, in every byte of a word. */
const innerPad = 0x36363636;
const outerPad = 0x5c5c5c5c;

/** Room for the block of a key. It rests with the inner pad in it, so that a key is only to be laid over it. */
const longBlock: Int32Array = /* @__PURE__ */ new Int32Array(32).fill(innerPad);
const shortBlock: Int32Array = /* @__PURE__ */ longBlock.subarray(0, 16);

/** The block to lay key words over, by exclusive or, before {@link takeKeyBlock} or {@link restKeyBlock}. */
export function keyBlock(hash: Hash): Int32Array {
  return hash.blockWords === 16 ? shortBlock : longBlock;
}

/** The two states of the key that lies over the block, which is wiped from there. */
export function takeKeyBlock(hash: Hash): Int32Array {
  const { stateWords, start } = hash;
  const block = keyBlock(hash);
  const states = new Int32Array(stateWords * 2);
  hash.compress(block, start, 0, states, 0);
  for (let word = 0; word < block.length; word++) block[word]! ^= innerPad ^ outerPad;
  hash.compress(block, start, 0, states, stateWords);
  restKeyBlock(block);
  return states;
}

/** SECURITY: C15, C16, no key stays behind in the room, not that of a text that could not be read to its end either. */
export function restKeyBlock(block: Int32Array): void {
  for (let word = 0; word < block.length; word++) block[word] = innerPad;
}

/** A key of any length; one that is longer than a block is hashed first (RFC 2104 §3). */
export function hmacKey(hash: Hash, key: Uint8Array): HmacKey {
  const block = keyBlock(hash);
  if (key.length > hash.blockWords * 4) {
    const digest = hash.start.slice();
    digestInto(hash, digest, key, 0);
    for (let word = 0; word < digest.length; word++) block[word]! ^= digest[word]!;
    digest.fill(0);
  } else {
    for (let at = 0; at < key.length; at++) block[at >> 2]! ^= key[at]! << (24 - (at & 3) * 8);
  }
  return { hash, states: takeKeyBlock(hash) };
}

/** The whole HMAC of a message of any length (RFC 2104). Codes go the short way in `truncate.ts`. */
export function hmac({ hash, states }: HmacKey, message: Uint8Array): Uint8Array {
  const { blockWords, stateWords } = hash;
  const inner = states.slice(0, stateWords);
  digestInto(hash, inner, message, blockWords * 4);
  const outer = states.slice(stateWords);
  digestInto(hash, outer, wordsToBytes(inner), blockWords * 4);
  return wordsToBytes(outer);
}
