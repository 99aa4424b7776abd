import { storeContract } from '@tidelock/engine/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRacers, type RacerProcess } from '../../../test/components/racer-processes.ts';
import { hasPostgres, startPostgres, type PostgresServer } from '../test-programs/postgres-server.ts';
import { postgresStore } from './postgres-store.ts';

// Each case makes its own tables; what survives a crash is shown elsewhere, with the disk.
let server: PostgresServer;
const onServer = hasPostgres() ? describe : describe.skip;
beforeAll(async () => {
  if (hasPostgres()) server = await startPostgres('fsync = off');
});
afterAll(() => server?.dispose());

const racer = new URL('../test-programs/racer.ts', import.meta.url);
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
          racers = await startRacers(racer, [server.url, schema], count);
          return racers;
        },
        async dispose() {
          await Promise.all(racers.map((racer) => racer.stop()));
        },
      };
    },
  },
);
