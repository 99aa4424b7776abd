import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Listening } from './listen.ts';

/** What a logger must be able to do here; pino's loggers are. */
export interface StopLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface StopOptions {
  readonly server: Listening;
  /** What is closed when the last answer is out: the engine and its store. */
  readonly close: () => Promise<void>;
  readonly logger: StopLogger;
  /** How long answers may take; 10 s where left out. */
  readonly deadlineSeconds?: number;
  /** For how long after SIGTERM new connections are still taken, so that a balancer notices in time; 0 where left out. */
  readonly graceSeconds?: number;
  /** Told at the signal itself: what says whether this process wants requests says no from then on. */
  readonly onStopping?: () => void;
}

const signals = ['SIGTERM', 'SIGINT'] as const;
const deadlineSecondsDefault = 10;
/** A terminal sends Ctrl-C to npm and to us, and npm hands it on: one press comes twice within this time. */
const echoMs = 250;
/** What closing the store may take after that. */
const closeSeconds = 5;

/**
 * Ends the process in order at SIGTERM or SIGINT: after the grace, no new connection, every answer out, then the store closed, then status 0.
 * A second signal ends it at once, and loses nothing either: what was answered is durable.
 */
export function stopOnSignal({
  server,
  close,
  logger,
  deadlineSeconds = deadlineSecondsDefault,
  graceSeconds = 0,
  onStopping = () => undefined,
}: StopOptions): void {
  let stoppedAt: number | null = null;
  for (const signal of signals) {
    process.on(signal, () => {
      if (stoppedAt === null) {
        stoppedAt = performance.now();
        logger.info({ signal }, 'stopping');
        onStopping();
        // Whoever presses Ctrl-C waits for it, and is no balancer.
        void stop(signal === 'SIGTERM' ? graceSeconds : 0);
      } else if (performance.now() - stoppedAt > echoMs) {
        process.exit(128 + constants.signals[signal]);
      }
    });
  }

  const stop = async (grace: number): Promise<void> => {
    // The last way out, should the store never answer.
    setTimeout(() => process.exit(3), (grace + deadlineSeconds + closeSeconds) * 1000).unref();
    try {
      server.announceEnd();
      await pause(grace * 1000);
      const cutOff = await server.close(deadlineSeconds);
      if (cutOff > 0) logger.warn({ cutOff, deadlineSeconds }, 'requests were cut off by the deadline');
      await close();
      logger.info({}, 'stopped');
      process.exit(0);
    } catch (error) {
      logger.error({ fault: error instanceof Error ? error.message : null }, 'stopping failed');
      process.exit(3);
    }
  };
}
