import type { DefinedCommand } from '../../command-line/define-command.ts';
import { showInstants } from '../../command-line/show-instants.ts';
import { firstTenant } from '../../service/open-engine.ts';
import { withEngine } from '../../service/with-engine.ts';

/** `tidelock api-key revoke`: running services refuse the key within a second. */
export const revokeApiKeyCommand: DefinedCommand = {
  name: 'revoke',
  summary: 'revoke an API key; a running service refuses it within a second',
  examples: ['api-key revoke key_zNUFPpynRUk'],
  declare: (command) => command.argument('<id>', 'as "api-key list" shows it'),
  async run({ environment }, [id]) {
    return withEngine(environment, firstTenant, async ({ directory }) => {
      const view = await directory.revokeApiKey(id!);
      return {
        status: 0,
        text: `The key ${view.keyId} (${view.label}) is revoked.`,
        json: { revoked: showInstants(view) },
      };
    });
  },
};
