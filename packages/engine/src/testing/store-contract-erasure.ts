import { tombstoneOf } from '../account/audit-event.ts';
import type { AccountId } from '../account/account-id.ts';
import type { AccountStore } from '../ports/account-store.ts';
import {
  alice,
  bob,
  changeOf,
  eventsOf,
  listOf,
  messageOf,
  sequencesOf,
  tenant,
  type ContractCase,
} from './store-contract-case.ts';

/** Erasing what an account's events say, and deleting those that are old. */
export const erasureCases: readonly ContractCase[] = [
  {
    name: 'C16 an erasure leaves tombstones in the place of all events before it, and its own event as it is',
    async run({ store, expect }) {
      const events = eventsOf(alice, 1, 3);
      await store.commit([changeOf(alice, 0, { events: events.slice(0, 2) }), fill(bob)]);
      await store.commit([changeOf(alice, 1, { events: events.slice(2) })]);
      const own = eventsOf(alice, 4);
      expect(await store.commit([changeOf(alice, 2, { events: own, erasedAt: 5_000 })])).toEqual([
        'committed',
      ]);
      const tombstones = events.map((event) => tombstoneOf(event, 5_000)).toReversed();
      expect(await eventsBy(store, alice)).toEqual([...own, ...tombstones]);
      expect(await eventsBy(store, bob)).toEqual(eventsOf(bob, 1, 2).toReversed());
      expect((await listOf(store.readEvents({ tenant, limit: 10 }))).length).toBe(6);
      expect(await store.load([alice])).toEqual([{ id: alice, version: 3, record: 'v3' }]);
    },
  },
  {
    name: 'an erasure deletes the messages that wait for the account, leased or not, and keeps its own and those of others',
    async run({ store, expect }) {
      const before = [messageOf(alice, 'waiting'), messageOf(alice, 'leased', { dueAt: 1 })];
      await store.commit([
        changeOf(alice, 0, { messages: before }),
        changeOf(bob, 0, { messages: [messageOf(bob, 'bobs')] }),
      ]);
      expect((await store.claimMessages(1, 60, 200)).map(({ id }) => id)).toEqual(['leased']);
      await store.commit([changeOf(alice, 1, { messages: [messageOf(alice, 'own')], erasedAt: 200 })]);
      await store.settleMessages([{ id: 'leased', outcome: 'retry', dueAt: 201 }]);
      const left = (await store.claimMessages(10, 60, 300)).map(({ id }) => id);
      expect(left.toSorted()).toEqual(['bobs', 'own']);
    },
  },
  {
    name: 'F1 an erasure or a pruning that is refused changes nothing',
    async run({ store, expect }) {
      const events = eventsOf(alice, 1, 3);
      await store.commit([changeOf(alice, 0, { events, messages: [messageOf(alice, 'm')] })]);
      for (const rest of [{ erasedAt: 5_000 }, { prunedThrough: 2 }])
        expect(await store.commit([changeOf(alice, 0, rest), changeOf(bob, 7, rest)])).toEqual([
          'conflict',
          'conflict',
        ]);
      expect(await eventsBy(store, alice)).toEqual(events.toReversed());
      expect((await store.claimMessages(10, 60, 300)).length).toBe(1);
    },
  },
  {
    name: 'an erasure of an account that was never written is an account without a past',
    async run({ store, expect }) {
      const events = eventsOf(alice, 1);
      expect(await store.commit([changeOf(alice, 0, { events, erasedAt: 5_000 })])).toEqual(['committed']);
      expect(await eventsBy(store, alice)).toEqual(events);
    },
  },
  {
    name: 'an erasure can come twice, and events go on after it',
    async run({ store, expect }) {
      const events = eventsOf(alice, 1, 4);
      for (const [version, event] of events.entries())
        await store.commit([
          changeOf(alice, version, { events: [event], ...(version % 2 === 1 ? { erasedAt: version } : {}) }),
        ]);
      expect(await eventsBy(store, alice)).toEqual([
        events[3],
        ...events
          .slice(0, 3)
          .map((event) => tombstoneOf(event, 3))
          .toReversed(),
      ]);
    },
  },
  {
    name: 'pruned events are gone, and the account, its tenant and other accounts keep all the others in their order',
    async run({ store, expect }) {
      const carol = { tenant: 'other', account: 'carol' };
      for (let sequence = 1; sequence <= 4; sequence++) {
        const at = 1_700_000_000 + sequence * 10;
        for (const [place, id] of [alice, bob, carol].entries())
          await store.commit([
            changeOf(id, sequence - 1, {
              events: eventsOf(id, sequence).map((event) => ({ ...event, at: at + place })),
            }),
          ]);
      }
      const more = { events: eventsOf(alice, 5).map((event) => ({ ...event, at: 1_700_000_100 })) };
      expect(await store.commit([changeOf(alice, 4, { ...more, prunedThrough: 3 })])).toEqual(['committed']);
      expect(await sequencesOf(store, alice)).toEqual([5, 4]);
      expect(await sequencesOf(store, bob)).toEqual([4, 3, 2, 1]);
      expect(await sequencesOf(store, carol)).toEqual([4, 3, 2, 1]);
      expect(await namesOf(store)).toEqual(['alice 5', 'bob 4', 'alice 4', 'bob 3', 'bob 2', 'bob 1']);
      await store.commit([changeOf(bob, 4, { prunedThrough: 1 })]);
      await store.commit([changeOf(alice, 5, { events: eventsOf(alice, 6), prunedThrough: 4 })]);
      expect((await namesOf(store)).toSorted()).toEqual(['alice 5', 'alice 6', 'bob 2', 'bob 3', 'bob 4']);
      expect(await sequencesOf(store, alice)).toEqual([6, 5]);
      expect(await sequencesOf(store, bob)).toEqual([4, 3, 2]);
    },
  },
];

function fill(id: AccountId) {
  return changeOf(id, 0, { events: eventsOf(id, 1, 2) });
}

/** Newest first, without their positions. */
async function eventsBy(store: AccountStore, id: AccountId): Promise<object[]> {
  const events = await listOf(store.readEvents({ ...id, limit: 100 }));
  return events.map(({ position: _position, ...event }) => event);
}

async function namesOf(store: AccountStore): Promise<string[]> {
  const events = await listOf(store.readEvents({ tenant, limit: 100 }));
  return events.map(({ account, sequence }) => `${account} ${sequence}`);
}
