import { createAuditChain } from './audit-chain.ts';
import { nodePlatform } from './platform/node-crypto.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { KeyRing } from './ports/key-ring.ts';
import {
  initialiseStore as initialise,
  isStoreInitialised,
  readStoreKeys,
  type AuditKey,
  type StoreKeys,
} from './store-identity.ts';
import { createTransact } from './transact.ts';

export { isStoreInitialised };

/** Begins a new store for these keys: what `tidelock init` does. @throws TidelockError `store/already-initialised`, `store/…` */
export async function initialiseStore(store: AccountStore, keys: KeyRing): Promise<void> {
  const auditKey: AuditKey = { current: null };
  const chain = createAuditChain(nodePlatform, () => auditKey.current);
  const transact = createTransact({ store, clock: nodePlatform.clock, chain });
  await initialise({ transact, keys, platform: nodePlatform, auditKey });
}

/** Which of these keys the store knows; it changes nothing. Null where the store was never begun. @throws TidelockError `store/…` */
export async function compareStoreKeys(store: AccountStore, keys: KeyRing): Promise<StoreKeys | null> {
  return readStoreKeys(store, keys, nodePlatform);
}
