/**
 * Where things lie in the memory of a kernel, in words: the constants from 0 on, then these. A schedule of four lanes has at most 80
 * rounds of 16 bytes. What stands behind the schedule is for a module that has functions for a whole key and a whole code.
 */
export const kernelPlaces = {
  states: 256,
  inner: 512,
  outer: 1024,
  digest: 1536,
  schedule: 2048,
  start: 3072,
  key: 3088,
  counter: 3104,
  innerDigest: 3120,
  outerDigest: 3136,
  waiting: 3152,
  text: 3168,
} as const;

/** RFC 2104 §2, in every byte of a word. */
export const keyPads = { inner: 0x36363636, outer: 0x5c5c5c5c } as const;

/**
 * Where a secret in base32 is laid: text of up to so many characters. It rests full of the character that stands for 0. There is room
 * behind it, so that a character of several bytes is always seen: its first byte is none of the alphabet.
 */
export const textPlace = { characters: 32, roomBytes: 48, blank: 0x41 } as const;
