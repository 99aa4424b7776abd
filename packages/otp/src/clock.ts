import { toEpochSeconds, type Instant } from './instant.ts';

/** The seconds of a given time, or of now: the one place of this package that reads the clock. */
export function secondsAt(at: Instant | undefined): number {
  return at === undefined ? Date.now() / 1000 : toEpochSeconds(at);
}
