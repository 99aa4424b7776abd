import type { Timer } from '../ports/timer.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A timer that waits for `pass` alone. As with a real one, its waits do not depend on what a clock is set to. */
export interface VirtualTimer extends Timer {
  /** Lets so much time pass, on the clock too; whatever falls due on the way runs at its own moment, and is waited for. */
  pass(seconds: number): Promise<void>;
}

export function virtualTimer(clock: VirtualClock): VirtualTimer {
  const waiting = new Set<{ readonly at: number; readonly run: () => void }>();
  let elapsed = 0;
  const moveTo = (moment: number): void => {
    clock.advance(moment - elapsed);
    elapsed = moment;
  };
  return {
    after(seconds, run) {
      const entry = { at: elapsed + seconds, run };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    async pass(seconds) {
      const end = elapsed + seconds;
      for (;;) {
        await promisesSettled();
        const [next] = [...waiting].sort((left, right) => left.at - right.at);
        if (next === undefined || next.at > end) break;
        waiting.delete(next);
        moveTo(next.at);
        next.run();
      }
      moveTo(end);
      await promisesSettled();
    },
  };
}

/** Everything that waits for nothing but promises has run. */
async function promisesSettled(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}
