import type { Timer } from '../ports/timer.ts';

/** The timer of this machine. */
export const systemTimer: Timer = {
  after(seconds, run) {
    const handle = setTimeout(run, seconds * 1000);
    return () => clearTimeout(handle);
  },
};
