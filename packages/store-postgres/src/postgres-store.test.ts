import { storeContract } from '@tidelock/engine/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, startPostgres, type PostgresServer } from '../test-programs/postgres-server.ts';
import { startRacers, type RacerProcess } from '../test-programs/start-racers.ts';
import { postgresStore } from './postgres-store.ts';

// Each case makes its own tables; what survives a crash is shown elsewhere, with the disk.
let server: PostgresServer;
const onServer = hasPostgres() ? describe : describe.skip;
beforeAll(async () => {
  if (hasPostgres()) server = await startPostgres('fsync = off');
});
afterAll(() => server?.dispose());

let cases = 0;
storeContract(
  { describe: onServer, test, expect },
  {
    name: 'postgresStore',
    multiProcess: true,
    async open() {
      const schema = `case_${++cases}`;
      let racers: readonly RacerProcess[] = [];
      return {
        store: postgresStore(server.url, { schema, timeoutSeconds: 60 }),
        async startRacers(count) {
          racers = await startRacers(server.url, schema, count);
          return racers;
        },
        async dispose() {
          await Promise.all(racers.map((racer) => racer.stop()));
        },
      };
    },
  },
);
