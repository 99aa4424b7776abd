import type { AccountView, FactorView, RecoveryView } from '@tidelock/engine';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatTable } from '../../command-line/format-table.ts';
import { formatInstant, showInstants } from '../../command-line/show-instants.ts';
import { withEngine } from '../../service/with-engine.ts';
import { declareAccount } from './administrator.ts';

/** `tidelock account show`: how somebody's second factor stands. */
export const showAccountCommand: DefinedCommand = {
  name: 'show',
  summary: 'how an account stands: its factors, its lock, its backup codes',
  examples: ['account show user-1', 'account show user-1 --tenant acme --json'],
  declare: declareAccount,
  async run({ environment }, [account], options) {
    return withEngine(environment, options['tenant'] as string, async (tidelock) => {
      const view = await tidelock.account(account!);
      const recovery = await tidelock.recovery(account!);
      return {
        status: 0,
        text: describe(view, recovery),
        json: {
          ...showInstants(view),
          factors: view.factors.map(showInstants),
          recovery: recovery === null ? null : showInstants(recovery),
        },
      };
    });
  },
};

function describe(
  { id, status, factors, backupCodesLeft, lockedUntil }: AccountView,
  recovery: RecoveryView | null,
): string {
  const lines = [`${id}: ${status}`, `backup codes left: ${backupCodesLeft}`];
  if (lockedUntil !== null) lines.push(`locked until ${formatInstant(lockedUntil)}`);
  if (recovery !== null) lines.push(describeRecovery(recovery));
  if (factors.length > 0)
    lines.push(
      formatTable(['factor', 'kind', 'status', 'created', 'last used', 'label'], factors.map(rowOf)),
    );
  return lines.join('\n');
}

function describeRecovery({ state, begunBy, actor, readyAt }: RecoveryView): string {
  if (state === 'frozen') return 'no recovery can be begun: somebody said that one was not theirs';
  const begun = begunBy === 'owner' ? 'recovery begun by the owner' : `reset begun by ${actor}`;
  return readyAt === null ? `${begun}, proofs are missing` : `${begun}, ready at ${formatInstant(readyAt)}`;
}

function rowOf({ id, kind, status, createdAt, lastUsedAt, label }: FactorView): string[] {
  const lastUsed = lastUsedAt === null ? 'never' : formatInstant(lastUsedAt);
  return [id, kind, status, formatInstant(createdAt), lastUsed, label];
}
