/** A hash by its blocks: what HMAC needs of SHA-1, SHA-256 and SHA-512. All words are big-endian and signed. */
export interface Hash {
  readonly blockWords: 16 | 32;
  readonly stateWords: 5 | 8 | 16;
  /** Where the state starts (FIPS 180-4 §5.3). */
  readonly start: Int32Array;
  /** `to` = `from` after one block. `from` and `to` may be the same place. */
  compress(block: Int32Array, from: ArrayLike<number>, fromAt: number, to: Int32Array, toAt: number): void;
  /**
   * The 31 bits that each counter of a run gives (RFC 4226 §5.3), into `to`: a faster way for many at once, where a hash has one.
   * False when it has none yet or never will; nothing is then written.
   */
  readonly truncateMany?:
    ((states: ArrayLike<number>, run: CounterRun, to: Int32Array) => boolean) | undefined;
  /** Where a hash has them, or will have them when they were asked for often enough. */
  readonly whole?: { ask(): WholeSteps | null; made(): WholeSteps | null } | undefined;
  /** Room for the HMAC of a counter, made once, so that no code allocates any. */
  readonly counterRoom: CounterRoom;
}

/** A whole key and a whole code, in one call each. */
export interface WholeSteps {
  /** To lay key words over, by exclusive or. It rests with the inner pad in it. */
  readonly keyBlock: Int32Array;
  /** Lays plain base32 over the block. False where it is left to others: nothing is laid then. */
  layText(text: string): boolean;
  /** The two states of the key that lies over the block, which is wiped. */
  takeKey(): number[];
  /** As `truncate` of `truncate.ts`. */
  truncate(states: ArrayLike<number>, high: number, low: number): number;
}

/** `count` counters from the one in the two signed halves on. */
export interface CounterRun {
  readonly high: number;
  readonly low: number;
  readonly count: number;
}

export interface CounterRoom {
  /** The last block of the inner hash: eight bytes of counter, and the padding that never changes. */
  readonly counterBlock: Int32Array;
  /** The last block of the outer hash: the inner digest, and its padding. */
  readonly digestBlock: Int32Array;
  readonly digest: Int32Array;
}

/** Both blocks follow one block of key, so that their length counts it too (RFC 2104 §2, FIPS 180-4 §5.1). */
export function makeCounterRoom(blockWords: number, stateWords: number): CounterRoom {
  const counterBlock = new Int32Array(blockWords);
  counterBlock[2] = 0x80000000;
  counterBlock[blockWords - 1] = (blockWords + 2) * 32;
  const digestBlock = new Int32Array(blockWords);
  digestBlock[stateWords] = 0x80000000;
  digestBlock[blockWords - 1] = (blockWords + stateWords) * 32;
  return { counterBlock, digestBlock, digest: new Int32Array(stateWords) };
}

/**
 * Hashes a message to its end, onto a state that has taken in `bytesBefore` already, a whole number of blocks.
 * The state is changed into the digest.
 */
export function digestInto(hash: Hash, state: Int32Array, message: Uint8Array, bytesBefore: number): void {
  const blockBytes = hash.blockWords * 4;
  // One bit, and a length of two words (four for the long block) end the message (FIPS 180-4 §5.1).
  const lengthBytes = blockBytes / 8;
  const blocks = Math.ceil((message.length + 1 + lengthBytes) / blockBytes);
  const block = new Int32Array(hash.blockWords);
  const bytes = bytesBefore + message.length;
  for (let index = 0; index < blocks; index++) {
    readBlock(message, index * blockBytes, block);
    if (index === blocks - 1) {
      block[hash.blockWords - 2] = Math.floor(bytes / 0x20000000);
      block[hash.blockWords - 1] = bytes << 3;
    }
    hash.compress(block, state, 0, state, 0);
  }
  block.fill(0);
}

/** The words of one block of a message, with the bit that ends it, and zeros behind. */
function readBlock(message: Uint8Array, from: number, block: Int32Array): void {
  for (let word = 0; word < block.length; word++) {
    const at = from + word * 4;
    block[word] =
      (byteAt(message, at) << 24) |
      (byteAt(message, at + 1) << 16) |
      (byteAt(message, at + 2) << 8) |
      byteAt(message, at + 3);
  }
}

function byteAt(message: Uint8Array, at: number): number {
  return at < message.length ? message[at]! : at === message.length ? 0x80 : 0;
}

/** The bytes of a digest, most significant first. */
export function wordsToBytes(words: Int32Array): Uint8Array {
  return Uint8Array.from({ length: words.length * 4 }, (_, at) => words[at >> 2]! >>> (24 - (at & 3) * 8));
}
