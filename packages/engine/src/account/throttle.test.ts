import { describe, expect, test } from 'vitest';
import {
  attemptsLeft,
  countFailure,
  freshThrottle,
  isLocked,
  lockEnd,
  lockSecondsAfter,
  noteTooFar,
  type Throttle,
} from './throttle.ts';

const rule = { failuresBeforeLock: 5, lockSeconds: 60, lockSecondsMax: 3600 } as const;

function failTimes(times: number, now: number): Throttle {
  let throttle = freshThrottle;
  for (let count = 0; count < times; count += 1) throttle = countFailure(throttle, rule, now);
  return throttle;
}

describe('the throttle', () => {
  test('S06 B1 four failures do not lock, the fifth does', () => {
    expect(isLocked(failTimes(4, 1000), rule, 1000)).toBe(false);
    expect(attemptsLeft(failTimes(4, 1000), rule)).toBe(1);
    const fifth = failTimes(5, 1000);
    expect(lockEnd(fifth, rule, 1000)).toBe(1060);
    expect(attemptsLeft(fifth, rule)).toBe(0);
    expect(isLocked(fifth, rule, 1059.999)).toBe(true);
    expect(isLocked(fifth, rule, 1060)).toBe(false);
  });

  test('S24 RATE-02 each further failure doubles the lock, up to an hour', () => {
    const seconds = [5, 6, 7, 8, 9, 10, 11, 12, 100, 1e6].map((failures) => lockSecondsAfter(failures, rule));
    expect(seconds).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]);
  });

  test('F3 a lock that a jump of the clock put too far off is waited for once, and no longer', () => {
    const back = 1_000_000 - 86_400;
    const seen = noteTooFar(failTimes(5, 1_000_000), rule, back);
    expect(lockEnd(seen, rule, back)).toBe(back + 60);
    expect(noteTooFar(seen, rule, back + 30)).toBe(seen);
    expect(isLocked(seen, rule, back + 59)).toBe(true);
    expect(isLocked(seen, rule, back + 60)).toBe(false);
    // A second jump back begins the wait anew, and it is as short.
    const again = noteTooFar(seen, rule, back - 86_400);
    expect(lockEnd(again, rule, back - 86_400)).toBe(back - 86_400 + 60);
  });

  test('F3 two servers whose clocks differ by an hour judge twice as much as one, and no more', () => {
    let throttle = freshThrottle;
    let judged = 0;
    for (let second = 0; second < 3600; second += 1) {
      for (const now of [10_000 + second, 13_600 + second]) {
        throttle = noteTooFar(throttle, rule, now);
        if (isLocked(throttle, rule, now)) continue;
        judged += 1;
        throttle = countFailure(throttle, rule, now);
      }
    }
    // One clock alone judges 5, and then one after 60, 120, 240, 480, 960 and 1,920 seconds.
    expect(judged).toBeLessThanOrEqual(2 * 11);
  });

  test('F3 a lock is too far off beyond its own length, and not at its edge', () => {
    const locked = (lockedUntil: number, tooFarSince: number | null = null): Throttle => ({
      failures: 5,
      lockedUntil,
      tooFarSince,
      refusalLogged: true,
    });
    // Half a second into a second: the own length is counted from its end.
    expect(noteTooFar(locked(1061), rule, 1000.5)).toEqual(locked(1061));
    expect(noteTooFar(locked(1062), rule, 1000.5)).toEqual(locked(1062, 1000.5));
    expect(noteTooFar(locked(1062, 1000.5), rule, 1000.5)).toEqual(locked(1062, 1000.5));
    expect(noteTooFar(locked(1062, 1001), rule, 1000.5)).toEqual(locked(1062, 1000.5));
    expect(lockEnd(locked(1061), rule, 1000.5)).toBe(1061);
    expect(lockEnd(locked(1062), rule, 1000.5)).toBe(1061);
    expect(lockEnd(locked(9000, 990.5), rule, 1000)).toBe(1051);
    expect(lockEnd(locked(9000, 1000), rule, 1000)).toBe(1060);
    expect(lockEnd(locked(9000, 1001), rule, 1000)).toBe(1060);
    expect(lockEnd(locked(9000), rule, 1000)).toBe(1060);
  });

  test('F3 one more failure keeps a lock that another clock has set, and begins the wait for it', () => {
    const before = (lockedUntil: number): Throttle => ({
      ...freshThrottle,
      failures: 4,
      lockedUntil,
      refusalLogged: true,
    });
    const after = { failures: 5, refusalLogged: false };
    expect(countFailure(before(1061), rule, 1000.5)).toEqual({
      ...after,
      lockedUntil: 1061,
      tooFarSince: null,
    });
    expect(countFailure(before(1062), rule, 1000.5)).toEqual({
      ...after,
      lockedUntil: 1062,
      tooFarSince: 1000.5,
    });
    expect(countFailure(before(7), rule, 1000.5)).toEqual({ ...after, lockedUntil: 1061, tooFarSince: null });
    expect(countFailure(freshThrottle, rule, 1000.5)).toEqual({ ...freshThrottle, failures: 1 });
  });
});
