import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeContract } from '@tidelock/engine/testing';
import { describe, expect, test } from 'vitest';
import { startRacers, type RacerProcess } from '../test-programs/start-program.ts';
import { sqliteStore } from './sqlite-store.ts';

const runner = { describe, test, expect };

storeContract(runner, {
  name: 'sqliteStore in a file',
  multiProcess: true,
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'tidelock-sqlite-'));
    const path = join(folder, 'tidelock.db');
    let racers: readonly RacerProcess[] = [];
    return {
      store: sqliteStore(path),
      async startRacers(count) {
        racers = await startRacers(path, count);
        return racers;
      },
      async dispose() {
        await Promise.all(racers.map((racer) => racer.stop()));
        rmSync(folder, { recursive: true });
      },
    };
  },
});

storeContract(runner, {
  name: 'sqliteStore in memory',
  multiProcess: false,
  open: async () => ({ store: sqliteStore(':memory:') }),
});
