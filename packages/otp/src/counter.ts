/** RFC 4226 §5.1: a counter has eight bytes. */
const counterMax = 2n ** 64n - 1n;

/** A counter cut into two signed halves, for hashing. */
export interface CounterHalves {
  readonly high: number;
  readonly low: number;
}

/**
 * Refuses what is no counter: a whole number up to 2^53 - 1, or a bigint up to 2^64 - 1.
 *
 * @throws TypeError, RangeError
 */
export function assertCounter(counter: number | bigint, name: string): void {
  if (typeof counter === 'bigint') {
    if (counter < 0n || counter > counterMax) throw new RangeError(`${name} must be from 0 to 2^64 - 1.`);
    return;
  }
  if (typeof counter !== 'number')
    throw new TypeError(`${name} must be a number or a bigint, not a ${typeof counter}.`);
  if (!Number.isSafeInteger(counter) || counter < 0) {
    throw new RangeError(`${name} must be a whole number from 0 to 2^53 - 1; give a bigint for more.`);
  }
}

/** The upper half of a whole number; the lower one is `value | 0`. */
export function highOf(value: number): number {
  return Math.floor(value / 0x100000000);
}

export function splitCounter(counter: number | bigint): CounterHalves {
  if (typeof counter === 'number') return { high: highOf(counter) | 0, low: counter | 0 };
  return { high: Number(BigInt.asIntN(32, counter >> 32n)), low: Number(BigInt.asIntN(32, counter)) };
}

/** How many counters there are from this one on, at most `wanted`: the last one of its kind ends the range. */
export function countersFrom(counter: number | bigint, wanted: number): number {
  const left = typeof counter === 'bigint' ? counterMax - counter : Number.MAX_SAFE_INTEGER - counter;
  return left >= wanted ? wanted : Number(left) + 1;
}
