import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { RateLimiter } from '@tidelock/engine';
import { RateLimiterSQLite } from 'rate-limiter-flexible';
import { flexibleLimiter, optionsOf } from './flexible-limiter.ts';
import { cleanNowAndThen } from './clean-now-and-then.ts';

export interface SqliteLimiterOptions {
  /** What keys are hashed with; `limiterSecret(keys)` of the engine. */
  readonly secret: string;
}

/** How long a process holds still while another counts; a count takes some microseconds. */
const busyMilliseconds = 250;

/**
 * Counts in a file of its own, which all processes of one machine share, beside the file of a store. It is made at the first call, for
 * its owner alone. The counts are not on the disk when they are answered: they outlive the process, and what a power cut takes is one
 * window of one hour.
 */
export function sqliteLimiter(path: string, { secret }: SqliteLimiterOptions): RateLimiter {
  let database: DatabaseSync | null = null;
  const close = (): void => {
    database?.close();
    database = null;
  };
  return flexibleLimiter({
    secret,
    async open(budget) {
      database ??= openDatabase(path);
      const limiter = await ready((told) => {
        const options = { ...optionsOf(budget), tableName: 'rate_limits', clearExpiredByTimeout: false };
        return new RateLimiterSQLite(
          { ...options, storeClient: clientOf(database!), storeType: 'better-sqlite3' },
          told,
        );
      });
      return cleanNowAndThen(limiter);
    },
    reset: close,
    close,
  });
}

function openDatabase(path: string): DatabaseSync {
  // Made here, it has its mode from the first moment, and SQLite gives that on to the files that it puts beside it.
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: busyMilliseconds });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  return database;
}

/** As much of better-sqlite3 as the library uses. Its transactions have one statement, which is one by itself. */
function clientOf(database: DatabaseSync) {
  return {
    prepare: (sql: string) => database.prepare(sql),
    transaction: <Result>(run: () => Result) => run,
  };
}

/** A limiter whose table is there. */
function ready<Limiter>(open: (told: (error?: Error) => void) => Limiter): Promise<Limiter> {
  return new Promise((resolve, reject) => {
    const limiter: Limiter = open((error) => {
      if (error === undefined || error === null) queueMicrotask(() => resolve(limiter));
      else reject(error);
    });
  });
}
