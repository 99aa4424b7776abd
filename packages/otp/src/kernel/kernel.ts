import type { CounterRun } from '../hash/hash.ts';
import { instantiate, type KernelInstance } from '../platform.ts';

/** What a kernel computes with; all but the module is read off FIPS 180-4. */
export interface KernelPlan {
  /** WebAssembly in base64, with a function `f(schedule, before, after)` of three addresses and a memory `m`. */
  readonly module: string;
  /** How many blocks it hashes at once: their words lie side by side. */
  readonly lanes: 1 | 4;
  readonly blockWords: 16 | 32;
  readonly stateWords: 5 | 8 | 16;
  /** The round constants in the order of the memory; none where the module has its own. */
  readonly constants: ArrayLike<number>;
}

/** Where things lie in the memory, in words: the constants from 0 on, then these. A schedule has at most 80 rounds of 16 bytes. */
const places = { states: 256, inner: 512, outer: 1024, digest: 1536, schedule: 2048 } as const;
const scheduleWords = 160;

/**
 * HMAC of counters by a block function in WebAssembly. It is an ornament: everything works without it, and where it works, its
 * results are those of the functions in `hash/`.
 */
export class Kernel {
  readonly #plan: KernelPlan;
  readonly #words: Int32Array;
  readonly #run: KernelInstance['f'];
  /** The halves of a word of 64 bits stand the other way round in memory: 1 for them, 0 for words of 32 bits. */
  readonly #swap: number;

  private constructor(plan: KernelPlan, { f, m }: KernelInstance) {
    const { blockWords, stateWords } = plan;
    this.#plan = plan;
    this.#run = f;
    this.#words = new Int32Array(m.buffer);
    this.#swap = blockWords === 32 ? 1 : 0;
    this.#words.set(plan.constants);
    // The padding never changes: one bit, and the length with the block of key before it (RFC 2104 §2, FIPS 180-4 §5.1).
    this.#spread(places.inner, 2, 0x80000000);
    this.#spread(places.inner, blockWords - 1, (blockWords + 2) * 32);
    this.#spread(places.outer, stateWords, 0x80000000);
    this.#spread(places.outer, blockWords - 1, (blockWords + stateWords) * 32);
  }

  /** @returns null where the runtime has no WebAssembly, no lanes in it, or a policy against compiling it */
  static create(plan: KernelPlan): Kernel | null {
    const instance = instantiate(plan.module);
    return instance === null ? null : new Kernel(plan, instance);
  }

  /** See `Hash.truncateMany`. */
  truncateMany(states: Int32Array, { high, low, count }: CounterRun, to: Int32Array): void {
    const { lanes, stateWords } = this.#plan;
    const words = this.#words;
    const swap = this.#swap;
    for (let word = 0; word < stateWords * 2; word++) words[places.states + (word ^ swap)] = states[word]!;
    const outerState = (places.states + stateWords) * 4;
    for (let first = 0; first < count; first += lanes) {
      for (let lane = 0; lane < lanes; lane++) {
        const sum = (low >>> 0) + first + lane;
        words[places.inner + swap * lanes + lane] = high + (sum > 0xffffffff ? 1 : 0);
        words[places.inner + (1 - swap) * lanes + lane] = sum;
      }
      this.#run(places.inner * 4, places.states * 4, places.outer * 4);
      this.#run(places.outer * 4, outerState, places.digest * 4);
      for (let lane = 0; lane < lanes && first + lane < count; lane++)
        to[first + lane] = this.#truncate(lane);
    }
    for (let word = 0; word < stateWords * 2; word++) words[places.states + word] = 0;
  }

  /** One block, as `Hash.compress` has it: for the hash that JavaScript's numbers do not suit. One lane only. */
  compress(block: Int32Array, from: Int32Array, fromAt: number, to: Int32Array, toAt: number): void {
    const { blockWords, stateWords } = this.#plan;
    const words = this.#words;
    for (let word = 0; word < blockWords; word++) words[places.schedule + (word ^ 1)] = block[word]!;
    for (let word = 0; word < stateWords; word++) words[places.states + (word ^ 1)] = from[fromAt + word]!;
    this.#run(places.schedule * 4, places.states * 4, places.digest * 4);
    for (let word = 0; word < stateWords; word++) to[toAt + word] = words[places.digest + (word ^ 1)]!;
    for (let word = 0; word < stateWords; word++) words[places.states + word] = 0;
    words.fill(0, places.schedule, places.schedule + scheduleWords);
  }

  /** The same as `truncateDigest`, of one lane. */
  #truncate(lane: number): number {
    const { lanes, stateWords } = this.#plan;
    const words = this.#words;
    const swap = this.#swap;
    const offset = words[places.digest + ((stateWords - 1) ^ swap) * lanes + lane]! & 15;
    const word = offset >> 2;
    const shift = (offset & 3) << 3;
    const first = words[places.digest + (word ^ swap) * lanes + lane]!;
    const second = words[places.digest + ((word + 1) ^ swap) * lanes + lane]!;
    return ((first << shift) | ((second >>> 1) >>> (31 - shift))) & 0x7fffffff;
  }

  /** One word of a block into every lane. */
  #spread(place: number, word: number, value: number): void {
    const { lanes } = this.#plan;
    for (let lane = 0; lane < lanes; lane++) this.#words[place + (word ^ this.#swap) * lanes + lane] = value;
  }
}
