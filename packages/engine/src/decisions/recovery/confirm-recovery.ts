import type { Account } from '../../account/account.ts';
import { stateOf, type Recovery } from '../../account/recovery.ts';
import { TidelockError } from '../../tidelock-error.ts';
import {
  isAttemptLocked,
  refuseLocked,
  reject,
  type Locked,
  type Rejected,
  type Unreadable,
} from '../attempt.ts';
import { decided, type Decided, type DecisionContext } from '../decision.ts';
import { withoutFactors } from '../revoke-factor.ts';
import type { AdministratorCommand } from '../unlock.ts';
import { noteProof, type Advanced } from './advance-recovery.ts';
import { mailedAttempt, takeRecoveryCode } from './take-recovery-code.ts';
import { viewRecovery, type RecoveryView } from './recovery-view.ts';

export interface ConfirmRecoveryCommand {
  /** What was typed; anything, as it came. */
  readonly code: unknown;
  /** Whom it was mailed to. Each is tried on its own, so that one guess has one chance (A18). */
  readonly from: 'owner' | 'contact';
}

/** Where it stands now; null once it is carried out, and the account has no factor any more. */
export interface RecoveryConfirmed {
  readonly outcome: 'accepted';
  readonly recovery: RecoveryView | null;
}

export type ConfirmRecoveryOutcome = RecoveryConfirmed | Rejected | Locked | Unreadable;

/**
 * Takes a mailed code: as a proof while proofs are missing, and once the waiting time is over as the last word, upon which every
 * factor is removed. SECURITY: rule 2, B8, B9, it counts as every attempt does.
 *
 * @throws TidelockError `engine/recovery-not-ready`: no code is asked for during the waiting time
 */
export function confirmRecovery(
  account: Account,
  { code, from }: ConfirmRecoveryCommand,
  context: DecisionContext,
): Decided<ConfirmRecoveryOutcome> {
  if (isAttemptLocked(account, mailedAttempt, context)) return refuseLocked(account, context);
  const { recovery } = account;
  if (recovery === null)
    return reject(account, mailedAttempt, { reason: 'expired', logged: 'no-recovery' }, context);
  const state = stateOf(recovery, context.now);
  if (state === 'waiting') throw notReady(recovery, context);
  const purpose = state === 'ready' ? 'carry-out' : from === 'contact' ? 'vouch' : 'recover';
  const taken = takeRecoveryCode(account, { typed: code, purpose, recovery }, context);
  if (taken.outcome === 'refused') return taken.decision;
  if (state === 'ready') {
    const outcome = { outcome: 'accepted', recovery: null } as const;
    return decided(withoutFactors(taken.account, context.now), outcome, { kind: 'recovery-completed' });
  }
  const proof = from === 'contact' ? 'contact' : 'email';
  return confirmed(noteProof(taken.account, proof, {}, context), context);
}

/**
 * An administrator vouches for whoever asks for a recovery: one of its two proofs, and no more (F4, LIFE-12).
 *
 * @throws TidelockError `engine/recovery-unknown`, `engine/recovery-not-ready`, `engine/actor-is-owner`
 */
export function vouchForRecovery(
  account: Account,
  { actor, reason }: AdministratorCommand,
  context: DecisionContext,
): Decided<RecoveryConfirmed> {
  const { recovery } = account;
  if (recovery === null) throw new TidelockError('engine/recovery-unknown');
  if (recovery.readyAt !== null) throw notReady(recovery, context);
  assertOtherThanOwner(actor, context);
  return confirmed(noteProof(account, 'administrator', { actor, note: reason }, context), context);
}

/** SECURITY: C10, C12, F4: somebody who may use both an account and the administrators' calls is one person, and one proof. */
export function assertOtherThanOwner(actor: string, { id }: DecisionContext): void {
  if (actor.toLowerCase() === id.account.toLowerCase()) throw new TidelockError('engine/actor-is-owner');
}

function confirmed({ account, ...advanced }: Advanced, context: DecisionContext): Decided<RecoveryConfirmed> {
  const outcome: RecoveryConfirmed = { outcome: 'accepted', recovery: viewRecovery(account, context) };
  return { kind: 'decided', record: account, messages: [], outcome, ...advanced };
}

function notReady({ readyAt }: Recovery, { now }: DecisionContext): TidelockError {
  return new TidelockError('engine/recovery-not-ready', {
    retryAfterSeconds: Math.max(1, Math.ceil((readyAt ?? now) - now)),
  });
}
