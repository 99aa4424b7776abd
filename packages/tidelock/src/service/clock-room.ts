import type { AccountStore, Clock, CourierLogger, Timer } from '@tidelock/engine';
import { probeClock } from './clock-probe.ts';
import { watchClock } from './clock-watch.ts';
import { firstTenant } from './open-engine.ts';

/** What watches the clock of this machine for a service. */
export interface ClockRoom {
  start(logger: CourierLogger): void;
  close(): void;
}

export function createClockRoom(store: AccountStore, clock: Clock): ClockRoom {
  let end: (() => void) | null = null;
  return {
    start(logger) {
      end ??= watchClock({
        probe: () => probeClock(),
        newestEventAt: () => newestEventOf(store),
        clock,
        timer: patientTimer,
        logger,
      });
    },
    close: () => end?.(),
  };
}

/** Keeps no process alive. */
const patientTimer: Timer = {
  after(seconds, run) {
    const handle = setTimeout(run, seconds * 1000).unref();
    return () => clearTimeout(handle);
  },
};

/** The tenants whose logs are looked into: the first one's, and the store's own. */
const tenants = [firstTenant, ''];

/** When the newest event was written, seconds since the epoch; null where there is none. */
async function newestEventOf(store: AccountStore): Promise<number | null> {
  let newest: number | null = null;
  for (const tenant of tenants) {
    for await (const { at } of store.readEvents({ tenant, limit: 1 })) newest = Math.max(newest ?? at, at);
  }
  return newest;
}
