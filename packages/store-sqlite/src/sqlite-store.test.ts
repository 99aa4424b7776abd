import { join } from 'node:path';
import { storeContract } from '@tidelock/engine/testing';
import { describe, expect, test } from 'vitest';
import { startRacers, type RacerProcess } from '../test-programs/start-program.ts';
import { temporaryFolder } from '../test-programs/temporary-folder.ts';
import { sqliteStore } from './sqlite-store.ts';

const runner = { describe, test, expect };

storeContract(runner, {
  name: 'sqliteStore in a file',
  multiProcess: true,
  async open() {
    const path = join(temporaryFolder(), 'tidelock.db');
    let racers: readonly RacerProcess[] = [];
    return {
      store: sqliteStore(path),
      async startRacers(count) {
        racers = await startRacers(path, { processes: count });
        return racers;
      },
      async dispose() {
        await Promise.all(racers.map((racer) => racer.stop()));
      },
    };
  },
});

storeContract(runner, {
  name: 'sqliteStore in memory',
  multiProcess: false,
  open: async () => ({ store: sqliteStore(':memory:') }),
});
