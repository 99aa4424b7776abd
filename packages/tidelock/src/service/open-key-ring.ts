import { openKeyRing, type KeyRing } from '@tidelock/engine';
import { ServiceError } from '../service-error.ts';
import type { Settings } from './settings.ts';
import { createVaultTransit } from './vault-transit.ts';

/**
 * The keys of a text, ready for use: those that a vault has wrapped are unwrapped by it, once.
 *
 * @throws ServiceError `service/vault`; TidelockError `keys/…`
 */
export async function openKeys({ vault }: Pick<Settings, 'vault'>, text: string): Promise<KeyRing> {
  const transit = vault === null ? null : createVaultTransit(vault);
  return openKeyRing(text, async (wrapped) => {
    if (transit === null)
      throw new ServiceError(
        'service/vault',
        'A key is wrapped by one: set TIDELOCK_VAULT_ADDR, TIDELOCK_VAULT_KEY and TIDELOCK_VAULT_TOKEN or TIDELOCK_VAULT_TOKEN_FILE.',
      );
    return transit.unwrap(wrapped);
  });
}
