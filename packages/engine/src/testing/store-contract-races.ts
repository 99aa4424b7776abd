import type { AccountId } from '../account/account-id.ts';
import {
  alice,
  changeOf,
  faultOf,
  listOf,
  messageOf,
  sequencesOf,
  tenant,
  type ContractCase,
} from './store-contract-case.ts';
import { runRace, type RaceReport } from './store-racer.ts';

/** Races inside one process, and the end of a store. */
export const raceCases: readonly ContractCase[] = [
  {
    name: 'A2: of 200 racers on one account one wins each version',
    async run({ store, expect }) {
      for (let expectedVersion = 0; expectedVersion < 5; expectedVersion++) {
        const report = await runRace(store, { kind: 'race', id: alice, expectedVersion, racers: 200 });
        expect([report.committed, report.conflicts]).toEqual([1, 199]);
      }
      expect((await store.load([alice]))[0]?.version).toBe(5);
    },
  },
  {
    name: 'B7: 200 increments by 20 writers at once are 200, and their events are gap-free',
    async run({ store, expect }) {
      const job = { kind: 'increment', id: alice, times: 10 } as const;
      await Promise.all(Array.from({ length: 20 }, () => runRace(store, job)));
      expect(await store.load([alice])).toEqual([{ id: alice, version: 200, record: '200' }]);
      expect(await sequencesOf(store, alice)).toEqual(countdownFrom(200));
    },
  },
  {
    name: 'claimers at the same time never get one message twice',
    async run({ store, expect }) {
      await store.commit([changeOf(alice, 0, { messages: messagesOf(100) })]);
      const claims = Array.from({ length: 10 }, () => runRace(store, { kind: 'claim', limit: 7, now: 200 }));
      expect(claimedBy(await Promise.all(claims))).toEqual(messagesOf(100).map(({ id }) => id));
    },
  },
  {
    name: 'what was begun before the end is carried out, what comes after is refused with store/closed',
    async run({ store, expect }) {
      const begun = store.commit([changeOf(alice, 0)]);
      const closed = store.close();
      expect(await begun).toEqual(['committed']);
      await closed;
      const calls = [
        store.load([alice]),
        store.commit([changeOf(alice, 1)]),
        listOf(store.readEvents({ ...alice, limit: 1 })),
        store.listAccounts({ tenant, limit: 1 }),
        store.claimMessages(1, 60, 0),
        store.settleMessages([]),
      ];
      for (const call of calls) expect(await faultOf(call)).toBe('store/closed');
      await store.close();
    },
  },
];

/** Races of several processes on one database. */
export const processCases: readonly ContractCase[] = [
  {
    name: 'A2: of 200 racers in four processes one wins each version',
    async run({ store, expect, racers }) {
      for (let expectedVersion = 0; expectedVersion < 5; expectedVersion++) {
        const job = { kind: 'race', id: alice, expectedVersion, racers: 200 / racers.length } as const;
        const reports = await Promise.all(racers.map((racer) => racer.run(job)));
        expect([sum(reports, 'committed'), sum(reports, 'conflicts')]).toEqual([1, 199]);
      }
      expect((await store.load([alice]))[0]?.version).toBe(5);
    },
  },
  {
    name: 'B7: of 200 increments by four processes none is lost',
    async run({ store, expect, racers }) {
      const job = { kind: 'increment', id: alice, times: 200 / racers.length } as const;
      await Promise.all(racers.map((racer) => racer.run(job)));
      expect(await store.load([alice])).toEqual([{ id: alice, version: 200, record: '200' }]);
      expect(await sequencesOf(store, alice)).toEqual(countdownFrom(200));
    },
  },
  {
    name: 'four processes that write an account each do not stand in each other’s way',
    async run({ store, expect, racers }) {
      const ids: AccountId[] = racers.map((_, index) => ({ tenant, account: `user-${index}` }));
      await Promise.all(
        racers.map((racer, index) => racer.run({ kind: 'increment', id: ids[index]!, times: 50 })),
      );
      expect((await store.load(ids)).map((stored) => stored?.record)).toEqual(ids.map(() => '50'));
      const events = await listOf(store.readEvents({ tenant, limit: 1_000 }));
      expect(events.length).toBe(50 * racers.length);
    },
  },
  {
    name: 'no two processes claim one message',
    async run({ store, expect, racers }) {
      await store.commit([changeOf(alice, 0, { messages: messagesOf(100) })]);
      const reports = await Promise.all(
        racers.map((racer) => racer.run({ kind: 'claim', limit: 7, now: 200 })),
      );
      expect(claimedBy(reports)).toEqual(messagesOf(100).map(({ id }) => id));
    },
  },
];

function messagesOf(count: number): ReturnType<typeof messageOf>[] {
  return Array.from({ length: count }, (_, index) => messageOf(alice, `m${String(index).padStart(3, '0')}`));
}

function claimedBy(reports: readonly RaceReport[]): string[] {
  return reports.flatMap(({ claimed }) => claimed).sort();
}

function countdownFrom(count: number): number[] {
  return Array.from({ length: count }, (_, index) => count - index);
}

function sum(reports: readonly RaceReport[], key: 'committed' | 'conflicts'): number {
  return reports.reduce((total, report) => total + report[key], 0);
}
