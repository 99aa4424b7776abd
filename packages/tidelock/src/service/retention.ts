import type { AuditDesk, Clock, CourierLogger, Timer } from '@tidelock/engine';

const daySeconds = 24 * 3600;
/** A service that just starts has other things to do. */
const firstSeconds = 60;

export interface RetentionOptions {
  readonly auditLog: Pick<AuditDesk, 'prune'>;
  /** For how many days an event is kept. */
  readonly days: number;
  readonly logger: CourierLogger;
  readonly clock: Clock;
  readonly timer: Timer;
}

/** Deletes old events of the audit log, a minute after the start and then once a day, until it is stopped. */
export function startRetention({
  auditLog,
  days,
  logger,
  clock,
  timer,
}: RetentionOptions): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let cancel = timer.after(firstSeconds, round);
  let stopped = false;

  function round(): void {
    running = prune().finally(() => {
      if (!stopped) cancel = timer.after(daySeconds, round);
    });
  }

  async function prune(): Promise<void> {
    try {
      const report = await auditLog.prune({ before: Math.max(0, clock.now() - days * daySeconds) });
      logger.info(report, 'the audit log was pruned');
      if (report.broken > 0)
        logger.warn(
          { broken: report.broken },
          'the log of some accounts does not verify, and nothing of it was pruned: see "tidelock audit export" and "audit verify"',
        );
    } catch (error) {
      logger.warn({ err: error }, 'the audit log could not be pruned; it is tried again tomorrow');
    }
  }

  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}

/** The timer of this machine; it keeps no process alive. */
export const retentionTimer: Timer = {
  after(seconds, run) {
    const handle = setTimeout(run, seconds * 1000).unref();
    return () => clearTimeout(handle);
  },
};
