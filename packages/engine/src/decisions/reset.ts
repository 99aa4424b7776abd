import { isEnrolled, type Account } from '../account/account.ts';
import type { Recovery } from '../account/recovery.ts';
import { TidelockError } from '../tidelock-error.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';
import { withoutCredentials } from './revoke-factor.ts';
import { spendManageProof } from './spend-proof.ts';
import type { AdministratorCommand } from './unlock.ts';

/**
 * Begins an administrator's reset. Nothing is removed yet: there is a waiting time in which the owner can cancel it (F4).
 * Where one has begun already, it goes on as it was: asking again does not shorten the wait.
 *
 * @throws TidelockError `engine/no-active-factor`
 */
export function beginReset(
  account: Account,
  { actor, reason }: AdministratorCommand,
  context: DecisionContext,
): Decided<Recovery> {
  if (!isEnrolled(account)) throw new TidelockError('engine/no-active-factor');
  if (account.recovery !== null) return decided(account, account.recovery);
  const { now, policy } = context;
  const recovery: Recovery = {
    begunAt: now,
    readyAt: Math.ceil(now) + policy.recoveryWaitSeconds,
    actor,
    reason,
  };
  return decided({ ...account, recovery }, recovery, {
    kind: 'reset-begun',
    actor,
    note: reason,
    until: recovery.readyAt,
  });
}

/**
 * Removes every factor, once the waiting time is over. The user then enrolls anew; no secret is shown or chosen by anybody.
 *
 * @throws TidelockError `engine/recovery-unknown`, `engine/recovery-not-ready`
 */
export function completeReset(
  account: Account,
  { actor, reason }: AdministratorCommand,
  { now }: DecisionContext,
): Decided<null> {
  const { recovery } = account;
  if (recovery === null) throw new TidelockError('engine/recovery-unknown');
  if (now < recovery.readyAt) {
    throw new TidelockError('engine/recovery-not-ready', {
      retryAfterSeconds: Math.ceil(recovery.readyAt - now),
    });
  }
  const record: Account = { ...withoutCredentials(account), factors: [], recovery: null };
  return decided(record, null, { kind: 'reset-completed', actor, note: reason });
}

/** The owner's veto, with a proof of a factor that they are said to have lost. @throws TidelockError `engine/recovery-unknown`, `engine/proof-required` */
export function cancelReset(
  account: Account,
  { proof }: { readonly proof?: string | undefined },
  context: DecisionContext,
): Decided<null> {
  if (account.recovery === null) throw new TidelockError('engine/recovery-unknown');
  const allowed = spendManageProof(account, proof, context);
  return decided({ ...allowed, recovery: null }, null, { kind: 'reset-cancelled' });
}
