import { compareStoreKeys } from '@tidelock/engine';
import type { EngineGround } from './open-engine.ts';

/**
 * What an operator should know of keys and store before the service notes its own ring; the store is closed where it cannot
 * be asked. SECURITY: C17, a key that is missing refuses its factors and nothing else, so that somebody has to say it.
 *
 * @throws TidelockError `store/…`
 */
export async function findKeyNotices({ store, keys }: EngineGround): Promise<readonly string[]> {
  let compared: Awaited<ReturnType<typeof compareStoreKeys>>;
  try {
    compared = await compareStoreKeys(store, keys);
  } catch (error) {
    await store.close();
    throw error;
  }
  const notices: string[] = [];
  const missing = (compared?.missing ?? []).map((id) => `"${id}"`).join(', ');
  if (missing !== '')
    notices.push(
      `Keys that have sealed values of this store are not here: ${missing}. What they sealed refuses until they stand in TIDELOCK_KEYS again, at its end; "tidelock keys status" counts it.`,
    );
  const first = compared?.ring[0];
  if (first?.standing === 'new' || first?.standing === 'retired')
    notices.push(
      `The key "${first.id}" seals from now on, and no service has read it before: a service without it refuses what it seals. Where there are several, a new key goes to the end of TIDELOCK_KEYS everywhere first.`,
    );
  return notices;
}
