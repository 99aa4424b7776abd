import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AccountStore } from '@tidelock/engine';
import { postgresStore } from './postgres-store.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, startPostgres, type PostgresServer } from '../test-programs/postgres-server.ts';
import { startCutProxy, type CutMode } from '../../../test/components/cut-proxy.ts';

const cutSeconds = process.env['TIDELOCK_TEST_SLOW'] === '1' ? 30 : 4;
const timeoutSeconds = 1;
const connections = 4;
const callers = 30;
/** A connection is waited for, and then an answer; the rest is for a machine that is busy. */
const deadlineMs = 2 * timeoutSeconds * 1_000 + 1_500;

let server: PostgresServer;
beforeAll(async () => {
  if (hasPostgres()) server = await startPostgres('fsync = off');
});
afterAll(() => server?.dispose());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapMegabytes(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

interface Tally {
  readonly outcomes: Map<string, number>;
  /** The highest version of each account whose commit was answered. */
  readonly answered: Map<string, number>;
  longestMs: number;
}

/** Callers that load and commit without a pause until they are told to stop, each on an account of its own. */
function call(
  store: AccountStore,
  stop: AbortSignal,
): { readonly tally: Tally; readonly done: Promise<unknown> } {
  const tally: Tally = { outcomes: new Map(), answered: new Map(), longestMs: 0 };
  const once = async <Result>(work: () => Promise<Result>): Promise<Result | null> => {
    const begun = performance.now();
    let outcome = 'answered';
    try {
      return await work();
    } catch (error) {
      outcome = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return null;
    } finally {
      tally.longestMs = Math.max(tally.longestMs, performance.now() - begun);
      tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const run = async (account: string): Promise<void> => {
    const id = { tenant: 'acme', account };
    while (!stop.aborted) {
      const loaded = await once(() => store.load([id]));
      // What is refused at once is not asked for again at once.
      if (loaded === null) await pause(5);
      if (loaded === null) continue;
      const expectedVersion = loaded[0]?.version ?? 0;
      expect(expectedVersion).toBeGreaterThanOrEqual(tally.answered.get(account) ?? 0);
      const change = { id, expectedVersion, record: 'r'.repeat(1_000), events: [], messages: [] };
      const results = await once(() => store.commit([change]));
      if (results?.[0] === 'committed') tally.answered.set(account, expectedVersion + 1);
    }
  };
  const done = Promise.all(Array.from({ length: callers }, (_, index) => run(`user-${index}`)));
  return { tally, done };
}

async function connectionsAtServer(): Promise<number> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query(`SELECT FROM pg_stat_activity WHERE application_name = 'tidelock'`);
  await client.end();
  return rows.length;
}

describe.runIf(hasPostgres())('a database that is cut off', () => {
  const modes: readonly CutMode[] = ['lose', 'drop', 'hang', 'refuse', 'reset'];
  test.each(modes)(
    `F1 %s for ${cutSeconds} s: calls fail within their deadline, nothing gathers, and all goes on without a restart`,
    { timeout: (cutSeconds + 30) * 1_000 },
    async (mode) => {
      const proxy = await startCutProxy({ port: server.port });
      onTestFinished(() => proxy.close());
      const url = `postgres://tidelock@${proxy.host}:${proxy.port}/postgres`;
      const store = postgresStore(url, { schema: `cut_${mode}`, timeoutSeconds, connections });
      onTestFinished(() => store.close());
      const stopping = new AbortController();
      const { tally, done } = call(store, stopping.signal);
      await expect.poll(() => tally.answered.size, { timeout: 10_000 }).toBe(callers);

      await proxy.set(mode);
      await pause((cutSeconds * 1_000) / 4);
      const early = { heap: heapMegabytes(), calls: tally.outcomes.get('store/unavailable') ?? 0 };
      tally.longestMs = 0;
      await pause((cutSeconds * 1_000 * 3) / 4);
      const late = { heap: heapMegabytes(), calls: tally.outcomes.get('store/unavailable') ?? 0 };
      expect(late.calls).toBeGreaterThan(early.calls);
      expect(tally.longestMs).toBeLessThan(deadlineMs);
      expect(late.heap - early.heap).toBeLessThan(8);
      // Commits without an answer are results, and no faults; nothing else comes.
      expect([...tally.outcomes.keys()].toSorted()).toEqual(['answered', 'store/unavailable']);

      await proxy.set('pass');
      const before = new Map(tally.answered);
      const recovered = (): boolean =>
        [...before].every(([account, version]) => tally.answered.get(account)! > version);
      await expect.poll(recovered, { timeout: 3 * deadlineMs }).toBe(true);
      stopping.abort();
      await done;
      // What arrives late at the server is gone by itself, too.
      await expect.poll(connectionsAtServer, { timeout: 5_000 }).toBeLessThanOrEqual(connections);
      expect(proxy.connections).toBeLessThanOrEqual(connections);
    },
  );
});
