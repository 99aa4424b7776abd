import { TidelockError } from '@tidelock/engine';
import pg from 'pg';
import { HostsPool } from './hosts-pool.ts';
import type { PostgresClient, PostgresPool } from './pool.ts';

export interface PoolOptions {
  /** For each process; while all are busy, the next call waits for one. */
  readonly connections: number;
  readonly timeoutSeconds: number;
}

/**
 * A pool on a URL as libpq has it. Of several hosts it takes the one that takes writes.
 *
 * @throws RangeError where it is none; the message does not repeat it, since there may be a password in it.
 */
export function openPool(url: string, options: PoolOptions): PostgresPool {
  const [, before = '', hosts = '', after = ''] =
    /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/.exec(url) ?? [];
  const urls = hosts.split(',').map((host) => `${before}${host}${after}`);
  // Without a host there is a socket's folder in the query.
  if (before === '' || url === before || !urls.every((each) => URL.canParse(each)))
    throw new RangeError('The URL of a PostgreSQL store begins with "postgres://".');
  const [first] = urls;
  if (urls.length === 1) return poolOf(first!, options);
  if (hosts.split(',').includes('')) throw new RangeError('One of the hosts in the URL is empty.');
  // Each host has its share of the time in which a call wants a connection.
  const share = { ...options, timeoutSeconds: options.timeoutSeconds / urls.length };
  const pools = urls.map((each) => poolOf(each, share));
  return new HostsPool(pools, (client) => assertWritable(client, share.timeoutSeconds * 1_000));
}

function poolOf(connectionString: string, { connections, timeoutSeconds }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: connections,
    application_name: 'tidelock',
    keepAlive: true,
    // Also for what waits in the pool's queue: a line that is cut must leave nothing behind.
    connectionTimeoutMillis: timeoutSeconds * 1_000,
    // A process that is done ends by itself.
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced at the next call; unheard, the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** @throws TidelockError `store/read-only` where it is a standby; what `pg` throws where it is silent. */
async function assertWritable(client: PostgresClient, timeoutMs: number): Promise<void> {
  const query = { text: 'SHOW transaction_read_only', query_timeout: timeoutMs };
  const { rows } = await client.query(query);
  if (rows[0]?.['transaction_read_only'] === 'off') return;
  throw new TidelockError('store/read-only', {
    detail: 'None of the hosts takes writes: they are standbys.',
  });
}
