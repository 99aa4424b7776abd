import { expect, it } from 'vitest';
import { fastSha1 } from './kernel/fast-hashes.ts';
import type { Hash } from './hash/hash.ts';
import { generateCode } from './generate-code.ts';
import { codeOf, formatCode } from './truncate.ts';

/** A hash whose codes are told, so that each of them is seen. */
function hashOfValues(truncate: () => number): Hash {
  const whole = { keyBlock: new Int32Array(16), layText: () => false, takeKey: () => [], truncate };
  return { ...fastSha1(), whole: { ask: () => whole, made: () => whole } };
}

it.each([6, 7, 8])('a code of %i digits is a text of as many', (digits) => {
  let value = 0;
  const key = { hash: hashOfValues(() => value), states: [], digits };
  const last = 10 ** digits - 1;
  // Every code of six digits; of the others, steps that end differently each time.
  for (let step = digits === 6 ? 1 : 97; value <= last; value += step) {
    const code = generateCode(key, 0, 0);
    if (code !== formatCode(value, digits)) expect.fail(`${code} for ${value}`);
  }
  value = last;
  expect(generateCode(key, 0, 0)).toBe('9'.repeat(digits));
});

it('is the code of the plain way, before there is a kernel and with it', () => {
  const hash = fastSha1();
  const states = Array.from({ length: 10 }, (_, at) => Math.imul(at + 1, 0x9e3779b1));
  for (let low = 0; low < 200; low++) {
    const key = { hash, states, digits: 6 };
    expect(generateCode(key, 0, low)).toBe(codeOf(key, 0, low));
  }
  expect(hash.whole!.made() === null).toBe(false);
});
