import type { CodeKey } from './code-key.ts';
import { highOf } from './counter.ts';
import type { CounterRun } from './hash/hash.ts';
import type { HmacKey } from './hash/hmac.ts';

/**
 * The 31 bits that a counter gives: HMAC, then dynamic truncation (RFC 4226 §5.3). The counter comes in two signed halves.
 *
 * SECURITY: OTP-16, no branch depends on the secret or the digest; the four bytes are shifted out of two words, and the
 * one index that depends on the digest stays inside one small array (`truncate.test.ts` counts the blocks).
 */
export function truncate({ hash, states }: HmacKey<ArrayLike<number>>, high: number, low: number): number {
  const { stateWords } = hash;
  const { counterBlock, digestBlock, digest } = hash.counterRoom;
  counterBlock[0] = high;
  counterBlock[1] = low;
  hash.compress(counterBlock, states, 0, digestBlock, 0);
  hash.compress(digestBlock, states, stateWords, digest, 0);
  return truncateDigest(digest);
}

/** The four bytes that the last half-byte of a digest points at, without their sign (RFC 4226 §5.3, §5.4). */
export function truncateDigest(digest: Int32Array): number {
  const offset = digest[digest.length - 1]! & 15;
  const word = offset >> 2;
  const shift = (offset & 3) << 3;
  return ((digest[word]! << shift) | ((digest[word + 1]! >>> 1) >>> (31 - shift))) & 0x7fffffff;
}

const moduli: readonly number[] = [1e6, 1e7, 1e8];
const inverses: readonly number[] = /* @__PURE__ */ moduli.map((modulus) => 1 / modulus);

/**
 * `value` modulo 10^digits, without a division, whose time depends on its operands. That rounding never spoils the quotient is
 * proved by `truncate.test.ts`, which tries every multiple and its neighbours: between them the quotient can only stay.
 */
export function lastDigits(value: number, digits: number): number {
  const quotient = (value * inverses[digits - 6]!) | 0;
  return value - Math.imul(quotient, moduli[digits - 6]!);
}

/** The code of a counter, a string of exactly that many digits (RFC 4226 §5.3). */
export function codeOf(key: CodeKey, high: number, low: number): string {
  return formatCode(lastDigits(truncate(key, high, low), key.digits), key.digits);
}

/** A number below 10^digits as a code: a digit before it, so that its zeros stay, and away with that. */
export function formatCode(value: number, digits: number): string {
  return `${value + moduli[digits - 6]!}`.substring(1);
}

/** The number that a code of exactly `digits` ASCII digits stands for, and -1 for anything else. */
export function parseCode(code: unknown, digits: number): number {
  if (typeof code !== 'string' || code.length !== digits) return -1;
  let value = 0;
  let foreign = 0;
  for (let at = 0; at < digits; at++) {
    const digit = code.charCodeAt(at) - 48;
    foreign |= digit | (9 - digit);
    value = value * 10 + digit;
  }
  return foreign < 0 ? -1 : value;
}

/** The counters to look at. */
export interface CounterRange extends CounterRun {
  /** Candidates up to this index are computed like all others and never match: they are spent. -1 for none. */
  readonly spentIndex: number;
  /** -1: of two that match, the last counts. 0: the first does. */
  readonly preferLast: -1 | 0;
}

/** How many counters are computed before they are looked at: as many as the longest look-ahead has, and a few. */
const runMax = 104;
const room: Int32Array = /* @__PURE__ */ new Int32Array(runMax);

/** The 31 bits of `length` counters of a run, `runMax` at most, from number `first` of it on. They stand there until the next call. */
function truncateRun(
  key: HmacKey<ArrayLike<number>>,
  run: CounterRun,
  first: number,
  length: number,
): Int32Array {
  const from = (run.low >>> 0) + first;
  let high = (run.high + highOf(from)) | 0;
  let low = from | 0;
  if (key.hash.truncateMany?.(key.states, { high, low, count: length }, room) === true) return room;
  for (let index = 0; index < length; index++) {
    room[index] = truncate(key, high, low);
    low = (low + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
  }
  return room;
}

/** Goes through the codes of a run as numbers, all of them and in order. */
export function eachCandidate(
  key: CodeKey,
  run: CounterRun,
  visit: (value: number, index: number) => void,
): void {
  for (let first = 0; first < run.count; first += runMax) {
    const length = Math.min(runMax, run.count - first);
    const values = truncateRun(key, run, first, length);
    for (let at = 0; at < length; at++) visit(lastDigits(values[at]!, key.digits), first + at);
  }
}

/**
 * The index of the counter that gives this code, or -1.
 *
 * SECURITY: OTP-16, every candidate is computed and compared, and the result is picked with masks: neither the number of
 * hash blocks nor a branch depends on whether or where a code matched.
 */
export function findCode(key: CodeKey, code: number, range: CounterRange): number {
  const { count, spentIndex, preferLast } = range;
  const { digits } = key;
  let found = -1;
  for (let first = 0; first < count; first += runMax) {
    const length = Math.min(runMax, count - first);
    const values = truncateRun(key, range, first, length);
    for (let at = 0; at < length; at++) {
      const index = first + at;
      const difference = lastDigits(values[at]!, digits) ^ code;
      // Each mask is -1 for yes and 0 for no: equal, not spent, and none found yet unless the last one counts.
      const take = ((difference - 1) >> 31) & ((spentIndex - index) >> 31) & (preferLast | (found >> 31));
      found = (index & take) | (found & ~take);
    }
  }
  return found;
}
