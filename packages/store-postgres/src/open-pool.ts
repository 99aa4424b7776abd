import pg from 'pg';
import type { PostgresPool } from './pool.ts';

/** For each process; while all are busy, the next call waits for one. */
const connectionsMax = 10;

/** A pool on a URL as libpq has it. @throws RangeError where it is none; the message does not repeat it, since there may be a password in it. */
export function openPool(url: string): PostgresPool {
  if (!/^postgres(?:ql)?:\/\/./.test(url) || !URL.canParse(url))
    throw new RangeError('The URL of a PostgreSQL store begins with "postgres://".');
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    application_name: 'tidelock',
    keepAlive: true,
    // A process that is done ends by itself.
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced at the next call; unheard, the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}
