import { describe, expect, test } from 'vitest';
import {
  attemptsLeft,
  clipThrottle,
  countFailure,
  freshThrottle,
  isLocked,
  lockSecondsAfter,
  type Throttle,
} from './throttle.ts';

const rule = { failuresBeforeLock: 5, lockSeconds: 60, lockSecondsMax: 3600, growth: 2 } as const;

function failTimes(times: number, now: number): Throttle {
  let throttle = freshThrottle;
  for (let count = 0; count < times; count += 1) throttle = countFailure(throttle, rule, now);
  return throttle;
}

describe('the throttle', () => {
  test('S06 B1 four failures do not lock, the fifth does', () => {
    expect(isLocked(failTimes(4, 1000), 1000)).toBe(false);
    expect(attemptsLeft(failTimes(4, 1000), rule)).toBe(1);
    const fifth = failTimes(5, 1000);
    expect(fifth.lockedUntil).toBe(1060);
    expect(attemptsLeft(fifth, rule)).toBe(0);
    expect(isLocked(fifth, 1059.999)).toBe(true);
    expect(isLocked(fifth, 1060)).toBe(false);
  });

  test('S24 RATE-02 each further failure doubles the lock, up to an hour', () => {
    const seconds = [5, 6, 7, 8, 9, 10, 11, 12, 100, 1e6].map((failures) => lockSecondsAfter(failures, rule));
    expect(seconds).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]);
  });

  test('B11 a flat throttle does not grow', () => {
    const flat = { ...rule, growth: 1, lockSeconds: 30, lockSecondsMax: 30 } as const;
    expect([5, 6, 50].map((failures) => lockSecondsAfter(failures, flat))).toEqual([30, 30, 30]);
  });

  test('F3 a lock that a jump of the clock put too far off is clipped to its own length', () => {
    const locked = failTimes(5, 1_000_000);
    const clipped = clipThrottle(locked, rule, 1_000_000 - 86_400);
    expect(clipped.lockedUntil).toBe(1_000_000 - 86_400 + 60);
    expect(clipThrottle(locked, rule, 1_000_030)).toBe(locked);
  });
});
