/** One count of failures, and the lock that follows from it. */
export interface Throttle {
  readonly failures: number;
  /** Seconds since the epoch; 0 where it is not locked. */
  readonly lockedUntil: number;
  /** Whether this lock has already refused an attempt: one event stands for all. */
  readonly refusalLogged: boolean;
}

/** How a throttle reacts; `growth` 2 doubles the lock with each further failure, 1 leaves it flat. */
export interface ThrottleRule {
  readonly failuresBeforeLock: number;
  readonly lockSeconds: number;
  readonly lockSecondsMax: number;
  readonly growth: 1 | 2;
}

/** A count that never failed. */
export const freshThrottle: Throttle = Object.freeze({ failures: 0, lockedUntil: 0, refusalLogged: false });

/** How long the lock lasts after so many failures; 0 while they are too few. RFC 4226 §7.3. */
export function lockSecondsAfter(failures: number, rule: ThrottleRule): number {
  const beyond = failures - rule.failuresBeforeLock;
  if (beyond < 0) return 0;
  // Beyond 2^12 seconds every allowed maximum is reached, and the power stays a small number.
  return Math.min(rule.lockSeconds * rule.growth ** Math.min(beyond, 12), rule.lockSecondsMax);
}

/** One more failure. */
export function countFailure(throttle: Throttle, rule: ThrottleRule, now: number): Throttle {
  const failures = throttle.failures + 1;
  const seconds = lockSecondsAfter(failures, rule);
  return { failures, lockedUntil: seconds === 0 ? 0 : Math.ceil(now) + seconds, refusalLogged: false };
}

/** Whether nothing is judged now. */
export function isLocked(throttle: Throttle, now: number): boolean {
  return now < throttle.lockedUntil;
}

/** How many failures are left before the next lock; 0 where each further one locks. */
export function attemptsLeft(throttle: Throttle, rule: ThrottleRule): number {
  return Math.max(0, rule.failuresBeforeLock - throttle.failures);
}

/** SECURITY: F3, a lock further off than its own maximum was set by a clock that jumped, and is clipped. */
export function clipThrottle(throttle: Throttle, rule: ThrottleRule, now: number): Throttle {
  const latest = Math.ceil(now) + lockSecondsAfter(throttle.failures, rule);
  return throttle.lockedUntil > latest ? { ...throttle, lockedUntil: latest } : throttle;
}
