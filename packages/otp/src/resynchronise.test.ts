import { expect, it } from 'vitest';
import { codeStates, type CodeKey } from './code-key.ts';
import { sha1 } from './hash/sha1.ts';
import { findCodes } from './resynchronise.ts';
import { secretBytes } from './secret.ts';
import { eachCandidate } from './truncate.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const states = codeStates(secret, sha1, secretBytes);

/** A hash that counts its blocks. */
function countingKey(): { key: CodeKey; blocks: () => number } {
  let count = 0;
  const compress: typeof sha1.compress = (...block) => {
    count++;
    sha1.compress(...block);
  };
  return { key: { hash: { ...sha1, compress }, states, digits: 6 }, blocks: () => count };
}

/** A hash whose counters repeat: each gives what the counter modulo ten gives, so that codes fit in many places. */
const repeating: CodeKey = {
  hash: {
    ...sha1,
    compress(block, from, fromAt, to, toAt) {
      if (block === sha1.counterRoom.counterBlock) block[1]! %= 10;
      sha1.compress(block, from, fromAt, to, toAt);
    },
  },
  states,
  digits: 6,
};

const codesOf = (key: CodeKey, count: number) => {
  const codes: number[] = [];
  eachCandidate(key, { high: 0, low: 0, count }, (value) => codes.push(value));
  return codes;
};

it('OTP-16 as many hash blocks for a match at any place, for a spent one, and for none', () => {
  const codes = codesOf(countingKey().key, 302);
  for (const first of [0, 1, 103, 104, 150, 299, 300]) {
    for (const spent of [-1, 120, 400]) {
      const { key, blocks } = countingKey();
      const found = findCodes(
        key,
        [codes[first]!, codes[first + 1]!],
        { high: 0, low: 0, count: 302 },
        spent,
      );
      expect(found).toBe(first > spent ? first : -1);
      expect(blocks()).toBe(2 * 302);
    }
  }
  const { key, blocks } = countingKey();
  expect(findCodes(key, [1, 2], { high: 0, low: 0, count: 302 }, -1)).toBe(-1);
  expect(blocks()).toBe(2 * 302);
});

it('codes that fit in two places are refused, for nobody can say which is meant', () => {
  const [, , three, four, five] = codesOf(repeating, 10);
  const inRun = (count: number, codes: number[]) =>
    findCodes(repeating, codes, { high: 0, low: 0, count }, -1);
  expect(inRun(10, [three!, four!])).toBe(2);
  expect(inRun(13, [three!, four!])).toBe(2);
  expect(inRun(14, [three!, four!])).toBe(-1);
  expect(inRun(14, [three!, four!, five!])).toBe(2);
  expect(inRun(30, [three!, four!, five!])).toBe(-1);
});
