import { expect, test } from 'vitest';
import { memoryStore } from '../testing/memory-store.ts';
import { readEventPage } from './event-page.ts';

const id = { tenant: 'acme', account: 'alice' };

async function storeOf(events: number): Promise<ReturnType<typeof memoryStore>> {
  const store = memoryStore();
  const kind = 'challenge-opened';
  const list = Array.from(
    { length: events },
    (_, index) =>
      ({ ...id, sequence: index + 1, at: index, kind, salt: '', bodyHash: '', link: '' }) as const,
  );
  await store.commit([{ id, expectedVersion: 0, record: '{}', events: list, messages: [] }]);
  return store;
}

test('the longest page is as long as it may be, and says whether there is another', async () => {
  for (const [count, isLast] of [
    [999, true],
    [1_000, true],
    [1_001, false],
  ] as const) {
    const page = await readEventPage(await storeOf(count), id, { limit: 1_000 });
    expect([page.items.length, page.nextCursor === null]).toEqual([Math.min(count, 1_000), isLast]);
  }
  const store = await storeOf(1_001);
  const { nextCursor } = await readEventPage(store, id, { limit: 1_000 });
  const rest = await readEventPage(store, id, { limit: 1_000, cursor: nextCursor! });
  expect([rest.items.map(({ sequence }) => sequence), rest.nextCursor]).toEqual([[1], null]);
});

test('a limit out of its range and a cursor that is none are refused', async () => {
  const store = await storeOf(1);
  for (const limit of [0, 1_001, 1.5, Number.NaN])
    await expect(readEventPage(store, id, { limit })).rejects.toThrow(RangeError);
  await expect(readEventPage(store, id, { cursor: 'a b' })).rejects.toThrow(RangeError);
});
