import { isEnrolled, type Account } from '../account/account.ts';
import type { Recovery } from '../account/recovery.ts';
import { TidelockError } from '../tidelock-error.ts';
import { decided, newToken, type Decided, type DecisionContext } from './decision.ts';
import { enterStage, withoutCodesOf } from './recovery/advance-recovery.ts';
import { assertOtherThanOwner } from './recovery/confirm-recovery.ts';
import { viewRecovery, type DueRecoveryView } from './recovery/recovery-view.ts';
import { withoutFactors } from './revoke-factor.ts';
import type { AdministratorCommand } from './unlock.ts';

/**
 * Begins an administrator's reset. Nothing is removed yet: there is a waiting time in which the owner can cancel it (F4).
 * Where a reset has begun already, it goes on as it was: asking again does not shorten the wait. A recovery that the owner began
 * gives way to it, and what the owner was told of it holds: a wait of its own, and a notice (F4).
 *
 * @throws TidelockError `engine/no-active-factor`, `engine/recovery-frozen`, `engine/actor-is-owner`
 */
export function beginReset(
  account: Account,
  { actor, reason }: AdministratorCommand,
  context: DecisionContext,
): Decided<DueRecoveryView> {
  if (!isEnrolled(account)) throw new TidelockError('engine/no-active-factor');
  if (account.recoveryFrozenAt !== null) throw new TidelockError('engine/recovery-frozen');
  assertOtherThanOwner(actor, context);
  const view = (record: Account, readyAt: number) => ({ ...viewRecovery(record, context)!, readyAt });
  const earlier = account.recovery;
  if (earlier?.begunBy === 'administrator' && earlier.readyAt !== null)
    return decided(account, view(account, earlier.readyAt));
  const { now, policy } = context;
  const readyAt = Math.ceil(now) + policy.recoveryWaitSeconds;
  const recovery: Recovery = {
    id: newToken('rcv', context),
    begunBy: 'administrator',
    begunAt: now,
    readyAt,
    actor,
    reason,
    proofs: {},
    notMeHashes: [],
  };
  // One that its owner began gives way: whoever has the password could else keep a reset from beginning, or spare it its wait.
  const cleared = earlier === null ? account : withoutCodesOf(account, earlier);
  const event = { kind: 'reset-begun', actor, note: reason, until: readyAt } as const;
  const { account: record, ...stage } = enterStage(cleared, recovery, [event], context);
  return { ...stage, kind: 'decided', record, messages: [], outcome: view(record, readyAt) };
}

/**
 * Removes every factor, once the waiting time is over. The user then enrolls anew; no secret is shown or chosen by anybody.
 *
 * @throws TidelockError `engine/recovery-unknown`, `engine/recovery-not-ready`, `engine/actor-is-owner`
 */
export function completeReset(
  account: Account,
  { actor, reason }: AdministratorCommand,
  context: DecisionContext,
): Decided<null> {
  const { recovery } = account;
  const { now } = context;
  if (recovery === null) throw new TidelockError('engine/recovery-unknown');
  assertOtherThanOwner(actor, context);
  if (recovery.readyAt === null)
    throw new TidelockError('engine/recovery-not-ready', { detail: 'Its proofs are not complete.' });
  if (now < recovery.readyAt) {
    throw new TidelockError('engine/recovery-not-ready', {
      retryAfterSeconds: Math.ceil(recovery.readyAt - now),
    });
  }
  const kind = recovery.begunBy === 'owner' ? 'recovery-completed' : 'reset-completed';
  return decided(withoutFactors(account, now), null, { kind, actor, note: reason });
}
