import type { AccountStore, EventQuery } from '../ports/account-store.ts';
import {
  alice,
  bob,
  changeOf,
  eventsOf,
  faultOf,
  listOf,
  sequencesOf,
  tenant,
  type ContractCase,
} from './store-contract-case.ts';

/** The audit log. */
export const eventCases: readonly ContractCase[] = [
  {
    name: 'LOG: events come back newest first, with all that was in them, and with a position each',
    async run({ store, expect }) {
      const events = eventsOf(alice, 1, 3);
      await store.commit([changeOf(alice, 0, { events })]);
      const read = await listOf(store.readEvents({ ...alice, limit: 10 }));
      const positions = read.map(({ position }) => position);
      const expected = events.toReversed().map((event, index) => ({ ...event, position: positions[index] }));
      expect(read).toEqual(expected);
      expect(new Set(positions).size).toBe(3);
    },
  },
  {
    name: 'F1: over many commits the events of an account are gap-free and in their order',
    async run({ store, expect }) {
      let sequence = 1;
      for (let version = 0; version < 20; version++) {
        const count = version % 3;
        await store.commit([
          changeOf(alice, version, { events: eventsOf(alice, sequence, count) }),
          changeOf(bob, version, { events: eventsOf(bob, version + 1) }),
        ]);
        sequence += count;
      }
      expect(await sequencesOf(store, alice)).toEqual(Array.from({ length: 19 }, (_, index) => 19 - index));
      expect(await sequencesOf(store, bob)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
    },
  },
  {
    name: 'pages of the log give every event once, also while others are appended',
    async run({ store, expect }) {
      await store.commit([changeOf(alice, 0, { events: eventsOf(alice, 1, 10) })]);
      await store.commit([changeOf(bob, 0, { events: eventsOf(bob, 1, 10) })]);
      const first = await pageOf(store, { ...alice, limit: 4 });
      await store.commit([changeOf(alice, 1, { events: eventsOf(alice, 11, 5) })]);
      const second = await pageOf(store, { ...alice, limit: 4, before: first.last });
      const third = await pageOf(store, { ...alice, limit: 4, before: second.last });
      expect([first.names, second.names, third.names].flat().join()).toBe(
        [10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((sequence) => `alice ${sequence}`).join(),
      );
      expect((await pageOf(store, { ...alice, limit: 4, before: third.last })).names).toEqual([]);
    },
  },
  {
    name: 'the log of a tenant has the events of all its accounts, of one commit and of several, in pages',
    async run({ store, expect }) {
      await store.commit([
        changeOf(alice, 0, { events: eventsOf(alice, 1, 2) }),
        changeOf({ tenant: 'other', account: 'alice' }, 0, {
          events: eventsOf({ tenant: 'other', account: 'alice' }, 7),
        }),
      ]);
      // Later by the clock too: a store of several shards puts them together by time.
      const [bobsFirst] = eventsOf(bob, 1);
      await store.commit([changeOf(bob, 0, { events: [{ ...bobsFirst!, at: bobsFirst!.at + 1.5 }] })]);
      await store.commit([changeOf(alice, 1, { events: eventsOf(alice, 3) })]);
      const first = await pageOf(store, { tenant, limit: 3 });
      expect(first.names).toEqual(['alice 3', 'bob 1', 'alice 2']);
      expect((await pageOf(store, { tenant, limit: 3, before: first.last })).names).toEqual(['alice 1']);
      expect((await pageOf(store, { tenant: 'other', limit: 3 })).names).toEqual(['alice 7']);
      expect((await pageOf(store, { tenant: 'nobody', limit: 3 })).names).toEqual([]);
    },
  },
  {
    name: 'C12: a position from another tenant or another account opens nothing of theirs',
    async run({ store, expect }) {
      const stranger = { tenant: 'other', account: 'alice' };
      await store.commit([
        changeOf(stranger, 0, { events: eventsOf(stranger, 1, 3) }),
        changeOf(bob, 0, { events: eventsOf(bob, 1, 3) }),
        changeOf(alice, 0, { events: eventsOf(alice, 1, 3) }),
      ]);
      const positions = [
        await pageOf(store, { ...stranger, limit: 1 }),
        await pageOf(store, { ...bob, limit: 1 }),
      ];
      for (const { last } of positions) {
        const { names } = await pageOf(store, { ...alice, limit: 10, before: last });
        expect(names.every((name) => name.startsWith('alice'))).toBe(true);
      }
      const { names } = await pageOf(store, { tenant, limit: 10, before: positions[0]!.last });
      expect(names.length <= 6).toBe(true);
    },
  },
  {
    name: 'what is no position is a RangeError',
    async run({ store, expect }) {
      for (const before of ['', 'x', '-1', "1' OR '1'='1"]) {
        expect(await faultOf(listOf(store.readEvents({ tenant, limit: 1, before })))).toBe('RangeError');
      }
    },
  },
];

async function pageOf(store: AccountStore, query: EventQuery): Promise<{ names: string[]; last: string }> {
  const events = await listOf(store.readEvents(query));
  return {
    names: events.map(({ account, sequence }) => `${account} ${sequence}`),
    last: events.at(-1)?.position ?? '',
  };
}
