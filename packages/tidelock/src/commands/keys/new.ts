import { InvalidArgumentError } from 'commander';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { UsageError } from '../../command-line/shell.ts';
import { newKey, newKeyId } from '../../service/keys-file.ts';
import { readSettings, type Environment } from '../../service/settings.ts';
import { createVaultTransit } from '../../service/vault-transit.ts';

/** `tidelock keys new`: for `TIDELOCK_KEYS`; it touches no store and no file. */
export const newKeysCommand: DefinedCommand = {
  name: 'new',
  summary: 'make a master key for TIDELOCK_KEYS; nothing is written',
  examples: [
    'keys new',
    'keys new --id 2027',
    'keys new --vault   # made and wrapped by Vault: TIDELOCK_VAULT_ADDR, _KEY, _TOKEN',
    'TIDELOCK_KEYS=$(tidelock keys new) tidelock init',
  ],
  declare: (command) =>
    command
      .option('--id <id>', '1 to 32 letters, digits, "_" or "-"; the day where left out', readKeyId)
      .option('--vault', "let HashiCorp Vault's Transit engine make it, and wrap it"),
  async run({ environment }, _, options) {
    const id = (options['id'] as string | undefined) ?? newKeyId();
    const isWrapped = options['vault'] === true;
    const keys = isWrapped ? `${id}:${await wrappedKey(environment)}` : newKey(id);
    const custody = isWrapped
      ? 'Whoever may ask the vault can open it; keep a copy all the same, without it none of its secrets opens.'
      : 'Keep it in a vault: it opens every secret, and without it none.';
    return {
      status: 0,
      text: keys,
      remarks: [
        custody,
        'To a store with data it comes in three steps: last in TIDELOCK_KEYS of every service, so that all can read it; then first, so that it seals; then "tidelock keys rotate".',
      ],
      json: { keys },
    };
  },
};

async function wrappedKey(environment: Environment): Promise<string> {
  const { vault } = readSettings(environment, process.cwd());
  if (vault === null)
    throw new UsageError(
      'Set TIDELOCK_VAULT_ADDR, TIDELOCK_VAULT_KEY and TIDELOCK_VAULT_TOKEN or TIDELOCK_VAULT_TOKEN_FILE.',
    );
  return createVaultTransit(vault).newWrappedKey();
}

function readKeyId(text: string): string {
  if (/^[A-Za-z0-9_-]{1,32}$/.test(text)) return text;
  throw new InvalidArgumentError('It has 1 to 32 letters, digits, "_" or "-".');
}
