import type { Clock, CourierLogger, Timer } from '@tidelock/engine';
import type { ClockState } from './clock-probe.ts';

/** What is known of a clock at one moment; all times in seconds since the epoch. */
export interface ClockFacts {
  readonly state: ClockState;
  readonly now: number;
  /** When the newest event of the store was written; null where there is none. */
  readonly newestEventAt: number | null;
}

/** What is wrong with a clock, in one word for the log. */
export type ClockFault = 'clock-not-synchronised' | 'clock-behind-log' | 'clock-before-release';

/** 2026-11-22: this code was written then. A clock before it is wrong, whoever keeps it. Moved on with each release. */
export const releasedAt = 1_795_305_600;

/** Clocks of two servers differ, and an event of the other one may be a little ahead: as much as a code lives. */
const aheadSecondsMax = 30;

/** What is wrong with a clock; empty where nothing is known to be. */
export function judgeClock({ state, now, newestEventAt }: ClockFacts): readonly ClockFault[] {
  const faults: ClockFault[] = [];
  if (state === 'not-synchronised') faults.push('clock-not-synchronised');
  if (newestEventAt !== null && newestEventAt > now + aheadSecondsMax) faults.push('clock-behind-log');
  if (now < releasedAt) faults.push('clock-before-release');
  return faults;
}

const advice: { readonly [fault in ClockFault]: string } = {
  'clock-not-synchronised':
    'The clock of this machine is not synchronised: half a minute off, and codes of apps are refused. Run systemd-timesyncd, chrony or another NTP client.',
  'clock-behind-log':
    'The clock of this machine is behind the newest event of the store: it went back, or that of another server is ahead. Synchronise them all.',
  'clock-before-release':
    'The clock of this machine shows a time before this version was written: codes of apps are refused. Set it, and run an NTP client.',
};

export interface ClockWatchRooms {
  readonly probe: () => Promise<ClockState>;
  readonly newestEventAt: () => Promise<number | null>;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly logger: CourierLogger;
}

/** Between two looks. */
export const lookSeconds = 3_600;

/**
 * Looks at the clock now and once an hour, and warns each time that it is wrong (S28). It refuses nothing: a clock that is
 * right and not known to be would shut everybody out. The function that it gives ends the watch.
 */
export function watchClock(rooms: ClockWatchRooms): () => void {
  let isOver = false;
  let saidUnknown = false;
  let wasWrong = false;
  let cancel: (() => void) | null = null;

  const look = async (): Promise<void> => {
    const { probe, newestEventAt, clock, logger } = rooms;
    const [state, newest] = await Promise.all([orElse(probe(), 'unknown'), orElse(newestEventAt(), null)]);
    if (isOver) return;
    const faults = judgeClock({ state, now: clock.now(), newestEventAt: newest });
    for (const fault of faults) logger.warn({ warning: fault }, advice[fault]);
    if (faults.length === 0 && wasWrong) logger.info({}, 'the clock of this machine is right again');
    wasWrong = faults.length > 0;
    if (state === 'unknown' && !saidUnknown) {
      saidUnknown = true;
      logger.info(
        {},
        'whether the clock of this machine is synchronised cannot be seen here: make sure of it on its host',
      );
    }
    cancel = rooms.timer.after(lookSeconds, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    cancel?.();
  };
}

/** What cannot be asked is not known; the next look may do better. */
function orElse<Value>(work: Promise<Value>, otherwise: Value): Promise<Value> {
  return work.catch(() => otherwise);
}
