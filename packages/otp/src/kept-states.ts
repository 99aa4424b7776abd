import { codeStates } from './code-key.ts';
import type { Hash } from './hash/hash.ts';

/**
 * The states of a key as an instance keeps them: plain numbers for SHA-1, since a runtime takes ten times as long to make a typed array
 * and to collect it again, and most instances live for one code.
 */
export type KeptStates = readonly number[] | Int32Array;

const sha1Words = 5;
const room: Int32Array = /* @__PURE__ */ new Int32Array(sha1Words * 2);

/** As `codeStates`, to be kept. */
export function keepStates<Source>(
  secret: Source,
  hash: Hash,
  bytesOf: (secret: Source) => Uint8Array,
): KeptStates {
  if (hash.stateWords !== sha1Words) return codeStates(secret, hash, bytesOf);
  const s = codeStates(secret, hash, bytesOf, room);
  const kept = [s[0]!, s[1]!, s[2]!, s[3]!, s[4]!, s[5]!, s[6]!, s[7]!, s[8]!, s[9]!];
  restStates();
  return kept;
}

/** As what computes codes expects them, until {@link restStates} or the next call. */
export function openStates(kept: KeptStates): Int32Array {
  if (kept instanceof Int32Array) return kept;
  for (let word = 0; word < sha1Words * 2; word++) room[word] = kept[word]!;
  return room;
}

/** SECURITY: C15, C16, no states stay behind when an instance is gone (`kept-states.test.ts`). */
export function restStates(): void {
  for (let word = 0; word < sha1Words * 2; word++) room[word] = 0;
}
