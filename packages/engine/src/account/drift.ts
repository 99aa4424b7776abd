import type { Policy } from '../policy.ts';

/** How far a device's own clock is known to be off, in steps; ahead of ours where positive (RFC 6238 §6). */
export interface Drift {
  /** A running mean of where its codes were found, hence a fraction. */
  readonly mean: number;
  /** What a resynchronisation found: the mean stays near it. 0 where there was none. */
  readonly resynced: number;
}

/** A clock of which nothing is known is taken to be right. */
export const noDrift: Drift = Object.freeze({ mean: 0, resynced: 0 });

/** The step around which the window lies, counted from the present one. */
export function centreOf({ mean }: Drift): number {
  // Half a step counts as none, so that one code typed late moves nothing.
  return Math.sign(mean) * Math.ceil(Math.abs(mean) - 0.5);
}

/**
 * What is known after a code was accepted so many steps from the present one.
 * SECURITY: OTP-12, A10, codes alone move the window by so many steps at most; the window itself never grows.
 */
export function learnDrift(
  { mean, resynced }: Drift,
  seen: number,
  { driftStepsMax }: Pick<Policy, 'driftStepsMax'>,
): Drift {
  // The mean of the mean and the newest: two codes in a row that came late move the window, one does not.
  const learnt = (mean + seen) / 2;
  const limited = Math.max(resynced - driftStepsMax, Math.min(resynced + driftStepsMax, learnt));
  // Two places are enough, and keep the record short.
  return { mean: Math.round(limited * 100) / 100, resynced };
}

/** What is known after consecutive codes were found so many steps from the present one. */
export function resyncDrift(found: number): Drift {
  return { mean: found, resynced: found };
}
