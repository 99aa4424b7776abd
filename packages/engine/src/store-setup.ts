import { createAuditChain } from './audit-chain.ts';
import { assertNoUnfinishedCopy } from './copy/copy-mark.ts';
import { takeKeyCensus, type KeyCensus } from './key-census.ts';
import { assertRolledOut, rotateKeys, type KeyRotation, type RotationOptions } from './key-rotation.ts';
import { nodePlatform } from './platform/node-crypto.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { KeyRing } from './ports/key-ring.ts';
import {
  initialiseStore as initialise,
  isStoreInitialised,
  openIdentity,
  readStoreKeys,
  type AuditKey,
  type StoreKeys,
} from './store-identity.ts';
import { TidelockError } from './tidelock-error.ts';
import { createTransact } from './transact.ts';
import { createVault } from './vault.ts';

export { isStoreInitialised };

/** Begins a new store for these keys: what `tidelock init` does. @throws TidelockError `store/already-initialised`, `store/…` */
export async function initialiseStore(store: AccountStore, keys: KeyRing): Promise<void> {
  await assertNoUnfinishedCopy(store);
  const { transact, auditKey } = transactOn(store);
  await initialise({ transact, keys, platform: nodePlatform, auditKey });
}

function transactOn(store: AccountStore) {
  const auditKey: AuditKey = { current: null };
  const chain = createAuditChain(nodePlatform, () => auditKey.current);
  return {
    auditKey,
    transact: createTransact({ store, clock: nodePlatform.clock, timer: nodePlatform.timer, chain }),
  };
}

/** Which of these keys the store knows; it changes nothing. Null where the store was never begun. @throws TidelockError `store/…` */
export async function compareStoreKeys(store: AccountStore, keys: KeyRing): Promise<StoreKeys | null> {
  return readStoreKeys(store, keys, nodePlatform);
}

/**
 * Counts what each key has sealed in a store, all tenants and the outbox included, and opens it; it changes nothing.
 *
 * @throws TidelockError `store/…`
 */
export async function countSealed(
  store: AccountStore,
  keys: KeyRing,
  onProgress?: (visited: number) => void,
): Promise<KeyCensus> {
  const vault = createVault(keys, nodePlatform);
  return takeKeyCensus({ store, vault, now: nodePlatform.clock.now() }, onProgress);
}

/**
 * Seals everything anew by the first key of the ring, while services run: what `tidelock keys rotate` does. Killed, it is
 * begun again, and goes on where it was. Its first key must be one that the services have.
 *
 * @throws TidelockError `store/…`, `keys/not-of-this-store`, `keys/not-rolled-out`
 */
export async function rotateStoreKeys(
  store: AccountStore,
  keys: KeyRing,
  options: RotationOptions,
): Promise<KeyRotation> {
  await assertNoUnfinishedCopy(store);
  const known = await readStoreKeys(store, keys, nodePlatform);
  if (known === null) throw new TidelockError('store/not-initialised');
  // Before the ring is noted: the next try must be refused, too.
  if (options.isOffline !== true) assertRolledOut(keys, known);
  const { transact, auditKey } = transactOn(store);
  const { clock } = nodePlatform;
  await openIdentity({ transact, keys, platform: nodePlatform, auditKey }, 'refuse');
  const vault = createVault(keys, nodePlatform);
  return rotateKeys({ store, transact, vault, keys, clock, known }, options);
}
