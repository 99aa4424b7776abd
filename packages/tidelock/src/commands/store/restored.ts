import { restoreStore } from '@tidelock/engine';
import { readTime } from '../../command-line/code-options.ts';
import { confirm } from '../../command-line/confirm.ts';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatInstant } from '../../command-line/show-instants.ts';
import { openExistingGround } from '../../service/open-engine.ts';
import { readSettings } from '../../service/settings.ts';
import { systemUser } from '../account/administrator.ts';

/** What nobody but the operator can do: a backup does not know what was decided after it. */
const remaining: readonly string[] = [
  'What remains to do:',
  '- Start the services. Codes of apps count again a few minutes after that instant; each account is brought up to date, and its owner told, by the first act on it.',
  '- What was done after the backup was made is undone: hold the newest file of "tidelock audit export" against "tidelock account events".',
  '  Erase again who was erased, take off devices that were removed, and revoke API keys that were revoked ("tidelock api-key list").',
  '- Owners make new backup codes, and bind tokens that count anew. Whoever has nothing else has the recovery, or a reset.',
];

/** `tidelock store restored`: said once after a backup was brought back, before any service runs on it. */
export const storeRestoredCommand: DefinedCommand = {
  name: 'restored',
  summary: 'after a backup was brought back, and with all services stopped: count what it has as spent',
  examples: [
    'store restored',
    'store restored --yes --at 2026-11-28T09:30:00Z   # the lost store accepted nothing after that',
  ],
  declare: (command) =>
    command
      .option('--at <time>', 'until when the lost store may have accepted codes (default: now)', readTime)
      .option('--yes', 'do not ask')
      .option('--actor <name>', "who does it, for the store's log (default: the user of this system)"),
  async run(shell, _, options) {
    const { at, yes, actor = systemUser() } = options as { at?: number | Date; yes?: true; actor?: string };
    const { store, keys } = await openExistingGround(readSettings(shell.environment, process.cwd()));
    try {
      await confirm(shell, {
        question: 'End all backup codes, counters, open sign-ins and trusted browsers of this store?',
        isConfirmed: yes === true,
      });
      const { epoch, restoredAt } = await restoreStore(store, keys, {
        actor,
        ...(at === undefined ? {} : { restoredAt: secondsOf(at) }),
      });
      const until = formatInstant(restoredAt);
      return {
        status: 0,
        text: `Everything that may have been used up until ${until} counts as spent: codes of apps, backup codes, counters, tickets, proofs, trusted browsers, recoveries.`,
        remarks: remaining,
        json: { epoch, restoredAt: until },
      };
    } finally {
      await store.close();
    }
  },
};

function secondsOf(at: number | Date): number {
  return typeof at === 'number' ? at : at.getTime() / 1000;
}
