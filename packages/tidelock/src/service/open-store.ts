import { existsSync } from 'node:fs';
import { isStoreInitialised, type AccountStore } from '@tidelock/engine';
import { ServiceError } from '../service-error.ts';
import type { StoreLocation } from './store-location.ts';

/**
 * The store at a location; it connects at its first call. Only the package of this one engine is loaded: a service on SQLite
 * pays for no client of a server.
 *
 * @throws ServiceError `service/setting` where the location has an option that the store refuses.
 */
export async function openStore(location: StoreLocation): Promise<AccountStore> {
  try {
    return await storeAt(location);
  } catch (error) {
    // The stores' own messages name the option, and never repeat a URL.
    if (error instanceof RangeError || error instanceof TypeError)
      throw new ServiceError('service/setting', `In the URL of the store, ${error.message}`, error);
    throw error;
  }
}

async function storeAt(location: StoreLocation): Promise<AccountStore> {
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
