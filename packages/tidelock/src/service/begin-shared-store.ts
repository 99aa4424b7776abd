import { initialiseStore, scopes, TidelockError, type Tidelock } from '@tidelock/engine';
import type { FirstRun } from './first-run.ts';
import { findKeys, keysComeFirst } from './keys-file.ts';
import { firstTenant, openEngine } from './open-engine.ts';
import { openKeys } from './open-key-ring.ts';
import { openStore } from './open-store.ts';
import type { Settings } from './settings.ts';
import { describeStore } from './store-location.ts';

/**
 * Begins a store that machines share. SECURITY: C17, its keys are there before, since those that one machine made in a folder
 * of its own would be lost with it. Of several that begin it at once, compare-and-swap lets one win, and the others are told.
 * Nothing is noted on this machine: where it is killed before it has shown an API key, `tidelock api-key new` makes one.
 *
 * @throws ServiceError `service/setting`; TidelockError `store/already-initialised`, `store/…`
 */
export async function beginSharedStore(settings: Settings): Promise<FirstRun> {
  const place = describeStore(settings.store);
  const found = await findKeys(settings);
  if (found === null) throw keysComeFirst(place);
  const keys = await openKeys(settings, found.text);
  const store = await openStore(settings.store);
  try {
    await initialiseStore(store, keys);
  } catch (error) {
    await store.close();
    if (error instanceof TidelockError && error.code === 'store/already-initialised')
      throw new TidelockError(error.code, {
        detail: `${place} is used as it is. For a new one, name another database or schema in TIDELOCK_STORE.`,
        cause: error,
      });
    throw error;
  }
  const tidelock = await openEngine(settings, { store, keys });
  try {
    return { apiKey: await firstApiKey(settings, tidelock), keysPath: null, store: place, resumed: false };
  } finally {
    await tidelock.close();
  }
}

/** Null where `TIDELOCK_API_KEY` gives one, which every start adopts. */
async function firstApiKey({ apiKey }: Settings, { directory }: Tidelock): Promise<string | null> {
  const grant = { tenant: firstTenant, scopes };
  if (apiKey === null) return (await directory.createApiKey({ ...grant, label: 'first run' })).key;
  await directory.adoptApiKey(apiKey, { ...grant, label: 'TIDELOCK_API_KEY' });
  return null;
}
