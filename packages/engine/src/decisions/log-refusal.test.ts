import { expect, test } from 'vitest';
import { keyRing } from '../platform/key-ring.ts';
import { enrollAccount, openTestTidelock, testKeys } from '../testing/enrolled-account.ts';
import { overrideStore } from '../testing/override-store.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { TidelockError } from '../tidelock-error.ts';
import { createTidelock } from '../tidelock.ts';

const required = { code: 'engine/proof-required' };

test('LOG-06 C11 a change without a right proof is in the log when it is refused, once a minute at most', async () => {
  const bench = openTestTidelock();
  const alice = await enrollAccount(bench);
  const { tidelock, clock } = bench;
  const refused = async () =>
    (await tidelock.events('alice', { limit: 1_000 })).items.filter(({ kind }) => kind === 'change-refused');
  await expect(tidelock.revokeFactor('alice', alice.factorId)).rejects.toMatchObject(required);
  expect(await refused()).toMatchObject([{ kind: 'change-refused', reason: 'proof-required' }]);
  for (let time = 0; time < 59; time += 1) {
    await expect(tidelock.regenerateBackupCodes('alice', { proof: 'prf_x' })).rejects.toMatchObject(required);
    clock.advance(1);
  }
  expect(await refused()).toHaveLength(1);
  clock.advance(1);
  await expect(tidelock.erase('alice')).rejects.toMatchObject(required);
  expect(await refused()).toHaveLength(2);
  // A clock that jumped ahead and came back holds nothing back for long.
  clock.advance(-3_600);
  await expect(tidelock.erase('alice')).rejects.toMatchObject(required);
  expect(await refused()).toHaveLength(3);
  expect((await tidelock.account('alice')).factors).toHaveLength(1);
});

test('F1 a refusal is told when it is durable, and a store that fails is what is told then', async () => {
  const inner = memoryStore();
  let isFailing = false;
  const store = overrideStore(inner, {
    commit: async (changes) => {
      if (isFailing) throw new TidelockError('store/full');
      return inner.commit(changes);
    },
  });
  const bench = openTestTidelock({ store });
  const alice = await enrollAccount(bench);
  isFailing = true;
  await expect(bench.tidelock.revokeFactor('alice', alice.factorId)).rejects.toMatchObject({
    code: 'store/full',
  });
  isFailing = false;
  await expect(bench.tidelock.revokeFactor('alice', alice.factorId)).rejects.toMatchObject(required);
});

test('LOG-06 what does not open is logged once a minute at most, however often somebody asks', async () => {
  const bench = openTestTidelock();
  const alice = await enrollAccount(bench);
  const { store, clock } = bench;
  const other = keyRing(`other:NTQ1NDU0NTQ1NDU0NTQ1NDU0NTQ1NDU0NTQ1NDU0NTU=,${testKeys}`);
  const tidelock = createTidelock({ issuer: 'Acme', store, keys: other, clock });
  const [stored] = await store.load([{ tenant: 'default', account: 'alice' }]);
  await store.commit([
    {
      id: stored!.id,
      expectedVersion: stored!.version,
      record: stored!.record!.replace(/"sealedSecret":"1\.test\./, '"sealedSecret":"1.gone.'),
      events: [],
      messages: [],
    },
  ]);
  const count = async () =>
    (await tidelock.events('alice', { limit: 1_000 })).items.filter(
      ({ kind }) => kind === 'secret-unreadable',
    ).length;
  for (let time = 0; time < 3; time += 1) {
    await tidelock.verify('alice', { code: alice.code() }).catch(() => undefined);
    clock.advance(20);
  }
  expect(await count()).toBe(1);
  clock.advance(1);
  await tidelock.verify('alice', { code: alice.code() }).catch(() => undefined);
  expect(await count()).toBe(2);
});
