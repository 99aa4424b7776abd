import type { CounterRun, WholeSteps } from '../hash/hash.ts';
import { instantiate, textRoom, type KernelInstance, type TextRoom } from '../platform.ts';
import { truncateDigest } from '../truncate.ts';
import { keyPads, kernelPlaces as places, textPlace } from './kernel-places.ts';

/** What a kernel computes with; all but the module is read off FIPS 180-4. */
export interface KernelPlan {
  /**
   * WebAssembly in hexadecimal, with a function `f(schedule, before, after)` of three addresses and a memory `m`; and, where it has whole
   * steps, `b()` for base32, `k()` for a key and `c()` for a code.
   */
  readonly module: string;
  /** How many blocks it hashes at once: their words lie side by side. */
  readonly lanes: 1 | 4;
  readonly blockWords: 16 | 32;
  readonly stateWords: 5 | 8 | 16;
  readonly start: Int32Array;
  /** The round constants in the order of the memory; none where the module has its own. */
  readonly constants: ArrayLike<number>;
}

const scheduleWords = 160;
const none = () => {};
const nothing = () => 0;

/**
 * HMAC of counters by a block function in WebAssembly. It is an ornament: everything works without it, and where it works, its
 * results are those of the functions in `hash/`.
 */
export class Kernel implements WholeSteps {
  readonly #plan: KernelPlan;
  readonly #words: Int32Array;
  readonly #run: KernelInstance['f'];
  /** The halves of a word of 64 bits stand the other way round in memory: 1 for them, 0 for words of 32 bits. */
  readonly #swap: number;
  /** A key, a code, and the code's last digest: of whole steps. */
  readonly #takeKey: () => void;
  readonly #hashCounter: () => void;
  readonly #layText: () => number;
  readonly #text: TextRoom | null;
  readonly #outerDigest: Int32Array;
  /** The states two words at a time, to be wiped. */
  readonly #statePairs: Float64Array;
  readonly keyBlock: Int32Array;

  private constructor(plan: KernelPlan, { f, m, k = none, c = none, b = nothing }: KernelInstance) {
    const { blockWords, stateWords, start } = plan;
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
    this.#takeKey = k;
    this.#hashCounter = c;
    this.#layText = b;
    this.#text = b === nothing ? null : textRoom(m.buffer, places.text * 4, textPlace.roomBytes);
    // A first call that finds no text lays what the text rests with.
    b();
    this.#words.set(start, places.start);
    this.keyBlock = this.#words.subarray(places.key, places.key + 16).fill(keyPads.inner);
    this.#words[places.counter + 2] = 0x80000000;
    this.#words[places.counter + 15] = 18 * 32;
    this.#words[places.innerDigest + stateWords] = 0x80000000;
    this.#words[places.innerDigest + 15] = (16 + stateWords) * 32;
    this.#statePairs = new Float64Array(m.buffer, places.states * 4, 5);
    this.#outerDigest = this.#words.subarray(places.outerDigest, places.outerDigest + stateWords);
  }

  /** @returns null where the runtime has no WebAssembly, no lanes in it, or a policy against compiling it */
  static create(plan: KernelPlan): Kernel | null {
    const instance = instantiate(plan.module);
    return instance === null ? null : new Kernel(plan, instance);
  }

  /** See `Hash.truncateMany`. */
  truncateMany(states: ArrayLike<number>, { high, low, count }: CounterRun, to: Int32Array): void {
    const { lanes, stateWords } = this.#plan;
    if (count === 1 && this.#hashCounter !== none) {
      to[0] = this.truncate(states, high, low);
      return;
    }
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

  /** See `WholeSteps`. Only where the module has them. What is no ASCII has bytes that are none of the alphabet. */
  layText(text: string): boolean {
    const { length } = text;
    if (length === 0 || length > textPlace.characters || (length & 7) !== 0 || this.#text === null)
      return false;
    this.#text.utf8Write(text, 0, textPlace.roomBytes);
    return this.#layText() === 1;
  }

  /** See `WholeSteps`. Only where the module has them. */
  takeKey(): number[] {
    this.#takeKey();
    const w = this.#words;
    const p = places.states;
    const states = [
      w[p]!,
      w[p + 1]!,
      w[p + 2]!,
      w[p + 3]!,
      w[p + 4]!,
      w[p + 5]!,
      w[p + 6]!,
      w[p + 7]!,
      w[p + 8]!,
      w[p + 9]!,
    ];
    const pairs = this.#statePairs;
    pairs[0] = pairs[1] = pairs[2] = pairs[3] = pairs[4] = 0;
    return states;
  }

  /** See `WholeSteps`. Only where the module has them. It wipes the states in its memory. */
  truncate(states: ArrayLike<number>, high: number, low: number): number {
    const words = this.#words;
    const p = places.states;
    words[p] = states[0]!;
    words[p + 1] = states[1]!;
    words[p + 2] = states[2]!;
    words[p + 3] = states[3]!;
    words[p + 4] = states[4]!;
    words[p + 5] = states[5]!;
    words[p + 6] = states[6]!;
    words[p + 7] = states[7]!;
    words[p + 8] = states[8]!;
    words[p + 9] = states[9]!;
    words[places.counter] = high;
    words[places.counter + 1] = low;
    this.#hashCounter();
    return truncateDigest(this.#outerDigest);
  }

  /** One block, as `Hash.compress` has it: for the hash that JavaScript's numbers do not suit. One lane only. */
  compress(block: Int32Array, from: ArrayLike<number>, fromAt: number, to: Int32Array, toAt: number): void {
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
