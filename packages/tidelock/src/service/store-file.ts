import { existsSync } from 'node:fs';
import { isStoreInitialised } from '@tidelock/engine';
import { sqliteStore } from '@tidelock/store-sqlite';
import type { Settings } from './settings.ts';

/** Whether the store was begun; one that does not exist is not made by asking. @throws TidelockError `store/…` */
export async function holdsData({ storePath }: Pick<Settings, 'storePath'>): Promise<boolean> {
  if (!existsSync(storePath)) return false;
  const store = sqliteStore(storePath);
  try {
    return await isStoreInitialised(store);
  } finally {
    await store.close();
  }
}
