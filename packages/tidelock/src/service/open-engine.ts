import {
  createTidelock,
  TidelockError,
  type AccountStore,
  type KeyRing,
  type Policy,
  type Tidelock,
} from '@tidelock/engine';
import { ServiceError } from '../service-error.ts';
import { findKeys, keysComeFirst } from './keys-file.ts';
import { openKeys } from './open-key-ring.ts';
import { holdsData, openStore } from './open-store.ts';
import type { MailSettings, Settings } from './settings.ts';
import { describeStore, isShared } from './store-location.ts';

/** The tenant that the first API key and `TIDELOCK_API_KEY` belong to. */
export const firstTenant = 'default';

/** What an engine stands on. */
export interface EngineGround {
  readonly store: AccountStore;
  readonly keys: KeyRing;
  readonly policy?: Partial<Policy> | undefined;
}

/**
 * The engine on a store that holds data, with the keys that the settings name.
 *
 * @throws ServiceError `service/keys-missing`, `service/keys-file`; TidelockError `store/…`, `keys/…`
 */
export async function openExistingEngine(settings: Settings, policy?: Partial<Policy>): Promise<Tidelock> {
  return openEngine(settings, await openExistingGround(settings, policy));
}

/** The store and the keys for {@link openExistingEngine}. */
export async function openExistingGround(
  settings: Settings,
  policy?: Partial<Policy>,
): Promise<EngineGround> {
  const keys = await findKeysOfData(settings);
  return { store: await openStore(settings.store), keys, policy };
}

/** The engine on this store, once both were found to belong together; the store is closed where they do not. */
export async function openEngine(
  { issuer, mail, profile }: Settings,
  { store, keys, policy = {} }: EngineGround,
): Promise<Tidelock> {
  const tidelock = createTidelock({
    issuer,
    store,
    keys,
    policy,
    profile,
    tenant: firstTenant,
    emptyStore: 'refuse',
    // Commands write notices, too; the service sends them.
    ...(mail === null ? {} : { notices: noticesOf(mail) }),
  });
  try {
    await tidelock.ready();
    return tidelock;
  } catch (error) {
    await tidelock.close();
    throw error;
  }
}

function noticesOf({ locale, publicUrl }: MailSettings) {
  return { channel: 'email', locale, ...(publicUrl === null ? {} : { publicUrl }) };
}

/**
 * SECURITY: C17, a store without data is refused whatever the keys are, and data without keys is: going on would switch
 * everybody's second factor off (`open-service.test.ts`).
 */
export async function findKeysOfData(settings: Settings): Promise<KeyRing> {
  const { store, keysPath } = settings;
  const found = await findKeys(settings);
  const place = describeStore(store);
  const isEmpty = !(await holdsData(store));
  if (isEmpty && found === null && isShared(store)) throw keysComeFirst(place);
  if (isEmpty)
    throw new TidelockError('store/not-initialised', { detail: howToBegin(settings, found !== null) });
  if (found === null)
    throw new ServiceError(
      'service/keys-missing',
      `Bring ${keysPath} back or set TIDELOCK_KEYS: without its keys nothing in ${place} can be opened. To begin anew, name another ${isShared(store) ? 'database or schema' : 'file'} in TIDELOCK_STORE and run "tidelock init".`,
    );
  return openKeys(settings, found.text);
}

function howToBegin({ store }: Settings, hasKeys: boolean): string {
  const place = describeStore(store);
  if (hasKeys)
    return `There are keys, and ${place} holds no data. Bring it back, name the right one in TIDELOCK_STORE, or run "tidelock init" to begin a new store with these keys.`;
  return `There are neither keys nor data: "tidelock serve" begins a new store in ${place}, and so does "tidelock init".`;
}
