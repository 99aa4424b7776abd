import type { AuditEvent } from '@tidelock/engine';
import { readWhole } from '../../command-line/code-options.ts';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatTable } from '../../command-line/format-table.ts';
import { formatInstant, showInstants } from '../../command-line/show-instants.ts';
import { withEngine } from '../../service/with-engine.ts';
import { declareAccount } from './administrator.ts';

const limitDefault = 50;
const inColumns: ReadonlySet<string> = new Set([
  'tenant',
  'account',
  'sequence',
  'at',
  'kind',
  // The chain is for machines: --json has it.
  'salt',
  'bodyHash',
  'link',
]);

/** `tidelock account events`: the audit log of one account. */
export const accountEventsCommand: DefinedCommand = {
  name: 'events',
  summary: 'the audit log of an account, newest first',
  examples: ['account events user-1', 'account events user-1 --limit 1000 --json'],
  declare: (command) =>
    declareAccount(command)
      .option('--limit <n>', '1 to 1000', readWhole, limitDefault)
      .option('--cursor <cursor>', 'from where the page before ended'),
  async run({ environment }, [account], options) {
    const { limit, cursor, tenant } = options as { limit: number; cursor?: string; tenant: string };
    return withEngine(environment, tenant, async (tidelock) => {
      const wanted = cursor === undefined ? { limit } : { limit, cursor };
      const { items, nextCursor } = await tidelock.events(account!, wanted);
      return {
        status: 0,
        text:
          items.length === 0 ? 'There is no event.' : formatTable(['#', 'at', 'what', ''], items.map(rowOf)),
        remarks: nextCursor === null ? [] : [`There are older ones: --cursor ${nextCursor}`],
        json: { items: items.map(showInstants), nextCursor },
      };
    });
  },
};

function rowOf(event: AuditEvent): string[] {
  const details = Object.entries(showInstants(event))
    .filter(([name, value]) => !inColumns.has(name) && value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`);
  return [String(event.sequence), formatInstant(event.at), event.kind, details.join(' ')];
}
