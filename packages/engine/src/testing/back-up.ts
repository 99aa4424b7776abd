import { copyStore } from '../copy/copy-store.ts';
import type { AccountStore } from '../ports/account-store.ts';
import { memoryStore } from './memory-store.ts';

/** A store in memory with what this one holds now: the backup that a test brings back later. */
export async function backUp(store: AccountStore): Promise<AccountStore> {
  const backup = memoryStore();
  await copyStore(store, backup);
  return backup;
}
