import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCodes } from './find-codes.ts';

const rangeOf = (shown: readonly string[], firstFree = 0) => ({
  codeAt: (place: number) => shown[place]!,
  count: shown.length,
  firstFree,
});

/** The same by looking at every place in turn. */
function lookThrough(codes: readonly string[], shown: readonly string[], firstFree: number) {
  const places = shown
    .map((_, place) => place)
    .filter((place) => place >= firstFree && codes.every((code, index) => shown[place + index] === code));
  return { place: places.at(-1) ?? -1, times: places.length };
}

describe('codes in a row', () => {
  test('OTP-15 are found where they follow each other, and not reversed, repeated or apart', () => {
    const range = rangeOf(['111111', '222222', '000003', '444444']);
    expect(findCodes(['222222', '000003'], range)).toEqual({ place: 1, times: 1 });
    expect(findCodes(['111111', '222222', '000003'], range)).toEqual({ place: 0, times: 1 });
    for (const codes of [
      ['000003', '222222'],
      ['222222', '222222'],
      ['111111', '000003'],
      ['444444', '111111'],
    ])
      expect(findCodes(codes, range)).toEqual({ place: -1, times: 0 });
  });

  test('that fit in two places are said to', () => {
    const range = rangeOf(['111111', '222222', '333333', '111111', '222222']);
    expect(findCodes(['111111', '222222'], range)).toEqual({ place: 3, times: 2 });
  });

  test('are never found at a spent place', () => {
    const shown = ['111111', '222222', '333333'];
    expect(findCodes(['111111', '222222'], rangeOf(shown, 1)).times).toBe(0);
    expect(findCodes(['222222', '333333'], rangeOf(shown, 1)).times).toBe(1);
    expect(findCodes(['333333'], rangeOf(shown, 3)).times).toBe(0);
  });

  test('OTP-16 every code of the range is computed, wherever they stand', () => {
    const shown = ['111111', '222222', '333333', '444444'];
    for (const codes of [
      ['111111', '222222'],
      ['333333', '444444'],
      ['999999', '999999'],
    ]) {
      let computed = 0;
      findCodes(codes, { ...rangeOf(shown), codeAt: (place) => ((computed += 1), shown[place]!) });
      expect(computed).toBe(4);
    }
  });

  test('are found as by somebody who looks at every place in turn', () => {
    const code = fc.constantFrom('000000', '000001', '99999999', '10000000');
    const codes = fc.array(code, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(codes, fc.array(code, { maxLength: 12 }), fc.nat(12), (wanted, shown, firstFree) => {
        expect(findCodes(wanted, rangeOf(shown, firstFree))).toEqual(lookThrough(wanted, shown, firstFree));
      }),
      { numRuns: 500 },
    );
  });
});
