import type { AccountStore } from '../ports/account-store.ts';
import { alice, bob, changeOf, messageOf, type ContractCase } from './store-contract-case.ts';

/** Messages: leased, settled, tried again, expired. Times are seconds since the epoch. */
export const outboxCases: readonly ContractCase[] = [
  {
    name: 'a message comes out as it went in, and is not handed out again while it is leased',
    async run({ store, expect }) {
      const message = messageOf({ tenant: 'acme', account: "o'brien 🔐" }, 'm1', { dueAt: 100.5 });
      await store.commit([changeOf(message.accountId, 0, { messages: [message] })]);
      expect(await store.claimMessages(10, 60, 200)).toEqual([message]);
      expect(await store.claimMessages(10, 60, 200)).toEqual([]);
      expect(await store.claimMessages(10, 60, 259)).toEqual([]);
    },
  },
  {
    name: 'a message whose lease is over is handed out again',
    async run({ store, expect }) {
      await store.commit([changeOf(alice, 0, { messages: [messageOf(alice, 'm1')] })]);
      expect(await claimedIds(store, 10, 200)).toEqual(['m1']);
      expect(await claimedIds(store, 10, 260)).toEqual(['m1']);
    },
  },
  {
    name: 'a message is not handed out before it is due, and never once it has expired',
    async run({ store, expect }) {
      const messages = [
        messageOf(alice, 'early', { dueAt: 100, expiresAt: 150 }),
        messageOf(alice, 'late', { dueAt: 160 }),
      ];
      await store.commit([changeOf(alice, 0, { messages })]);
      expect(await claimedIds(store, 10, 99)).toEqual([]);
      expect(await claimedIds(store, 10, 150)).toEqual([]);
      // Deleted, and not only passed over: a clock that goes back does not bring it to life.
      expect(await claimedIds(store, 10, 120)).toEqual([]);
      expect(await claimedIds(store, 10, 160)).toEqual(['late']);
    },
  },
  {
    name: 'a message that was claimed and then expired is gone',
    async run({ store, expect }) {
      await store.commit([changeOf(alice, 0, { messages: [messageOf(alice, 'm1', { expiresAt: 210 })] })]);
      expect(await claimedIds(store, 10, 200)).toEqual(['m1']);
      expect(await claimedIds(store, 10, 500)).toEqual([]);
    },
  },
  {
    name: 'a settled message is gone, and settling it again changes nothing',
    async run({ store, expect }) {
      await store.commit([
        changeOf(alice, 0, { messages: [messageOf(alice, 'm1'), messageOf(alice, 'm2')] }),
      ]);
      await store.claimMessages(10, 60, 200);
      await store.settleMessages([{ id: 'm1', outcome: 'settled' }]);
      await store.settleMessages([
        { id: 'm1', outcome: 'settled' },
        { id: 'm1', outcome: 'retry', dueAt: 100 },
        { id: 'never there', outcome: 'settled' },
      ]);
      expect(await claimedIds(store, 10, 900)).toEqual(['m2']);
      await store.settleMessages([]);
    },
  },
  {
    name: 'a message to be tried again waits for its new time and not for the end of its lease',
    async run({ store, expect }) {
      const messages = ['at-once', 'later'].map((id) => messageOf(alice, id));
      await store.commit([changeOf(alice, 0, { messages })]);
      await store.claimMessages(10, 600, 200);
      await store.settleMessages([
        { id: 'at-once', outcome: 'retry' },
        { id: 'later', outcome: 'retry', dueAt: 230 },
      ]);
      expect(await claimedIds(store, 10, 201)).toEqual(['at-once']);
      expect(await claimedIds(store, 10, 229)).toEqual([]);
      const again = await store.claimMessages(10, 600, 230);
      expect(again).toEqual([messageOf(alice, 'later', { dueAt: 230 })]);
    },
  },
  {
    name: 'messages are listed page by page, leased or not, and stay what and where they are',
    async run({ store, expect }) {
      const message = messageOf({ tenant: 'other', account: "o'brien 🔐" }, 'm3', { dueAt: 100.5 });
      await store.commit([
        changeOf(alice, 0, { messages: [messageOf(alice, 'm2', { dueAt: 99 }), messageOf(alice, 'm1')] }),
        changeOf(message.accountId, 0, { messages: [message] }),
      ]);
      expect(await claimedIds(store, 1, 200)).toEqual(['m2']);
      const page = await store.listMessages({ limit: 2 });
      expect([page.items.map(({ id }) => id), page.nextCursor]).toEqual([['m1', 'm2'], 'm2']);
      expect(await store.listMessages({ cursor: 'm2', limit: 2 })).toEqual({
        items: [message],
        nextCursor: null,
      });
      expect((await claimedIds(store, 10, 200)).toSorted()).toEqual(['m1', 'm3']);
      await store.settleMessages(['m1', 'm2', 'm3'].map((id) => ({ id, outcome: 'settled' })));
      expect(await store.listMessages({ limit: 2 })).toEqual({ items: [], nextCursor: null });
    },
  },
  {
    name: 'a limit is kept, and who has waited longest goes first',
    async run({ store, expect }) {
      const dueTimes = [130, 110, 140, 120, 150];
      await store.commit([
        changeOf(alice, 0, {
          messages: dueTimes.slice(0, 3).map((dueAt) => messageOf(alice, `m${dueAt}`, { dueAt })),
        }),
        changeOf(bob, 0, {
          messages: dueTimes.slice(3).map((dueAt) => messageOf(bob, `m${dueAt}`, { dueAt })),
        }),
      ]);
      expect((await claimedIds(store, 2, 200)).sort()).toEqual(['m110', 'm120']);
      expect((await claimedIds(store, 2, 200)).sort()).toEqual(['m130', 'm140']);
      expect(await claimedIds(store, 2, 200)).toEqual(['m150']);
    },
  },
];

async function claimedIds(store: AccountStore, limit: number, now: number): Promise<string[]> {
  return (await store.claimMessages(limit, 60, now)).map(({ id }) => id);
}
