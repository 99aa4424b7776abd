import type { Account } from '../../account/account.ts';
import type { EventDraft } from '../../account/audit-event.ts';
import { stateOf, type Recovery } from '../../account/recovery.ts';
import { loginPurpose, type Ticket } from '../../account/ticket.ts';
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
import { spendManageProof } from '../spend-proof.ts';
import { withoutRecovery } from './advance-recovery.ts';
import { mailedAttempt, takeRecoveryCode } from './take-recovery-code.ts';

/** One of the three says that the owner wants it: a proof of a factor, the link of a mail, or the code of one. */
export interface CancelRecoveryCommand {
  readonly proof?: string | undefined;
  readonly token?: string | undefined;
  /** What was typed, in an object of its own: it may be anything, even nothing. */
  readonly typed?: { readonly code: unknown } | undefined;
}

export type CancelRecoveryOutcome = { readonly outcome: 'accepted' } | Rejected | Locked | Unreadable;

const accepted = Object.freeze({ outcome: 'accepted' } as const);

/**
 * Ends a recovery at any step, also one that an administrator began; nothing is removed.
 *
 * @throws TidelockError `engine/recovery-unknown`, `engine/proof-required`, `engine/link-refused`
 */
export function cancelRecovery(
  account: Account,
  { proof, token, typed }: CancelRecoveryCommand,
  context: DecisionContext,
): Decided<CancelRecoveryOutcome> {
  if (typed !== undefined) return cancelByCode(account, typed.code, context);
  if (token !== undefined) {
    const recovery = findByLink(account, token, context);
    return decided(withoutRecovery(account, recovery), accepted, cancelled(recovery, 'link'));
  }
  const { recovery } = account;
  if (recovery === null) throw new TidelockError('engine/recovery-unknown');
  const allowed = spendManageProof(account, proof, context);
  return decided(withoutRecovery(allowed, recovery), accepted, cancelled(recovery, 'proof'));
}

/** Whoever signs in with a device has not lost it: a recovery that goes on would only be of use to somebody else. */
export function cancelBySignIn<Outcome>(
  signIn: Decided<Outcome>,
  ticket: Ticket | undefined,
): Decided<Outcome> {
  const { recovery } = signIn.record;
  if (recovery === null || ticket?.purpose !== loginPurpose) return signIn;
  const record = withoutRecovery(signIn.record, recovery);
  return { ...signIn, record, events: [...signIn.events, cancelled(recovery, 'sign-in')] };
}

/**
 * The recovery whose link this token is of. SECURITY: C24, used, late or of another recovery: all are
 * refused alike, and so is a token for an account that nobody knows (rule 9).
 *
 * @throws TidelockError `engine/link-refused`
 */
export function findByLink({ recovery }: Account, token: string, { platform }: DecisionContext): Recovery {
  if (recovery?.notMeHashes.includes(platform.digest(token)) !== true)
    throw new TidelockError('engine/link-refused');
  return recovery;
}

function cancelByCode(
  account: Account,
  code: unknown,
  context: DecisionContext,
): Decided<CancelRecoveryOutcome> {
  if (isAttemptLocked(account, mailedAttempt, context)) return refuseLocked(account, context);
  const { recovery } = account;
  if (recovery === null)
    return reject(account, mailedAttempt, { reason: 'expired', logged: 'no-recovery' }, context);
  const purpose = stateOf(recovery, context.now) === 'ready' ? 'carry-out' : 'recover';
  const taken = takeRecoveryCode(account, { typed: code, purpose, recovery }, context);
  if (taken.outcome === 'refused') return taken.decision;
  return decided(withoutRecovery(taken.account, recovery), accepted, cancelled(recovery, 'code'));
}

/** An administrator's reset keeps the name that its end has always had. */
function cancelled({ begunBy }: Recovery, method: 'proof' | 'link' | 'code' | 'sign-in'): EventDraft {
  return begunBy === 'owner' ? { kind: 'recovery-cancelled', method } : { kind: 'reset-cancelled', method };
}
