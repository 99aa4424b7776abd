import { expect, test } from 'vitest';
import { keyRing } from '../platform/key-ring.ts';
import { enrollAccount, openTestTidelock, testKeys, type TestTidelock } from '../testing/enrolled-account.ts';
import { verifyLog } from './verify-log.ts';

const keys = keyRing(testKeys);
const day = 24 * 3600;
const by = { actor: 'carol', reason: 'test' };

async function exported({ tidelock }: TestTidelock): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of tidelock.auditLog.export()) lines.push(line);
  return lines;
}

async function verify(lines: readonly string[], older?: readonly string[]) {
  async function* linesOf(all: readonly string[]) {
    yield* all;
  }
  if (older === undefined) return (await verifyLog(linesOf(lines), { keys })).report;
  const { ends } = await verifyLog(linesOf(older), { keys, collectEnds: true });
  return (await verifyLog(linesOf(lines), { keys, continues: ends })).report;
}

/** Alice and Bob were here on the first day, and Alice again on the second. */
async function twoDays(): Promise<TestTidelock & { readonly second: number }> {
  const bench = openTestTidelock();
  await enrollAccount(bench);
  await bench.tidelock.verify('bob', { code: '000000' });
  await bench.tidelock.verify('bob', { code: '000000' });
  bench.clock.advance(day);
  const second = bench.clock.now();
  await bench.tidelock.verify('alice', { code: '000000' });
  await bench.tidelock.verify('alice', { code: '000000' });
  return { ...bench, second };
}

const sequencesOf = async ({ tidelock }: TestTidelock, account: string) =>
  (await tidelock.events(account)).items.map(({ sequence }) => sequence);

test('LOG-10 old events are deleted, and a signed checkpoint stands for them: the rest verifies', async () => {
  const bench = await twoDays();
  const before = await exported(bench);
  const aliceBefore = await sequencesOf(bench, 'alice');
  const report = await bench.tidelock.auditLog.prune({ before: bench.second });
  // Bob's newest event is old, and stays.
  expect(report).toEqual({ accounts: 2, events: aliceBefore.length - 2 + 1, broken: 0 });
  expect(await sequencesOf(bench, 'alice')).toEqual(aliceBefore.slice(0, 2));
  expect(await sequencesOf(bench, 'bob')).toEqual([2]);
  const after = await exported(bench);
  expect(await verify(after)).toMatchObject({ outcome: 'verified' });
  expect((await verify(after, before)).findings).toEqual([]);
  expect(after.filter((line) => line.includes('"log-pruned"'))).toHaveLength(1);
  await bench.tidelock.verify('bob', { code: '000000' });
  expect((await verify(await exported(bench), after)).findings).toEqual([]);
  expect(await bench.tidelock.auditLog.prune({ before: bench.second })).toMatchObject({ events: 1 });
  expect(await bench.tidelock.auditLog.prune({ before: bench.second })).toEqual({
    accounts: 0,
    events: 0,
    broken: 0,
  });
  expect((await bench.tidelock.account('alice')).status).toBe('active');
});

test('LOG-05 a checkpoint that nobody signed, or that stands for fewer events than are gone, is found', async () => {
  const bench = await twoDays();
  await bench.tidelock.auditLog.prune({ before: bench.second });
  const lines = await exported(bench);
  const place = lines.findIndex(
    (line) => line.includes('"account":"alice"') && line.includes('"checkpoint":{'),
  );
  const line = JSON.parse(lines[place]!) as { checkpoint: { sequence: number; link: string; mac: string } };
  const { checkpoint } = line;
  for (const forged of [
    { ...checkpoint, sequence: checkpoint.sequence + 1 },
    { ...checkpoint, sequence: checkpoint.sequence - 1 },
    { ...checkpoint, link: 'x' },
    { ...checkpoint, mac: 'x' },
    null,
  ]) {
    const { findings } = await verify(lines.with(place, JSON.stringify({ ...line, checkpoint: forged })));
    expect(findings[0]).toMatchObject({ account: 'alice' });
  }
});

test('LOG-05 nothing is signed over a log that does not verify: an altered one is left as it is', async () => {
  const bench = await twoDays();
  const { store, tidelock, second } = bench;
  const original = store.readEvents.bind(store);
  store.readEvents = async function* (query) {
    for await (const event of original(query))
      yield event.account === 'bob' && event.sequence === 1 ? { ...event, reason: 'expired' } : event;
  };
  expect(await tidelock.auditLog.prune({ before: second })).toMatchObject({ accounts: 1, broken: 1 });
  store.readEvents = original;
  expect(await sequencesOf(bench, 'bob')).toEqual([2, 1]);
});

test('an account that was pruned can be erased, and one that was erased pruned', async () => {
  const bench = await twoDays();
  const { tidelock, clock } = bench;
  await tidelock.erase('bob');
  await tidelock.auditLog.prune({ before: bench.second });
  clock.advance(day);
  await tidelock.verify('bob', { code: '000000' });
  await tidelock.auditLog.prune({ before: clock.now() });
  await tidelock.erase('bob');
  expect(await verify(await exported(bench))).toMatchObject({ outcome: 'verified' });
  expect(await sequencesOf(bench, 'bob')).toEqual([5, 4]);
});

test('more events than a page holds are exported and pruned in their order', async () => {
  const bench = openTestTidelock({ policy: { failuresBeforeLock: 10 } });
  const { tidelock, clock } = bench;
  for (let round = 0; round < 24; round += 1)
    await Promise.all(Array.from({ length: 100 }, () => tidelock.unlock('alice', by)));
  const middle = clock.now() + 1;
  clock.advance(2);
  await tidelock.unlock('alice', by);
  const whole = await exported(bench);
  expect(await verify(whole)).toMatchObject({ outcome: 'verified' });
  expect(whole.length).toBeGreaterThan(2_400);
  expect(await tidelock.auditLog.prune({ before: middle, tenant: 'default' })).toMatchObject({
    events: 2_400,
  });
  expect(await verify(await exported(bench))).toMatchObject({ outcome: 'verified', events: 3 });
});

test('only what is past is pruned', async () => {
  const { tidelock, clock } = openTestTidelock();
  for (const before of [clock.now() + 1, Number.NaN, -1, Infinity])
    await expect(tidelock.auditLog.prune({ before })).rejects.toBeInstanceOf(RangeError);
});
