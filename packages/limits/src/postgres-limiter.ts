import type { RateLimiter } from '@tidelock/engine';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { cleanNowAndThen } from './clean-now-and-then.ts';
import { flexibleLimiter, optionsOf } from './flexible-limiter.ts';

/** As much of a client of `pg` as is needed. */
export interface LimiterClient {
  query(query: { readonly text: string; readonly values?: unknown[] }): Promise<{
    readonly rows: readonly Readonly<Record<string, unknown>>[];
  }>;
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** As much of a pool of `pg` as is needed. */
export interface LimiterPool {
  connect(): Promise<LimiterClient>;
}

export interface PostgresLimiterOptions {
  /** What keys are hashed with; `limiterSecret(keys)` of the engine. */
  readonly secret: string;
  /** Where the table `rate_limits` is: a name of a-z, 0-9 and "_", `tidelock` by default. */
  readonly schema?: string;
}

/**
 * Counts in PostgreSQL, for all processes that use it. The pool stays the caller's. PgBouncer in transaction mode
 * is fine.
 *
 * @throws RangeError when `schema` is no such name.
 */
export function postgresLimiter(
  pool: LimiterPool,
  { secret, schema = 'tidelock' }: PostgresLimiterOptions,
): RateLimiter {
  // It stands in statements as it is.
  if (!/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw new RangeError('schema is a name of a-z, 0-9 and "_", of 63 characters at most.');
  return flexibleLimiter({
    secret,
    async open(budget) {
      await makeTable(pool, schema);
      const limiter = new RateLimiterPostgres({
        ...optionsOf(budget),
        storeClient: clientOf(pool),
        storeType: 'pool',
        schemaName: schema,
        tableName,
        tableCreated: true,
        clearExpiredByTimeout: false,
      });
      return cleanNowAndThen(limiter);
    },
  });
}

const tableName = 'rate_limits';

/** What an answer is waited for: whoever asks has given up by then, and the connection is not kept. */
const answerMilliseconds = 2_000;

/** A broken connection is told to whoever waits for its answer; unheard, the same event would end the process. */
function ignore(): void {}

async function run(pool: LimiterPool, text: string, values: unknown[] = []) {
  const client = await pool.connect();
  client.on('error', ignore);
  let isSound = false;
  try {
    const query = { text, values, query_timeout: answerMilliseconds };
    const result = await client.query(query);
    isSound = true;
    return result;
  } finally {
    // After any fault the connection is closed: the server may be silent, or take no writes any longer.
    if (isSound) client.removeListener('error', ignore);
    client.release(!isSound);
  }
}

/** The statements without their names: what is prepared on one connection is on no other of a PgBouncer. */
function clientOf(pool: LimiterPool) {
  return {
    query: ({ text, values }: { readonly text: string; readonly values: unknown[] }) =>
      run(pool, text, values),
  };
}

/** "TdLk": the lock under which `@tidelock/store-postgres` makes its tables, which may begin in the same schema at the same moment. */
const lockKey = 0x54_64_4c_6b;

/** The table as the library has it. Processes that begin at once wait for each other. */
async function makeTable(pool: LimiterPool, schema: string, isAgain = false): Promise<void> {
  const place = `${schema}.${tableName}`;
  const { rows } = await run(
    pool,
    'SELECT to_regclass($1) IS NOT NULL AS made, to_regnamespace($2) IS NOT NULL AS there',
    [place, schema],
  );
  if (rows[0]?.['made'] === true) return;
  // Who may not make schemas may not say IF NOT EXISTS either.
  const makeSchema = rows[0]?.['there'] === true ? '' : `CREATE SCHEMA IF NOT EXISTS ${schema};`;
  try {
    // Several statements of one text are one transaction, and the lock lasts as long.
    await run(
      pool,
      `SELECT pg_advisory_xact_lock(${lockKey}); ${makeSchema}
      CREATE TABLE IF NOT EXISTS ${place} (key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`,
    );
  } catch (error) {
    // 23505: the schema was made while the lock was waited for, which IF NOT EXISTS does not always see.
    if (isAgain || (error as { code?: unknown }).code !== '23505') throw error;
    await makeTable(pool, schema, true);
  }
}
