import { nodePlatform } from './platform/node-crypto.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { KeyRing } from './ports/key-ring.ts';
import { initialiseStore as initialise, isStoreInitialised } from './store-identity.ts';
import { createTransact } from './transact.ts';

export { isStoreInitialised };

/** Begins a new store for these keys: what `tidelock init` does. @throws TidelockError `store/already-initialised`, `store/…` */
export async function initialiseStore(store: AccountStore, keys: KeyRing): Promise<void> {
  await initialise({ transact: createTransact(store, nodePlatform.clock), keys, platform: nodePlatform });
}
