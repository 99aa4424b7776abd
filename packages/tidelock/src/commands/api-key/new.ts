import { scopes, type Scope } from '@tidelock/engine';
import { InvalidArgumentError } from 'commander';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { showInstants } from '../../command-line/show-instants.ts';
import { firstTenant } from '../../service/open-engine.ts';
import { withEngine } from '../../service/with-engine.ts';

/** What an application needs, and no more. */
const applicationScopes: readonly Scope[] = ['verify', 'manage'];

/** `tidelock api-key new`: the key is shown once. */
export const newApiKeyCommand: DefinedCommand = {
  name: 'new',
  summary: 'make an API key; it is shown this once',
  examples: [
    'api-key new --label shop',
    'api-key new --scope read --label dashboard',
    'api-key new --tenant acme --scope verify,manage --json',
  ],
  declare(command) {
    command
      .option(
        '--scope <names>',
        `of ${scopes.join(', ')}; several by commas (default: verify,manage; every one for the first key)`,
        readScopes,
      )
      .option('--tenant <name>', 'whose accounts it sees', firstTenant)
      .option('--label <text>', 'what it is for', 'application');
  },
  async run({ environment }, _, options) {
    const { scope, tenant, label } = options as { scope?: Scope[]; tenant: string; label: string };
    return withEngine(environment, tenant, async ({ directory }) => {
      const isFirst = scope === undefined && (await directory.listApiKeys()).length === 0;
      const granted = scope ?? (isFirst ? scopes : applicationScopes);
      const { key, view } = await directory.createApiKey({ tenant, scopes: granted, label });
      return {
        status: 0,
        text: key,
        remarks: [
          `Shown this once: only its hash is kept. Tenant ${view.tenant}, scopes ${view.scopes.join(', ')}, id ${view.keyId}.`,
        ],
        json: { key, ...showInstants(view) },
      };
    });
  },
};

function readScopes(text: string, before: readonly Scope[] = []): readonly Scope[] {
  const names = text.split(',').map((name) => name.trim());
  const known = names.filter((name): name is Scope => (scopes as readonly string[]).includes(name));
  if (known.length < names.length) throw new InvalidArgumentError(`They are ${scopes.join(', ')}.`);
  return [...before, ...known];
}
