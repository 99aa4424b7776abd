import { describe, expect, test } from 'vitest';
import { createAuditChain } from './audit-chain.ts';
import { reservedTenant } from './account/account-id.ts';
import { keyRing } from './platform/key-ring.ts';
import { importMasterKey, nodePlatform } from './platform/node-crypto.ts';
import type { AccountStore } from './ports/account-store.ts';
import { compareStoreKeys, countSealed, rotateStoreKeys } from './store-setup.ts';
import { enrollAccount, openTestTidelock, testKeys, type TestTidelock } from './testing/enrolled-account.ts';
import { fullAccount } from './testing/full-account.ts';
import { memoryStore } from './testing/memory-store.ts';
import { overrideStore } from './testing/override-store.ts';
import { createTidelock, type Tidelock } from './tidelock.ts';
import { createVault } from './vault.ts';

const newKey = 'new:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=';
const newFirst = `${newKey},${testKeys}`;
const accepted = { outcome: 'accepted' };

/** A second process on the same store, with another ring. */
function openAgain({ store, clock }: TestTidelock, keys: string): Tidelock {
  return createTidelock({ issuer: 'Acme', store, keys: keyRing(keys), clock, emptyStore: 'refuse' });
}

/** A store under the key `test`, whose service has been restarted with `new` first. */
async function openRolledOut(store: AccountStore = memoryStore()) {
  const world = openTestTidelock({ store });
  const alice = await enrollAccount(world, 'alice');
  const tidelock = openAgain(world, newFirst);
  await tidelock.ready();
  return { world, alice, store, tidelock };
}

const rotate = (store: AccountStore, keys = newFirst, isOffline = false) =>
  rotateStoreKeys(store, keyRing(keys), { actor: 'olga', isOffline });

const sealedOf = async (store: AccountStore, keys = newFirst) =>
  Object.fromEntries((await countSealed(store, keyRing(keys))).sealed);

async function recordOf(store: AccountStore, account = 'alice', tenant = 'default'): Promise<string> {
  const [stored] = await store.load([{ tenant, account }]);
  return stored!.record!;
}

async function rewrite(store: AccountStore, change: (record: string) => string, account = 'alice') {
  const [stored] = await store.load([{ tenant: 'default', account }]);
  const { id, version, record } = stored!;
  const written = { id, expectedVersion: version, record: change(record!), events: [], messages: [] };
  expect(await store.commit([written])).toEqual(['committed']);
}

describe('B05 a rotation', () => {
  test('C17 seals everything anew by the first key; with that key alone, all of it works, and the old one opens nothing', async () => {
    const world = openTestTidelock({ policy: { trustedBrowserDays: 7 }, notices: { channel: 'email' } });
    const { store, clock } = world;
    const bob = await enrollAccount(world, 'bob');
    await fullAccount(world);
    await openAgain(world, newFirst).ready();
    await store.settleMessages(
      (await store.listMessages({ limit: 100 })).items.map(({ id }) => ({ id, outcome: 'settled' })),
    );
    const rotation = await rotate(store);
    expect(rotation).toMatchObject({ accounts: 2, resealed: 8, retired: ['test'], faultCount: 0 });
    expect(Object.fromEntries(rotation.sealed)).toEqual({
      new: { secret: 4, 'backup-codes': 2, contacts: 1, 'mailed-code': 1 },
    });
    for (const account of ['alice', 'bob']) expect(await recordOf(store, account)).not.toContain('"1.test.');
    const after = openAgain(world, newKey);
    clock.advance(30);
    expect(await after.verify('bob', { code: bob.code() })).toMatchObject(accepted);
    expect(await after.verify('bob', { code: bob.backupCodes[0]! })).toMatchObject(accepted);
    expect((await after.account('alice')).factors).toHaveLength(3);
    expect((await countSealed(store, keyRing(newKey))).faultCount).toBe(0);
    await expect(openAgain(world, testKeys).ready()).rejects.toMatchObject({
      code: 'keys/not-of-this-store',
    });
  });

  test('B09 leaves the audit chain whole under the same audit key, and stands in the log of the store, not of its accounts', async () => {
    const { store, world } = await openRolledOut();
    const before = (await world.tidelock.events('alice', { limit: 100 })).items;
    await rotate(store);
    expect((await world.tidelock.events('alice', { limit: 100 })).items).toEqual(before);
    const identity = JSON.parse(await recordOf(store, 'store', reservedTenant)) as {
      sealedAuditKeys: Record<string, string>;
    };
    expect(Object.keys(identity.sealedAuditKeys)).toEqual(['new']);
    const place = { id: { tenant: reservedTenant, account: 'store' }, holder: 'store' } as const;
    const opened = createVault(keyRing(newKey), nodePlatform).open(identity.sealedAuditKeys['new']!, {
      ...place,
      purpose: 'audit-key',
    });
    if (opened.outcome !== 'opened') throw new Error(opened.outcome);
    const chain = createAuditChain(nodePlatform, () => importMasterKey(opened.plaintext));
    for (const account of [place.id, { tenant: 'default', account: 'alice' }]) {
      let link = '';
      const events = [];
      for await (const event of store.readEvents({ ...account, limit: 100 })) events.unshift(event);
      for (const event of events) expect((link = chain.linkOf(link, event))).toBe(event.link);
      if (account === place.id)
        expect(events.map(({ kind, actor, note }) => [kind, actor, note]).slice(1)).toEqual([
          ['key-rotation-begun', 'olga', 'sealing key "new"'],
          [
            'key-rotation-ended',
            'olga',
            'sealing key "new"; 1 accounts; 2 values sealed anew; retired: "test"; faults: 0',
          ],
        ]);
    }
  });

  test('visits every tenant, known to the directory or not, and writes nothing that the first key has sealed', async () => {
    const { store, world, tidelock } = await openRolledOut();
    for (const tenant of ['acme', 'zoo'])
      await enrollAccount({ ...world, tidelock: world.tidelock.forTenant(tenant) }, 'alice');
    await enrollAccount({ ...world, tidelock }, 'carol');
    const carol = (await store.load([{ tenant: 'default', account: 'carol' }]))[0]!.version;
    expect(await rotate(store)).toMatchObject({ accounts: 4, resealed: 6, retired: ['test'] });
    const versions = async () =>
      (await store.load(['acme', 'zoo', 'default'].map((tenant) => ({ tenant, account: 'alice' })))).map(
        (stored) => stored!.version,
      );
    const once = await versions();
    expect(await rotate(store)).toMatchObject({ accounts: 4, resealed: 0, retired: [] });
    expect(await versions()).toEqual(once);
    expect((await store.load([{ tenant: 'default', account: 'carol' }]))[0]!.version).toBe(carol);
  });

  test('A1 loses no verification that comes between its look and its write, and no request fails meanwhile', async () => {
    const inner = memoryStore();
    let interrupt: (() => Promise<void>) | null = null;
    const store = overrideStore(inner, {
      async commit(changes) {
        const work = interrupt;
        interrupt = null;
        await work?.();
        return inner.commit(changes);
      },
    });
    const { world, alice, tidelock } = await openRolledOut(inner);
    const code = alice.code();
    const between = { outcomes: [] as unknown[] };
    const slow = rotateStoreKeys(store, keyRing(newFirst), {
      actor: 'olga',
      onProgress: () => undefined,
    });
    interrupt = async () => {
      // The begin of the rotation is noted; the next commit is that of the accounts.
      interrupt = async () => void between.outcomes.push(await tidelock.verify('alice', { code }));
    };
    expect(await slow).toMatchObject({ resealed: 2, retired: ['test'] });
    expect(between.outcomes).toMatchObject([accepted]);
    expect(await tidelock.verify('alice', { code })).toMatchObject({ outcome: 'rejected' });
    world.clock.advance(30);
    expect(await openAgain(world, newKey).verify('alice', { code: alice.code() })).toMatchObject(accepted);
  });

  test('broken off at any of its writes, it is begun again and ends the same; nobody is refused in between', async () => {
    for (let commits = 0; commits < 4; commits += 1) {
      const inner = memoryStore();
      const { world, alice } = await openRolledOut(inner);
      await enrollAccount(world, 'bob');
      let left = commits;
      const dying = overrideStore(inner, {
        commit(changes) {
          left -= 1;
          return left < 0
            ? new Promise(() => undefined)
            : inner
                .commit(changes.slice(0, 1))
                .then((done) => [...done, ...changes.slice(1).map(() => 'conflict' as const)]);
        },
      });
      void rotate(dying);
      for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(left, `${commits}`).toBe(-1);
      for (const keys of [newFirst, `${testKeys},${newKey}`]) {
        world.clock.advance(30);
        expect(await openAgain(world, keys).verify('alice', { code: alice.code() })).toMatchObject(accepted);
      }
      expect(await rotate(inner)).toMatchObject({ accounts: 2, retired: ['test'], faultCount: 0 });
      expect(await sealedOf(inner)).toEqual({ new: { secret: 2, 'backup-codes': 2 } });
    }
  });

  test('what an older process seals while it goes on is found by the next walk', async () => {
    const { store, world } = await openRolledOut();
    let late: Promise<unknown> | null = null;
    const rotation = await rotateStoreKeys(
      overrideStore(store, {
        async listMessages(query) {
          await late;
          return store.listMessages(query);
        },
        async listTenants(query) {
          await late;
          return store.listTenants(query);
        },
      }),
      keyRing(newFirst),
      { actor: 'olga', onProgress: () => void (late ??= enrollAccount(world, 'late')) },
    );
    expect(rotation).toMatchObject({ accounts: 2, resealed: 4, retired: ['test'], isOvertaken: false });
  });

  test('where an older process goes on sealing without end, it says so and retires nothing', async () => {
    const { store, world } = await openRolledOut();
    let count = 0;
    const busy = overrideStore(store, {
      async listTenants(query) {
        count += 1;
        await enrollAccount(world, `late-${count}`);
        return store.listTenants(query);
      },
    });
    expect(await rotate(busy)).toMatchObject({ isOvertaken: true, retired: [] });
    expect((await compareStoreKeys(store, keyRing(newFirst)))?.sealing).toEqual(['test', 'new']);
  });
});

describe('C17 nothing is lost with a key', () => {
  test('messages that wait hold their key: it is retired once they are gone', async () => {
    const world = openTestTidelock({ notices: { channel: 'email' } });
    const { store } = world;
    world.clock.set(Date.now() / 1000);
    await world.tidelock.setContacts('alice', { emails: ['alice@example.com'] });
    await openAgain(world, newFirst).ready();
    const first = await rotate(store);
    expect(first).toMatchObject({ resealed: 1, retired: [] });
    expect(first.sealed.get('test')).toEqual({ message: 1 });
    const [message] = (await store.listMessages({ limit: 10 })).items;
    await store.settleMessages([{ id: message!.id, outcome: 'settled' }]);
    expect(await rotate(store)).toMatchObject({ resealed: 0, retired: ['test'] });
  });

  test('C18 what was swapped stays refused and is reported; its key stays, and the rest is done', async () => {
    const { store, world, alice } = await openRolledOut();
    const bob = await enrollAccount(world, 'bob');
    const carol = await enrollAccount(world, 'carol');
    const secretOf = (record: string) => /"sealedSecret":"([^"]+)"/.exec(record)![1]!;
    const [one, other] = [secretOf(await recordOf(store)), secretOf(await recordOf(store, 'bob'))];
    await rewrite(store, (record) => record.replace(one, other));
    await rewrite(store, (record) => record.replace(other, one), 'bob');
    const rotation = await rotate(store);
    expect(rotation).toMatchObject({ accounts: 3, resealed: 4, retired: [], faultCount: 2 });
    expect(rotation.faults).toEqual(
      ['alice', 'bob'].map((account) => ({
        id: { tenant: 'default', account },
        code: 'vault/open-failed',
      })),
    );
    expect(secretOf(await recordOf(store))).toBe(other);
    const after = openAgain(world, newFirst);
    for (const { account, code } of [alice, bob])
      await expect(after.verify(account, { code: code() })).rejects.toMatchObject({
        code: 'vault/open-failed',
      });
    expect(await after.verify('carol', { code: carol.code() })).toMatchObject(accepted);
  });

  test('what a missing key has sealed is reported and left, and the key stays needed', async () => {
    const { store } = await openRolledOut();
    const third = 'third:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU=';
    const rotation = await rotate(store, `${newKey},${third}`);
    expect(rotation).toMatchObject({ resealed: 0, retired: [], faultCount: 2 });
    expect(rotation.sealed.get('test')).toEqual({ secret: 1, 'backup-codes': 1 });
    expect((await compareStoreKeys(store, keyRing(newKey)))?.missing).toEqual(['test']);
    expect(await rotate(store)).toMatchObject({ resealed: 2, retired: ['test'], faultCount: 0 });
    expect((await compareStoreKeys(store, keyRing(newKey)))?.missing).toEqual([]);
  });

  test.each(['{"format":9}', '{"format":1,"factors":[{}]}', 'no JSON'])(
    'CRYP-07 a record that nobody can read is reported, keeps every key, and stops nothing: %s',
    async (broken) => {
      const { store, world } = await openRolledOut();
      await enrollAccount(world, 'bob');
      await rewrite(store, () => broken);
      const rotation = await rotate(store);
      expect(rotation).toMatchObject({ resealed: 2, retired: [], unreadableRecords: 1 });
      expect(rotation.faults).toEqual([
        { id: { tenant: 'default', account: 'alice' }, code: 'engine/record-unreadable' },
      ]);
      expect(await recordOf(store)).toBe(broken);
      expect((await countSealed(store, keyRing(newFirst))).unreadableRecords).toBe(1);
    },
  );

  test('a sealed text that no visitor knows keeps its key, in an account or in a record of Tidelock itself', async () => {
    for (const [tenant, account] of [
      ['default', 'alice'],
      [reservedTenant, 'later'],
    ] as const) {
      const { store } = await openRolledOut();
      const strange = `1.test.${'A'.repeat(60)}`;
      const [stored] = await store.load([{ tenant, account }]);
      const record = { ...(JSON.parse(stored?.record ?? '{}') as object), later: { sealed: strange } };
      await store.commit([
        {
          id: { tenant, account },
          expectedVersion: stored?.version ?? 0,
          record: JSON.stringify(record),
          events: [],
          messages: [],
        },
      ]);
      const rotation = await rotate(store);
      expect(rotation.sealed.get('test')).toEqual({ unknown: 1 });
      expect(rotation.retired).toEqual([]);
    }
  });

  test('rule 3 a first key that no service has sealed with is refused, at the second try, too; offline it is not', async () => {
    const world = openTestTidelock();
    const alice = await enrollAccount(world);
    // A key that can be read already is not enough: a service that lacks it would refuse everybody.
    await openAgain(world, `${testKeys},${newKey}`).ready();
    for (let tries = 0; tries < 2; tries += 1)
      await expect(rotate(world.store)).rejects.toMatchObject({ code: 'keys/not-rolled-out' });
    expect(await world.tidelock.verify('alice', { code: alice.code() })).toMatchObject(accepted);
    await expect(rotate(world.store, newKey)).rejects.toMatchObject({ code: 'keys/not-rolled-out' });
    expect(await rotate(world.store, newFirst, true)).toMatchObject({ retired: ['test'] });
  });
});

describe('what a store knows of its keys', () => {
  test('a key that can only read is noted, needs nothing, and may be left out again', async () => {
    const world = openTestTidelock();
    await world.tidelock.ready();
    await openAgain(world, `${testKeys},${newKey}`).ready();
    expect(await compareStoreKeys(world.store, keyRing(testKeys))).toEqual({
      ring: [{ id: 'test', standing: 'known' }],
      sealing: ['test'],
      missing: [],
    });
    const other = 'new:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU=';
    await expect(openAgain(world, `${testKeys},${other}`).ready()).rejects.toMatchObject({
      code: 'keys/not-of-this-store',
    });
  });

  test('a retired key is a stranger as long as it only opens, and comes back where it seals', async () => {
    const { store, world } = await openRolledOut();
    await rotate(store);
    const standing = async (keys: string) =>
      (await compareStoreKeys(store, keyRing(keys)))?.ring.map((key) => key.standing);
    const [identity] = await store.load([{ tenant: reservedTenant, account: 'store' }]);
    await openAgain(world, newFirst).ready();
    expect((await store.load([{ tenant: reservedTenant, account: 'store' }]))[0]).toEqual(identity);
    expect(await standing(newFirst)).toEqual(['known', 'retired']);
    await openAgain(world, `${testKeys},${newKey}`).ready();
    expect(await standing(newFirst)).toEqual(['known', 'known']);
    expect((await compareStoreKeys(store, keyRing(newKey)))?.missing).toEqual(['test']);
  });

  test('an identity of before the first rotation counts every key that it knows as one that has sealed', async () => {
    const { store } = await openRolledOut();
    const [stored] = await store.load([{ tenant: reservedTenant, account: 'store' }]);
    const {
      sealingKeys: _1,
      retiredKeys: _2,
      ...old
    } = JSON.parse(stored!.record!) as Record<string, unknown>;
    const { id, version } = stored!;
    await store.commit([
      { id, expectedVersion: version, record: JSON.stringify(old), events: [], messages: [] },
    ]);
    expect((await compareStoreKeys(store, keyRing(newKey)))?.missing).toEqual(['test']);
  });
});
