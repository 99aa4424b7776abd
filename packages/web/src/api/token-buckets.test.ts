import { expect, test } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

test('a burst is given at once, then one each so many milliseconds', () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 5 });
  const taken = Array.from({ length: 8 }, () => buckets.take('a', 1000));
  expect(taken).toEqual([0, 0, 0, 0, 0, 100, 100, 100]);
  expect(buckets.take('a', 1099)).toBeCloseTo(1);
  expect(buckets.take('a', 1100)).toBe(0);
  expect(buckets.take('a', 1100)).toBeCloseTo(100);
  // Full again after half a second, and no fuller.
  const later = Array.from({ length: 6 }, () => buckets.take('a', 60_000));
  expect(later).toEqual([0, 0, 0, 0, 0, 100]);
});

test('over ten seconds of a flood, what is let through is the rate and one burst', () => {
  const buckets = new TokenBuckets({ perSecond: 100, burst: 100 });
  let passed = 0;
  for (let now = 0; now < 10_000; now += 0.25) if (buckets.take('a', now) === 0) passed += 1;
  expect(passed).toBeGreaterThanOrEqual(1_099);
  expect(passed).toBeLessThanOrEqual(1_101);
});

test('names are counted apart, and so many are remembered that memory does not grow', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
  expect(buckets.take('a', 0)).toBe(0);
  expect(buckets.take('b', 0)).toBe(0);
  expect(buckets.take('a', 0)).toBeGreaterThan(0);
  for (let name = 0; name < 9_998; name += 1) buckets.take(`n${name}`, 0);
  expect(buckets.take('b', 0)).toBeGreaterThan(0);
  buckets.take('one more', 0);
  // The first gave way, and begins anew.
  expect(buckets.take('a', 0)).toBe(0);
});
