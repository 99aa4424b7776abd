import { Totp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import type { AccountId } from '../account/account-id.ts';
import { tombstoneOf } from '../account/audit-event.ts';
import { keyRing } from '../platform/key-ring.ts';
import type { AccountStore, EventQuery, StoredEvent } from '../ports/account-store.ts';
import { restoreStore } from '../restore-store.ts';
import { initialiseStore, rotateStoreKeys } from '../store-setup.ts';
import { enrollAccount, openTestTidelock, testKeys } from '../testing/enrolled-account.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { overrideStore } from '../testing/override-store.ts';
import { changeOf, eventsOf, messageOf } from '../testing/store-contract-case.ts';
import { TidelockError } from '../tidelock-error.ts';
import { runsOf } from './copy-events.ts';
import { copyMarkId } from './copy-mark.ts';
import { copyStore } from './copy-store.ts';

const keys = keyRing(testKeys);
const rounds = 14;

/** 100 accounts of two tenants, whose 1,400 events stand mixed; one that was erased, one without a record, messages. */
async function filledStore(): Promise<AccountStore> {
  const store = memoryStore();
  await initialiseStore(store, keys);
  const ids: AccountId[] = Array.from({ length: 100 }, (_, index) => ({
    tenant: index % 5 === 0 ? 'other' : 'acme',
    account: `user-${String(index).padStart(3, '0')} 🔐`,
  }));
  for (let round = 0; round < rounds; round++)
    await store.commit(
      ids.map((id, index) =>
        changeOf(id, round, {
          record: `{"round":${round},"of":${index}}`,
          events: eventsOf(id, round + 1 + Math.floor(index / 99) * round, index === 99 ? 2 : 1),
          messages: round === 0 && index < 10 ? [messageOf(id, `m${index}`)] : [],
        }),
      ),
    );
  await store.commit([
    changeOf(ids[3]!, rounds, {
      record: '{"erased":true}',
      events: eventsOf(ids[3]!, rounds + 1),
      erasedAt: 5_000,
    }),
    changeOf(ids[4]!, rounds, { record: null, events: eventsOf(ids[4]!, rounds + 1) }),
    changeOf(ids[5]!, rounds, { prunedThrough: 9, record: '{"pruned":true}' }),
    changeOf({ tenant: 'third', account: 'silent' }, 0),
  ]);
  return store;
}

/** All that a store gives but versions and positions, which are its own, and the mark of a copy. */
async function contentOf(store: AccountStore) {
  const { items: tenants } = await store.listTenants({ limit: 1_000 });
  const readPage = async (query: EventQuery): Promise<readonly StoredEvent[]> => {
    const page: StoredEvent[] = [];
    for await (const event of store.readEvents(query)) page.push(event);
    return page;
  };
  const content: unknown[] = [(await store.listMessages({ limit: 1_000 })).items];
  for (const tenant of tenants) {
    const { items } = await store.listAccounts({ tenant, limit: 1_000 });
    const records = (await store.load(items.map(({ id }) => id))).map((stored) => [
      stored!.id,
      stored!.record,
    ]);
    const events: unknown[] = [];
    let before: string | null = null;
    for (;;) {
      const page: readonly StoredEvent[] = await readPage({
        tenant,
        limit: 1_000,
        ...(before === null ? {} : { before }),
      });
      events.push(...page.map(({ position: _position, ...event }) => event));
      if (page.length < 1_000) break;
      before = page.at(-1)!.position;
    }
    content.push({ tenant, records: records.filter(([id]) => (id as AccountId).account !== 'copy'), events });
  }
  return content;
}

describe('a copy of a store', () => {
  test('has every record, event and message, also of the erased, in the order of the tenants’ logs', async () => {
    const from = await filledStore();
    const to = memoryStore();
    const seen = new Set<string>();
    const copy = await copyStore(from, to, { onProgress: ({ stage }) => seen.add(stage) });
    expect(copy).toEqual({
      isResumed: false,
      wasFinished: false,
      accounts: 101,
      events: 1_408,
      messages: 9,
      differenceCount: 0,
      differences: [],
    });
    expect([...seen]).toEqual(['events', 'records', 'messages', 'comparison']);
    expect(await contentOf(to)).toEqual(await contentOf(from));
    const erased = { tenant: 'acme', account: 'user-004 🔐' };
    expect((await to.load([erased]))[0]).toMatchObject({ record: null });
    const [newest] = eventsOf({ tenant: 'acme', account: 'user-003 🔐' }, rounds + 1);
    const [before] = eventsOf({ tenant: 'acme', account: 'user-003 🔐' }, rounds);
    const log = [];
    for await (const { position: _position, ...event } of to.readEvents({
      tenant: 'acme',
      account: 'user-003 🔐',
      limit: 2,
    }))
      log.push(event);
    expect(log).toEqual([newest, tombstoneOf(before!, 5_000)]);
  });

  test('S08 accepts a fresh code, and refuses one that was spent before the copy; a backup code too', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const [used, left] = alice.backupCodes;
    const spent = alice.code();
    expect(await bench.tidelock.verify('alice', { code: spent })).toMatchObject({ outcome: 'accepted' });
    expect(await bench.tidelock.verify('alice', { code: used })).toMatchObject({ outcome: 'accepted' });
    const to = memoryStore();
    await copyStore(bench.store, to);
    const { tidelock, clock } = openTestTidelock({ store: to });
    clock.set(bench.clock.now());
    expect(await tidelock.verify('alice', { code: spent })).toMatchObject({ outcome: 'rejected' });
    expect(await tidelock.verify('alice', { code: used })).toMatchObject({ outcome: 'rejected' });
    expect(await tidelock.verify('alice', { code: left })).toMatchObject({ outcome: 'accepted' });
    clock.advance(30);
    const code = new Totp(alice.secret).generate({ at: clock.now() });
    expect(await tidelock.verify('alice', { code })).toMatchObject({ outcome: 'accepted' });
  });

  test('F1 killed at every commit, before it or after it, it is begun again and ends right', async () => {
    const from = await filledStore();
    const wanted = await contentOf(from);
    for (const isCarriedOut of [false, true]) {
      let kills = 0;
      for (let place = 1; ; place++) {
        const to = memoryStore();
        let commits = 0;
        const dying = overrideStore(to, {
          async commit(changes) {
            commits += 1;
            if (commits === place && isCarriedOut) await to.commit(changes);
            if (commits === place) throw new TidelockError('store/unavailable');
            return to.commit(changes);
          },
        });
        const outcome = await copyStore(from, dying).then(
          () => 'done',
          (error: unknown) => (error as TidelockError).code,
        );
        if (outcome === 'done') break;
        kills += 1;
        const copy = await copyStore(from, to);
        expect(copy, `${place}`).toMatchObject({ differenceCount: 0 });
        if (place % 5 === 0) expect(await contentOf(to), `${place}`).toEqual(wanted);
      }
      expect(kills).toBeGreaterThan(15);
    }
  });

  test('goes into an empty store alone, and a half of one store is gone on with from that store alone', async () => {
    const [from, stranger] = [await filledStore(), await filledStore()];
    const refusal = { code: 'store/not-empty' };
    await expect(copyStore(from, stranger)).rejects.toMatchObject(refusal);
    const to = memoryStore();
    await copyStore(from, to);
    // Finished, it is compared and no more.
    expect(await copyStore(from, to)).toMatchObject({ isResumed: true, differenceCount: 0 });
    await to.commit([changeOf({ tenant: 'acme', account: 'new' }, 0)]);
    expect(await copyStore(from, to)).toMatchObject({
      wasFinished: true,
      differences: [{ where: 'acme/new' }],
    });
    expect((await to.load([{ tenant: 'acme', account: 'new' }]))[0]).toMatchObject({ record: 'v1' });
    const half = memoryStore();
    const failing = overrideStore(half, {
      commit: async (changes) => {
        if (changes.length > 1) throw new TidelockError('store/full');
        return half.commit(changes);
      },
    });
    await expect(copyStore(from, failing)).rejects.toMatchObject({ code: 'store/full' });
    await expect(copyStore(stranger, half)).rejects.toMatchObject(refusal);
    await expect(copyStore(half, memoryStore())).rejects.toMatchObject({ code: 'store/copy-unfinished' });
    await expect(copyStore(memoryStore(), memoryStore())).rejects.toMatchObject({
      code: 'store/not-initialised',
    });
  });

  test('C17 nothing is served, begun, rotated or restored on the half of a copy', async () => {
    const from = await filledStore();
    const half = memoryStore();
    const failing = overrideStore(half, {
      async listMessages() {
        throw new TidelockError('store/unavailable');
      },
    });
    await expect(copyStore(from, failing)).rejects.toMatchObject({ code: 'store/unavailable' });
    const refusal = { code: 'store/copy-unfinished' };
    const { tidelock } = openTestTidelock({ store: half });
    await expect(tidelock.challenge('alice')).rejects.toMatchObject(refusal);
    await expect(initialiseStore(half, keys)).rejects.toMatchObject(refusal);
    await expect(rotateStoreKeys(half, keys, { actor: 'a' })).rejects.toMatchObject(refusal);
    await expect(restoreStore(half, keys, { actor: 'a' })).rejects.toMatchObject(refusal);
    await copyStore(from, half);
    expect(await openTestTidelock({ store: half }).tidelock.challenge('alice')).toEqual({ required: false });
  });

  test('a source that changed meanwhile is found, said, and copied by the next run', async () => {
    const from = await filledStore();
    const bob = { tenant: 'acme', account: 'user-001 🔐' };
    const to = memoryStore();
    let wasChanged = false;
    const changing = overrideStore(from, {
      async listMessages(query) {
        if (!wasChanged) {
          wasChanged = true;
          await from.commit([
            changeOf(bob, rounds, { record: '{"changed":true}', events: eventsOf(bob, rounds + 1) }),
            changeOf({ tenant: 'late', account: 'carol' }, 0),
          ]);
        }
        return from.listMessages(query);
      },
    });
    const copy = await copyStore(changing, to);
    expect(copy.differences).toEqual([
      { what: 'record', where: 'acme/user-001 🔐' },
      { what: 'event', where: `acme/user-001 🔐 ${rounds + 1}` },
      { what: 'tenant', where: 'late' },
      { what: 'record', where: 'late/carol' },
    ]);
    await expect(openTestTidelock({ store: to }).tidelock.ready()).rejects.toMatchObject({
      code: 'store/copy-unfinished',
    });
    expect(await copyStore(from, to)).toMatchObject({ isResumed: true, differenceCount: 0 });
    expect(await contentOf(to)).toEqual(await contentOf(from));
  });

  test('what is wrong in the copy is found: a record, an event, its order, an account too many, a message', async () => {
    const from = await filledStore();
    const alter = async (change: (to: AccountStore) => Promise<unknown>): Promise<readonly unknown[]> => {
      const to = memoryStore();
      let wasChanged = false;
      const altered = overrideStore(to, {
        async commit(changes) {
          const isComparison = changes[0]!.record?.includes('"comparison"') === true;
          if (isComparison && !wasChanged) {
            wasChanged = true;
            await change(to);
          }
          return to.commit(changes);
        },
      });
      return (await copyStore(from, altered)).differences.map(({ what, where }) => `${what} ${where}`);
    };
    const erased = await alter(async (to) => {
      const carol = { tenant: 'acme', account: 'user-002 🔐' };
      const [stored] = await to.load([carol]);
      await to.commit([changeOf(carol, stored!.version, { record: stored!.record, erasedAt: 9 })]);
    });
    expect(erased.filter((place) => String(place).startsWith('event acme/user-002 🔐 '))).toHaveLength(
      rounds,
    );
    const bob = { tenant: 'acme', account: 'user-001 🔐' };
    const versionOf = async (to: AccountStore): Promise<number> => (await to.load([bob]))[0]!.version;
    expect(
      await alter(async (to) => to.commit([changeOf(bob, await versionOf(to), { record: 'x' })])),
    ).toEqual(['record acme/user-001 🔐']);
    expect(
      await alter(async (to) => {
        const [stored] = await to.load([bob]);
        const { version, record } = stored!;
        await to.commit([changeOf(bob, version, { record, prunedThrough: 3 })]);
      }),
    ).toEqual([1, 2, 3].map((sequence) => `event acme/user-001 🔐 ${sequence}`).toReversed());
    expect(await alter(async (to) => to.commit([changeOf({ tenant: 'acme', account: 'x' }, 0)]))).toEqual([
      'record acme/x',
    ]);
    expect(await alter(async (to) => to.settleMessages([{ id: 'm1', outcome: 'settled' }]))).toEqual([
      'message m1',
    ]);
    expect(await alter(async (to) => to.settleMessages([{ id: 'm1', outcome: 'retry', dueAt: 7 }]))).toEqual([
      'message m1',
    ]);
  });

  test('two copies into one store at once do no harm: whoever loses stops, and the next run ends right', async () => {
    const from = await filledStore();
    const to = memoryStore();
    const outcomes = await Promise.allSettled([copyStore(from, to), copyStore(from, to)]);
    const lost = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as TidelockError] : []));
    expect(lost.length).toBeGreaterThan(0);
    for (const { code } of lost)
      expect(['engine/contention', 'store/not-empty', 'store/refused']).toContain(code);
    if (lost.length === 2) expect(await copyStore(from, to)).toMatchObject({ differenceCount: 0 });
    expect(await contentOf(to)).toEqual(await contentOf(from));
    expect((await to.load([copyMarkId]))[0]?.record).toBeNull();
  });
});

test('runs keep the order of events, and have an account in one place each', () => {
  const eventAt = (account: string, sequence: number) => ({
    ...eventsOf({ tenant: 't', account }, sequence)[0]!,
    position: '1',
  });
  const events = ['a1', 'a2', 'b1', 'a3', 'c1', 'b2', 'b3'].map((name) => eventAt(name[0]!, Number(name[1])));
  const runs = runsOf(events).map((run) =>
    run.map((own) => own.map(({ account, sequence }) => `${account}${sequence}`).join()),
  );
  expect(runs).toEqual([
    ['a1,a2', 'b1'],
    ['a3', 'c1', 'b2,b3'],
  ]);
  const many = Array.from({ length: 600 }, (_, index) => eventAt(String(index), 1));
  expect(runsOf(many).map(({ length }) => length)).toEqual([256, 256, 88]);
  expect(runsOf([])).toEqual([]);
});
