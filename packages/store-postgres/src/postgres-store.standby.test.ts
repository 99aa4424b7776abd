import { setTimeout as pause } from 'node:timers/promises';
import { postgresStore } from './postgres-store.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, type PostgresServer } from '../test-programs/postgres-server.ts';
import { connect, startPair, type Pair } from '../test-programs/start-pair.ts';
import { startCutProxy, type CutProxy } from '../../../test/components/cut-proxy.ts';
import { startCommitters, sumOf, type CommitReport } from '../test-programs/start-committers.ts';

const processes = 3;

interface FailOver extends Pair {
  readonly url: string;
  readonly schema: string;
  /** What a fail-over does besides the promotion. */
  readonly lead: () => Promise<void>;
}

/** Kills the primary under load and promotes the standby; gives what the processes were answered, and until when it was quiet. */
async function failOver({ primary, standby, url, schema, lead }: FailOver): Promise<CommitReport[]> {
  const maker = postgresStore(url, { schema });
  const first = { id: { tenant: 'acme', account: 'first' }, expectedVersion: 0 };
  await maker.commit([{ ...first, record: '', events: [], messages: [] }]);
  await maker.close();
  const committers = await startCommitters(url, schema, processes);
  await pause(1_500);
  await primary.kill();
  await pause(500);
  standby.promote();
  await lead();
  const promotedAt = Date.now();
  await pause(3_000);
  const reports = await Promise.all(committers.map((committer) => committer.stop()));
  for (const { lastAnswerAt } of reports) expect(lastAnswerAt).toBeGreaterThan(promotedAt);
  return reports;
}

/** SECURITY: F1, B6, A2: nothing that was answered is lost, and no version is given twice. */
async function assertNothingLost(
  server: PostgresServer,
  schema: string,
  reports: CommitReport[],
): Promise<void> {
  const faults = Object.keys(sumOf(reports.map((report) => report.faults)));
  expect(faults.filter((code) => !['store/unavailable', 'store/read-only'].includes(code))).toEqual([]);
  expect(sumOf(reports.map((report) => report.results))['committed']).toBeGreaterThan(200);
  const client = await connect(server);
  const { rows } = await client.query<{ account: string; version: number; events: number[] }>(`
    SELECT account, version::integer, ARRAY(SELECT sequence::integer FROM ${schema}.events e
      WHERE (e.tenant, e.account) = (a.tenant, a.account) ORDER BY position) AS events
    FROM ${schema}.accounts a WHERE account LIKE 'process-%'`);
  for (const { account, version, events } of rows) {
    const answered = Math.max(...reports.map((report) => report.answered[account] ?? 0));
    expect(version, account).toBeGreaterThanOrEqual(answered);
    expect(events).toEqual(Array.from({ length: version }, (_, index) => index + 1));
  }
}

describe.runIf(hasPostgres())(
  'a primary that dies under load, with a standby that has all that was answered',
  () => {
    test('F1 behind one address that is led to the standby, processes go on by themselves and nothing that was answered is lost', async () => {
      const { primary, standby } = await startPair();
      const proxy: CutProxy = await startCutProxy({ port: primary.port });
      onTestFinished(() => proxy.close());
      const url = `postgres://tidelock@${proxy.host}:${proxy.port}/postgres`;
      const lead = async (): Promise<void> => proxy.leadTo({ port: standby.port });
      const reports = await failOver({ primary, standby, url, schema: 'one_address', lead });
      await assertNothingLost(standby, 'one_address', reports);
    });

    test('F1 with both hosts in the URL, processes find the one that takes writes, and nothing that was answered is lost', async () => {
      const { primary, standby } = await startPair();
      const hosts = `127.0.0.1:${standby.port},127.0.0.1:${primary.port}`;
      const url = `postgres://tidelock@${hosts}/postgres`;
      const reports = await failOver({
        primary,
        standby,
        url,
        schema: 'two_hosts',
        lead: async () => undefined,
      });
      await assertNothingLost(standby, 'two_hosts', reports);
    });

    test('F1 a commit that stopped waiting for its standby is unknown, and no answer', async () => {
      const { primary, standby } = await startPair();
      const store = postgresStore(primary.url, { timeoutSeconds: 20 });
      onTestFinished(() => store.close());
      const id = { tenant: 'acme', account: 'alice' };
      const change = { id, record: 'r', events: [], messages: [] };
      expect(await store.commit([{ ...change, expectedVersion: 0 }])).toEqual(['committed']);
      await standby.stop('SIGKILL');
      const waiting = store.commit([{ ...change, expectedVersion: 1 }]);
      const admin = await connect(primary);
      const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`;
      await expect.poll(async () => (await admin.query(cancel)).rowCount).toBeGreaterThan(0);
      expect(await waiting).toEqual(['unknown']);
    });
  },
);
