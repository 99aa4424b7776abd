import { digestInto, wordsToBytes, type Hash } from './hash.ts';

/** A key made ready: the states of the inner and of the outer hash after their first block (RFC 2104 §4). */
export interface HmacKey<States extends ArrayLike<number> = Int32Array> {
  readonly hash: Hash;
  /** The inner state, then the outer one. It is as secret as the key. */
  readonly states: States;
}

/** RFC 2104 §2, in every byte of a word. */
const innerPad = 0x36363636;
const outerPad = 0x5c5c5c5c;

/** Room for the blocks of a key. They rest with their pads in them, so that a key is only to be laid over them. */
interface KeyRoom {
  readonly inner: Int32Array;
  readonly outer: Int32Array;
}

function makeKeyRoom(blockWords: number): KeyRoom {
  return {
    inner: new Int32Array(blockWords).fill(innerPad),
    outer: new Int32Array(blockWords).fill(outerPad),
  };
}

const shortRoom: KeyRoom = /* @__PURE__ */ makeKeyRoom(16);
const longRoom: KeyRoom = /* @__PURE__ */ makeKeyRoom(32);

function keyRoom({ blockWords }: Hash): KeyRoom {
  return blockWords === 16 ? shortRoom : longRoom;
}

/** The block to lay key words over, by exclusive or, before {@link takeKeyBlock} or {@link restKeyBlock}. */
export function keyBlock(hash: Hash): Int32Array {
  return keyRoom(hash).inner;
}

/** Puts the two states of the key that lies over the first `bytes` bytes of the block into `states`, and wipes the block. */
export function takeKeyBlock(hash: Hash, bytes: number, states: Int32Array): Int32Array {
  const { stateWords, start } = hash;
  const { inner, outer } = keyRoom(hash);
  const used = (bytes + 3) >> 2;
  for (let word = 0; word < used; word++) outer[word] = inner[word]! ^ (innerPad ^ outerPad);
  hash.compress(inner, start, 0, states, 0);
  hash.compress(outer, start, 0, states, stateWords);
  for (let word = 0; word < used; word++) {
    inner[word] = innerPad;
    outer[word] = outerPad;
  }
  return states;
}

/** SECURITY: C15, C16, no key stays behind in the room, not that of a text that could not be read to its end either. */
export function restKeyBlock(block: Int32Array): void {
  for (let word = 0; word < block.length; word++) block[word] = innerPad;
}

/** Lays the bytes of a key, no more than a block has, over its words. */
export function layKey(key: Uint8Array, block: Int32Array): void {
  for (let at = 0; at < key.length; at++) block[at >> 2]! ^= key[at]! << (24 - (at & 3) * 8);
}

/** A key of any length; one that is longer than a block is hashed first (RFC 2104 §3). */
export function hmacKey(
  hash: Hash,
  key: Uint8Array,
  states: Int32Array = new Int32Array(hash.stateWords * 2),
): HmacKey {
  const block = keyBlock(hash);
  if (key.length > hash.blockWords * 4) {
    const digest = hash.start.slice();
    digestInto(hash, digest, key, 0);
    for (let word = 0; word < digest.length; word++) block[word]! ^= digest[word]!;
    digest.fill(0);
    return { hash, states: takeKeyBlock(hash, digest.length * 4, states) };
  }
  layKey(key, block);
  return { hash, states: takeKeyBlock(hash, key.length, states) };
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
