import { existsSync } from 'node:fs';
import { isStoreInitialised, type AccountStore } from '@tidelock/engine';
import type { StoreLocation } from './store-location.ts';

/**
 * The store at a location; it connects at its first call. Only the package of this one engine is loaded: a service on SQLite
 * pays for no client of a server.
 *
 * @throws RangeError where the location has an option that the store refuses.
 */
export async function openStore(location: StoreLocation): Promise<AccountStore> {
  if (location.kind === 'sqlite') {
    const { sqliteStore } = await import('@tidelock/store-sqlite');
    return sqliteStore(location.path);
  }
  if (location.kind === 'redis') {
    const { redisStore } = await import('@tidelock/store-redis');
    return redisStore(location.url, location.options);
  }
  const { postgresStore } = await import('@tidelock/store-postgres');
  return postgresStore(location.url, location.options);
}

/** Whether the store was begun; one that does not exist is not made by asking. @throws TidelockError `store/…` */
export async function holdsData(location: StoreLocation): Promise<boolean> {
  if (location.kind === 'sqlite' && !existsSync(location.path)) return false;
  const store = await openStore(location);
  try {
    return await isStoreInitialised(store);
  } finally {
    await store.close();
  }
}
