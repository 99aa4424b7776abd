import {
  alice,
  bob,
  changeOf,
  eventsOf,
  faultOf,
  listOf,
  messageOf,
  sequencesOf,
  tenant,
  type ContractCase,
} from './store-contract-case.ts';

/** 32 KB of text as JSON has it, with characters of every length in UTF-8. */
const largeRecord = JSON.stringify({ text: '"\\\u0001é日🔐'.repeat(2_500) }).slice(0, 32 * 1024 - 2) + '"}';

/** Loading, compare-and-swap, and erasing. */
export const commitCases: readonly ContractCase[] = [
  {
    name: 'an account that was never written is null, and nothing asked is nothing answered',
    async run({ store, expect }) {
      expect(await store.load([alice])).toEqual([null]);
      expect(await store.load([])).toEqual([]);
      expect(await store.commit([])).toEqual([]);
    },
  },
  {
    name: 'records come in the order of the ids, the unknown and the repeated among them',
    async run({ store, expect }) {
      await store.commit([changeOf(alice, 0), changeOf(bob, 0, { record: 'b' })]);
      const loaded = await store.load([bob, { tenant, account: 'carol' }, alice, bob]);
      const storedBob = { id: bob, version: 1, record: 'b' };
      expect(loaded).toEqual([storedBob, null, { id: alice, version: 1, record: 'v1' }, storedBob]);
    },
  },
  {
    name: 'the first commit makes version 1, and every further one adds one',
    async run({ store, expect }) {
      for (const version of [0, 1, 2, 3])
        expect(await store.commit([changeOf(alice, version)])).toEqual(['committed']);
      expect(await store.load([alice])).toEqual([{ id: alice, version: 4, record: 'v4' }]);
    },
  },
  {
    name: 'B6: nothing of a refused change is visible, neither record nor events nor messages',
    async run({ store, expect }) {
      await store.commit([changeOf(alice, 0, { events: eventsOf(alice, 1) }), changeOf(bob, 0)]);
      await store.commit([changeOf(alice, 1, { events: eventsOf(alice, 2) })]);
      for (const stale of [0, 1, 3]) {
        const rest = { events: eventsOf(alice, 3, 2), messages: [messageOf(alice, `m${stale}`)] };
        expect(await store.commit([changeOf(alice, stale, { record: 'stale', ...rest })])).toEqual([
          'conflict',
        ]);
      }
      expect(await store.load([alice])).toEqual([{ id: alice, version: 2, record: 'v2' }]);
      expect(await sequencesOf(store, alice)).toEqual([2, 1]);
      expect((await listOf(store.readEvents({ tenant, limit: 10 }))).length).toBe(2);
      expect(await store.claimMessages(10, 60, 500)).toEqual([]);
    },
  },
  {
    name: 'a version that an unknown account never had is a conflict, and makes no account',
    async run({ store, expect }) {
      expect(await store.commit([changeOf(alice, 1, { events: eventsOf(alice, 1) })])).toEqual(['conflict']);
      expect(await store.load([alice])).toEqual([null]);
      expect(await sequencesOf(store, alice)).toEqual([]);
      expect(await store.listAccounts({ tenant, limit: 10 })).toEqual({ items: [], nextCursor: null });
    },
  },
  {
    name: 'one refused change does not keep back the others of its call, and results come in their order',
    async run({ store, expect }) {
      await store.commit([changeOf(bob, 0)]);
      const carol = { tenant, account: 'carol' };
      const changes = [
        changeOf(alice, 0, { events: eventsOf(alice, 1) }),
        changeOf(bob, 0, { events: eventsOf(bob, 1) }),
        changeOf(carol, 0, { events: eventsOf(carol, 1) }),
      ];
      expect(await store.commit(changes)).toEqual(['committed', 'conflict', 'committed']);
      expect((await store.load([alice, bob, carol])).map((stored) => stored?.version)).toEqual([1, 1, 1]);
      expect([await sequencesOf(store, bob), await sequencesOf(store, carol)]).toEqual([[], [1]]);
    },
  },
  {
    name: 'a version never repeats, not even after an erasure, and the erased account keeps its log',
    async run({ store, expect }) {
      await store.commit([changeOf(alice, 0, { events: eventsOf(alice, 1) })]);
      expect(await store.commit([changeOf(alice, 1, { record: null, events: eventsOf(alice, 2) })])).toEqual([
        'committed',
      ]);
      expect(await store.load([alice])).toEqual([{ id: alice, version: 2, record: null }]);
      expect(await store.commit([changeOf(alice, 0)])).toEqual(['conflict']);
      expect(await store.commit([changeOf(alice, 1)])).toEqual(['conflict']);
      expect(await store.commit([changeOf(alice, 2, { events: eventsOf(alice, 3) })])).toEqual(['committed']);
      expect(await store.load([alice])).toEqual([{ id: alice, version: 3, record: 'v3' }]);
      expect(await sequencesOf(store, alice)).toEqual([3, 2, 1]);
    },
  },
  {
    name: 'an account may begin without a record, with its events, and get one later: so a store is copied',
    async run({ store, expect }) {
      const events = eventsOf(alice, 7, 2);
      expect(await store.commit([changeOf(alice, 0, { record: null, events })])).toEqual(['committed']);
      expect(await store.load([alice])).toEqual([{ id: alice, version: 1, record: null }]);
      expect(await store.listAccounts({ tenant, limit: 10 })).toEqual({ items: [], nextCursor: null });
      expect(await sequencesOf(store, alice)).toEqual([8, 7]);
      const rest = { record: 'copied', messages: [messageOf(alice, 'm1')] };
      expect(await store.commit([changeOf(alice, 1, rest)])).toEqual(['committed']);
      expect((await store.listAccounts({ tenant, limit: 10 })).items).toEqual([{ id: alice, version: 2 }]);
      expect((await store.listMessages({ limit: 10 })).items).toEqual(rest.messages);
      expect((await store.listTenants({ limit: 10 })).items).toEqual([tenant]);
    },
  },
  {
    name: 'a record of 32 KB comes back as it was',
    async run({ store, expect }) {
      await store.commit([changeOf(alice, 0, { record: largeRecord })]);
      const [stored] = await store.load([alice]);
      expect(stored?.record === largeRecord).toBe(true);
    },
  },
  {
    name: 'a batch of 256 accounts is carried out in one call',
    async run({ store, expect }) {
      const ids = Array.from({ length: 256 }, (_, index) => ({ tenant, account: `user-${index}` }));
      const results = await store.commit(ids.map((id) => changeOf(id, 0, { events: eventsOf(id, 1) })));
      expect(results.every((result) => result === 'committed')).toBe(true);
      expect((await store.load(ids)).map((stored) => stored?.id.account)).toEqual(
        ids.map(({ account }) => account),
      );
    },
  },
  {
    name: 'a change that the store cannot hold, such as a second message of one id for one account, fails its whole call with store/refused',
    async run({ store, expect }) {
      await store.commit([changeOf(alice, 0, { messages: [messageOf(alice, 'taken')] })]);
      const changes = [changeOf(bob, 0), changeOf(alice, 1, { messages: [messageOf(alice, 'taken')] })];
      expect(await faultOf(store.commit(changes))).toBe('store/refused');
      expect((await store.load([alice, bob])).map((stored) => stored?.version)).toEqual([1, undefined]);
      expect(await store.commit(changes.slice(0, 1))).toEqual(['committed']);
    },
  },
  {
    name: 'a change that lost its race is a conflict, though the winner has sent a message of the same id',
    async run({ store, expect }) {
      const change = changeOf(alice, 0, { messages: [messageOf(alice, 'same')] });
      expect(await store.commit([change])).toEqual(['committed']);
      expect(await store.commit([change])).toEqual(['conflict']);
      expect((await store.load([alice]))[0]?.version).toBe(1);
    },
  },
  {
    name: 'what is handed in or out can be changed by its owner without touching the store',
    async run({ store, expect }) {
      const id = { ...alice };
      const [event] = eventsOf(alice, 1);
      const change = { ...changeOf(id, 0), events: [event!] };
      await store.commit([change]);
      Object.assign(id, { account: 'mallory' });
      Object.assign(event!, { sequence: 99 });
      const [loaded] = await store.load([alice]);
      Object.assign(loaded!.id, { account: 'mallory' });
      Object.assign(loaded!, { record: 'forged' });
      expect(await store.load([alice])).toEqual([{ id: alice, version: 1, record: 'v1' }]);
      expect(await sequencesOf(store, alice)).toEqual([1]);
    },
  },
];
