import pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { startPostgres, startStandby, type PostgresServer } from './postgres-server.ts';

export interface Pair {
  readonly primary: PostgresServer;
  readonly standby: PostgresServer;
}

/** A primary that answers when its standby has the commit on its disk. */
export async function startPair(): Promise<Pair> {
  const primary = await startPostgres();
  onTestFinished(() => primary.dispose());
  // Once it is the primary it is to wait for nobody: it takes over the primary's settings otherwise.
  const standby = await startStandby(primary, `synchronous_standby_names = ''`);
  onTestFinished(() => standby.dispose());
  primary.configure(`synchronous_standby_names = 'standby'`);
  primary.reload();
  const client = await connect(primary);
  await expect
    .poll(async () => (await client.query('SELECT sync_state FROM pg_stat_replication')).rows)
    .toEqual([{ sync_state: 'sync' }]);
  return { primary, standby };
}

/** A client that ends with the test. */
export async function connect({ url }: PostgresServer): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}
