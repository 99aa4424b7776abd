import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AccountId } from '@tidelock/engine';
import { changeOf } from '@tidelock/engine/testing';
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

test('A2: what somebody else wrote since the load is a conflict, and nothing of the change stays', async () => {
  const path = join(temporaryFolder(), 'tidelock.db');
  const [one, other] = [sqliteStore(path), sqliteStore(path)];
  onTestFinished(async () => void (await Promise.all([one.close(), other.close()])));
  const eventOf = (sequence: number) => ({
    ...alice,
    ...{ sequence, at: sequence, kind: 'unlocked', salt: '', bodyHash: '', link: '' },
  });
  const change = (version: number, record: string) =>
    changeOf(alice, version, {
      record,
      events: [eventOf(version + 1)] as never,
      messages: [
        { id: `msg ${record}`, accountId: alice, channel: 'email', payload: '', dueAt: 1, expiresAt: 9e9 },
      ],
    });
  const left = async () => {
    const events: number[] = [];
    for await (const { sequence } of other.readEvents({ tenant: 'acme', limit: 9 })) events.push(sequence);
    const messages = (await other.listMessages({ limit: 9 })).items.map(({ id }) => id);
    return { record: (await one.load([alice]))[0]!.record, events, messages };
  };
  await one.commit([change(0, 'first')]);
  await one.load([alice]);
  expect(await other.commit([change(1, 'second')])).toEqual(['committed']);
  expect(await one.commit([change(1, 'late')])).toEqual(['conflict']);
  expect(await left()).toEqual({ record: 'second', events: [2, 1], messages: ['msg first', 'msg second'] });
  expect(await one.commit([change(2, 'third')])).toEqual(['committed']);
  expect(await left()).toMatchObject({ record: 'third', events: [3, 2, 1] });
});
