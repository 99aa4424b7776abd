import type { CodeKey } from './code-key.ts';
import type { CounterRun } from './hash/hash.ts';
import { limits } from './limits.ts';
import { eachCandidate, parseCode } from './truncate.ts';

/** Two or three codes that a device showed one after the other, in that order. */
export type ConsecutiveCodes = readonly [string, string] | readonly [string, string, string];

/** The numbers of the codes, or null when one of them is no code. @throws TypeError for anything but two or three */
export function parseCodes(codes: ConsecutiveCodes, digits: number): readonly number[] | null {
  if (!Array.isArray(codes) || codes.length < limits.resyncCodesMin || codes.length > limits.resyncCodesMax) {
    throw new TypeError(
      'codes must be two or three consecutive codes, in the order in which they were shown.',
    );
  }
  const values = codes.map((code) => parseCode(code, digits));
  return values.includes(-1) ? null : values;
}

/**
 * The index of the counter that gives the first of consecutive codes, or -1. It is -1 too where they fit in two places: nobody can
 * say which is meant, and the next codes will.
 *
 * SECURITY: OTP-15, OTP-16, a single code never fits, and all candidates are computed and compared whatever fits.
 */
export function findCodes(
  key: CodeKey,
  codes: readonly number[],
  run: CounterRun,
  spentIndex: number,
): number {
  let found = -1;
  let places = 0;
  let afterOne = 0;
  let afterTwo = 0;
  eachCandidate(key, run, (value, index) => {
    const isNew = (spentIndex - index) >> 31;
    const third = codes.length === 2 ? 0 : equals(value, codes[2]!) & afterTwo;
    const second = equals(value, codes[1]!) & afterOne;
    const whole = codes.length === 2 ? second : third;
    found = ((index - codes.length + 1) & whole) | (found & ~whole);
    places -= whole;
    afterTwo = second;
    afterOne = equals(value, codes[0]!) & isNew;
  });
  return places === 1 ? found : -1;
}

/** -1 for yes and 0 for no. */
function equals(one: number, other: number): number {
  return ((one ^ other) - 1) >> 31;
}
