import type { Clock } from '../ports/clock.ts';

/** A clock that stands still until it is told otherwise. */
export interface VirtualClock extends Clock {
  /** Seconds forward, or back where negative. */
  advance(seconds: number): void;
  /** Seconds since the epoch. */
  set(now: number): void;
}

/** Begins at 2026-01-01T00:00:00Z, at the edge of a time step. */
export function virtualClock(start = 1_767_225_600): VirtualClock {
  let time = start;
  return {
    now: () => time,
    advance(seconds) {
      time += seconds;
    },
    set(now) {
      time = now;
    },
  };
}
