import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatTable } from '../../command-line/format-table.ts';
import { formatInstant, showInstants } from '../../command-line/show-instants.ts';
import { firstTenant } from '../../service/open-engine.ts';
import { withEngine } from '../../service/with-engine.ts';

/** `tidelock api-key list`: everything but the keys, which nobody has. */
export const listApiKeysCommand: DefinedCommand = {
  name: 'list',
  summary: 'list the API keys, without the keys themselves',
  examples: ['api-key list', 'api-key list --tenant acme --json'],
  declare: (command) => command.option('--tenant <name>', 'of this tenant only'),
  async run({ environment }, _, options) {
    const tenant = options['tenant'] as string | undefined;
    return withEngine(environment, tenant ?? firstTenant, async ({ directory }) => {
      const all = await directory.listApiKeys();
      const apiKeys = tenant === undefined ? all : all.filter((apiKey) => apiKey.tenant === tenant);
      const rows = apiKeys.map(({ keyId, tenant: owner, scopes, label, createdAt }) => [
        keyId,
        owner,
        scopes.join(','),
        formatInstant(createdAt),
        label,
      ]);
      return {
        status: 0,
        text:
          rows.length === 0
            ? 'There is no API key.'
            : formatTable(['id', 'tenant', 'scopes', 'created', 'label'], rows),
        json: { items: apiKeys.map(showInstants) },
      };
    });
  },
};
