/** The count of failures on everything that can be guessed, and the lock that follows from it. */
export interface Throttle {
  readonly failures: number;
  /** Seconds since the epoch, by the clock of whoever counted; 0 where it was never locked. It only moves forward. */
  readonly lockedUntil: number;
  /** When a clock first found the lock further off than its own length; null where none has. */
  readonly tooFarSince: number | null;
  /** Whether this lock has already refused an attempt: one event stands for all. */
  readonly refusalLogged: boolean;
}

/** After how many failures a throttle locks, and for how long: doubled with each further one, up to the most. */
export interface ThrottleRule {
  readonly failuresBeforeLock: number;
  readonly lockSeconds: number;
  readonly lockSecondsMax: number;
}

/** A count that never failed. */
export const freshThrottle: Throttle = Object.freeze({
  failures: 0,
  lockedUntil: 0,
  tooFarSince: null,
  refusalLogged: false,
});

/** How long the lock lasts after so many failures; 0 while they are too few. RFC 4226 §7.3. */
export function lockSecondsAfter(failures: number, rule: ThrottleRule): number {
  const beyond = failures - rule.failuresBeforeLock;
  if (beyond < 0) return 0;
  // Beyond 2^12 seconds every allowed maximum is reached, and the power stays a small number.
  return Math.min(rule.lockSeconds * 2 ** Math.min(beyond, 12), rule.lockSecondsMax);
}

/** One more failure. A lock that another clock has put further off stays where it is, for that clock to respect. */
export function countFailure(throttle: Throttle, rule: ThrottleRule, now: number): Throttle {
  const failures = throttle.failures + 1;
  const seconds = lockSecondsAfter(failures, rule);
  const own = seconds === 0 ? 0 : Math.ceil(now) + seconds;
  const isTooFar = throttle.lockedUntil > Math.ceil(now) + seconds;
  return {
    failures,
    lockedUntil: Math.max(throttle.lockedUntil, own),
    tooFarSince: isTooFar ? now : null,
    refusalLogged: false,
  };
}

/**
 * When the lock ends by this clock, seconds since the epoch; in the past where nothing is locked.
 * SECURITY: F3, a lock further off than its own length was set by a clock that jumped, or that goes ahead of this one: it
 * is waited for once, from when it was first seen, and neither for a day nor not at all.
 */
export function lockEnd(throttle: Throttle, rule: ThrottleRule, now: number): number {
  const seconds = lockSecondsAfter(throttle.failures, rule);
  if (throttle.lockedUntil <= Math.ceil(now) + seconds) return throttle.lockedUntil;
  const since = throttle.tooFarSince;
  return Math.ceil(since !== null && since <= now ? since : now) + seconds;
}

/** Whether nothing is judged now. */
export function isLocked(throttle: Throttle, rule: ThrottleRule, now: number): boolean {
  return now < lockEnd(throttle, rule, now);
}

/** How many failures are left before the next lock; 0 where each further one locks. */
export function attemptsLeft(throttle: Throttle, rule: ThrottleRule): number {
  return Math.max(0, rule.failuresBeforeLock - throttle.failures);
}

/** Notes that this clock finds the lock too far off, so that the wait for it begins; the same throttle where it does not. */
export function noteTooFar(throttle: Throttle, rule: ThrottleRule, now: number): Throttle {
  const isTooFar = throttle.lockedUntil > Math.ceil(now) + lockSecondsAfter(throttle.failures, rule);
  const isNoted = throttle.tooFarSince !== null && throttle.tooFarSince <= now;
  return isTooFar && !isNoted ? { ...throttle, tooFarSince: now } : throttle;
}
