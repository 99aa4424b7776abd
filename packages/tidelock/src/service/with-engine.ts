import type { Tidelock } from '@tidelock/engine';
import { openExistingEngine } from './open-engine.ts';
import { readSettings, type Environment } from './settings.ts';

/**
 * Does one thing on the store that the environment names, and closes it; a running service does not mind.
 *
 * @throws ServiceError `service/…`; TidelockError `store/…`, `keys/…`; RangeError for a tenant that is none.
 */
export async function withEngine<Result>(
  environment: Environment,
  tenant: string,
  work: (tidelock: Tidelock) => Promise<Result>,
): Promise<Result> {
  const tidelock = await openExistingEngine(readSettings(environment, process.cwd()));
  try {
    return await work(tidelock.forTenant(tenant));
  } finally {
    await tidelock.close();
  }
}
