import { InvalidArgumentError } from 'commander';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { newKey } from '../../service/keys-file.ts';

/** `tidelock keys new`: for `TIDELOCK_KEYS`; it touches no store and no file. */
export const newKeysCommand: DefinedCommand = {
  name: 'new',
  summary: 'make a master key for TIDELOCK_KEYS; nothing is written',
  examples: ['keys new', 'keys new --id 2027', 'TIDELOCK_KEYS=$(tidelock keys new) tidelock init'],
  declare: (command) =>
    command.option('--id <id>', '1 to 32 letters, digits, "_" or "-"; the day where left out', readKeyId),
  async run(_, __, options) {
    const keys = newKey(options['id'] as string | undefined);
    return {
      status: 0,
      text: keys,
      remarks: [
        'Keep it in a vault: it opens every secret, and without it none. Put it before the others in TIDELOCK_KEYS, and it seals; after them, and it only opens.',
      ],
      json: { keys },
    };
  },
};

function readKeyId(text: string): string {
  if (/^[A-Za-z0-9_-]{1,32}$/.test(text)) return text;
  throw new InvalidArgumentError('It has 1 to 32 letters, digits, "_" or "-".');
}
