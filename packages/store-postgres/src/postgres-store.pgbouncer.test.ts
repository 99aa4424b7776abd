import { storeContract } from '@tidelock/engine/testing';
import { postgresStore } from './postgres-store.ts';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, startPostgres, type PostgresServer } from '../test-programs/postgres-server.ts';
import { startRacers, type RacerProcess } from '../../../test/components/racer-processes.ts';
import { hasPgBouncer, startPgBouncer, type PgBouncer } from '../../../test/components/pgbouncer.ts';

/** Fewer than the callers: a client's next transaction is on another connection of the server. */
const poolSize = 5;

let server: PostgresServer;
let pooler: PgBouncer;
let url: string;
const isHere = hasPostgres() && hasPgBouncer();
beforeAll(async () => {
  if (!isHere) return;
  server = await startPostgres('fsync = off');
  pooler = await startPgBouncer({ port: server.port, database: 'postgres', user: 'tidelock', poolSize });
  url = `postgres://tidelock@${pooler.host}:${pooler.port}/postgres`;
});
afterAll(async () => {
  await pooler?.stop();
  await server?.dispose();
});

const racer = new URL('../test-programs/racer.ts', import.meta.url);
let cases = 0;
/** What hangs on connections and transactions; the rest is the same with and without a pooler. */
const essentials = /: (?:commits|outbox|races|processes)$/;
const onPooler = isHere ? describe : describe.skip;
storeContract(
  {
    describe: (name, body) => (essentials.test(name) ? onPooler(name, body) : undefined),
    test,
    expect,
  },
  {
    name: 'postgresStore behind PgBouncer in transaction mode',
    multiProcess: true,
    async open() {
      const schema = `case_${++cases}`;
      let racers: readonly RacerProcess[] = [];
      return {
        store: postgresStore(url, { schema, timeoutSeconds: 60 }),
        async startRacers(count) {
          racers = await startRacers(racer, [url, schema], count);
          return racers;
        },
        async dispose() {
          await Promise.all(racers.map((process) => process.stop()));
        },
      };
    },
  },
);

describe.runIf(isHere)('a PgBouncer that knows no prepared statements', () => {
  test.each([true, false])(
    'A2 with preparedStatements: %s every commit is carried out once, whichever connection it comes to',
    async (preparedStatements) => {
      const options = { schema: `prepared_${preparedStatements}`, timeoutSeconds: 60, preparedStatements };
      const stores = Array.from({ length: 3 }, () => postgresStore(url, options));
      onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))));
      const ids = Array.from({ length: 40 }, (_, index) => ({ tenant: 'acme', account: `user-${index}` }));
      for (let version = 0; version < 6; version++) {
        const commits = ids.map((id, index) =>
          stores[(index + version) % stores.length]!.commit([
            { id, expectedVersion: version, record: `v${version}`, events: [], messages: [] },
          ]),
        );
        expect(new Set((await Promise.all(commits)).flat())).toEqual(new Set(['committed']));
      }
      const loaded = await stores[0]!.load(ids);
      expect(new Set(loaded.map((stored) => `${stored?.version} ${stored?.record}`))).toEqual(
        new Set(['6 v5']),
      );
    },
  );
});
