import { limits } from './limits.ts';

/** A point in time: seconds since 1970-01-01T00:00:00Z, with a fraction or without, or a Date. */
export type Instant = number | Date;

/**
 * Seconds since the epoch.
 *
 * @throws TypeError for another type; RangeError for NaN, an invalid Date, a time before 1970, or milliseconds
 */
export function toEpochSeconds(at: Instant, name = 'at'): number {
  if (typeof at !== 'number' && !(at instanceof Date)) {
    throw new TypeError(`${name} must be seconds since 1970 as a number, or a Date.`);
  }
  const seconds = typeof at === 'number' ? at : at.getTime() / 1000;
  // NaN fails both comparisons.
  if (seconds >= 0 && seconds <= limits.epochSecondsMax) return seconds;
  if (seconds > limits.epochSecondsMax) {
    throw new RangeError(
      `${name} must be seconds since 1970. This is too large for that: are they milliseconds? Divide by 1000.`,
    );
  }
  throw new RangeError(`${name} must be a valid time in seconds since 1970, not negative and not NaN.`);
}
