import type { DefinedCommand } from '../../command-line/define-command.ts';
import { UsageError } from '../../command-line/shell.ts';
import { formatInstant } from '../../command-line/show-instants.ts';
import { firstTenant } from '../../service/open-engine.ts';
import { auditDaysMax } from '../../service/settings.ts';
import { withEngine } from '../../service/with-engine.ts';

const daySeconds = 24 * 3600;

/** `tidelock audit prune`: deletes old events; `tidelock serve` does it daily with TIDELOCK_AUDIT_DAYS. */
export const pruneAuditCommand: DefinedCommand = {
  name: 'prune',
  summary: 'delete old events of the audit log; signed checkpoints stand for them, so that the rest verifies',
  examples: ['audit prune --keep-days 365', 'audit prune --before 2026-01-01T00:00:00Z --tenant acme'],
  declare: (command) =>
    command
      .option('--keep-days <n>', `for how many days events are kept, 1 to ${auditDaysMax}`)
      .option('--before <time>', 'in place of it: an instant, such as 2026-01-01T00:00:00Z')
      .option('--tenant <name>', "one tenant's alone (default: all)"),
  async run({ environment }, _args, options) {
    const { keepDays, before, tenant } = options as { keepDays?: string; before?: string; tenant?: string };
    return withEngine(environment, tenant ?? firstTenant, async ({ auditLog, clock }) => {
      const instant = instantOf({ keepDays, before }, clock.now());
      const report = await auditLog.prune({
        before: instant,
        ...(tenant === undefined ? {} : { tenant }),
      });
      const { accounts, events, broken } = report;
      return {
        status: broken === 0 ? 0 : 1,
        text: `${events} events of ${accounts} accounts from before ${formatInstant(instant)} were deleted.`,
        remarks:
          broken === 0
            ? []
            : [
                `The log of ${broken} accounts does not verify, and nothing of it was deleted: see "tidelock audit export" and "tidelock audit verify".`,
              ],
        json: { before: formatInstant(instant), ...report },
      };
    });
  },
};

function instantOf(
  { keepDays, before }: { readonly keepDays: string | undefined; readonly before: string | undefined },
  now: number,
): number {
  if ((keepDays === undefined) === (before === undefined))
    throw new UsageError('Give either --keep-days or --before.');
  if (before !== undefined) {
    const instant = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(before) ? Date.parse(before) / 1000 : NaN;
    if (Number.isNaN(instant)) throw new UsageError('--before is an instant, such as 2026-01-01T00:00:00Z.');
    return instant;
  }
  const days = /^\d{1,5}$/.test(keepDays!) ? Number(keepDays) : 0;
  if (days < 1 || days > auditDaysMax)
    throw new UsageError(`--keep-days is a number from 1 to ${auditDaysMax}.`);
  return now - days * daySeconds;
}
