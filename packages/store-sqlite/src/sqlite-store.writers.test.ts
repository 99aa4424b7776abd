import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AccountId } from '@tidelock/engine';
import { expect, onTestFinished, test } from 'vitest';
import { startRacers, type RacerOptions, type RacerProcess } from '../test-programs/start-program.ts';
import { temporaryFolder } from '../test-programs/temporary-folder.ts';
import { sqliteStore } from './sqlite-store.ts';

const alice: AccountId = { tenant: 'acme', account: 'alice' };

async function start(path: string, options: RacerOptions): Promise<readonly RacerProcess[]> {
  const racers = await startRacers(path, options);
  onTestFinished(async () => void (await Promise.all(racers.map((racer) => racer.stop()))));
  return racers;
}

test(
  'F2: 50 writers in five processes increment one account, and no error leaks',
  { timeout: 120_000 },
  async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const racers = await start(path, { processes: 5, storesEach: 10 });
    const reports = await Promise.all(
      racers.map((racer) => racer.run({ kind: 'increment', id: alice, times: 4 })),
    );
    expect(reports.map(({ committed }) => committed)).toEqual([40, 40, 40, 40, 40]);
    const store = sqliteStore(path);
    onTestFinished(() => store.close());
    expect(await store.load([alice])).toEqual([{ id: alice, version: 200, record: '200' }]);
  },
);

test('eight processes that open a new database at once make it once', async () => {
  const folder = temporaryFolder();
  for (const round of [1, 2]) {
    const path = join(folder, `round-${round}.db`);
    const processes = await start(path, { processes: 8 });
    await Promise.all(processes.map((racer) => racer.run({ kind: 'increment', id: alice, times: 3 })));
    const database = new DatabaseSync(path);
    const tenants = database.prepare('SELECT count(*) AS count FROM tenants').get();
    database.close();
    expect(tenants).toEqual({ count: 1 });
  }
});
