import type { Account } from '../../account/account.ts';
import type { EventDraft } from '../../account/audit-event.ts';
import { isProved, stateOf, type Recovery, type RecoveryProofs } from '../../account/recovery.ts';
import { pushBounded } from '../../account/ticket.ts';
import { newToken, type Decided, type DecisionContext } from '../decision.ts';

/** An account with what its last step made: events, and the token of the link that its notices carry. */
export type Advanced = Pick<Decided<unknown>, 'events' | 'notMeToken'> & { readonly account: Account };

/** More than a recovery has stages. */
const linksMax = 8;

/**
 * The account with a recovery that was just begun or has gone a step on. Each step has a link of its own; those of the steps before
 * go on working until the recovery ends, so that whoever presses an older one stops it, too. Where there is no page that it
 * could open, none is made.
 */
export function enterStage(
  account: Account,
  recovery: Recovery,
  events: readonly EventDraft[],
  context: DecisionContext,
): Advanced {
  if ((context.notices?.publicUrl ?? null) === null) return { account: { ...account, recovery }, events };
  const notMeToken = newToken('nme', context);
  const notMeHashes = pushBounded(recovery.notMeHashes, context.platform.digest(notMeToken), linksMax);
  return { account: { ...account, recovery: { ...recovery, notMeHashes } }, events, notMeToken };
}

/**
 * Notes a proof, once, and begins the waiting time when both are there. Nothing but a recovery that its owner began and that is
 * not proved yet takes one: the account is given back as it is.
 */
export function noteProof(
  account: Account,
  proof: keyof RecoveryProofs,
  event: Pick<EventDraft, 'actor' | 'note'>,
  context: DecisionContext,
): Advanced {
  const { recovery } = account;
  const { now, policy } = context;
  const isOpen =
    recovery?.begunBy === 'owner' &&
    stateOf(recovery, now) === 'confirming' &&
    recovery.proofs[proof] === undefined;
  if (!isOpen) return { account, events: [] };
  const proved: Recovery = { ...recovery, proofs: { ...recovery.proofs, [proof]: now } };
  const events: readonly EventDraft[] = [{ kind: 'recovery-proved', method: proof, ...event }];
  if (!isProved(proved)) return enterStage(account, proved, events, context);
  const readyAt = Math.ceil(now) + policy.recoveryWaitSeconds;
  return enterStage(
    withoutCodesOf(account, recovery),
    { ...proved, readyAt },
    [...events, { kind: 'recovery-waiting', until: readyAt, ...event }],
    context,
  );
}

/** No code that was mailed for it outlives a stage of a recovery. */
export function withoutCodesOf(account: Account, { id }: Recovery): Account {
  return { ...account, mailedCodes: account.mailedCodes.filter(({ subject }) => subject !== id) };
}

/** The account without its recovery. */
export function withoutRecovery(account: Account, recovery: Recovery): Account {
  return { ...withoutCodesOf(account, recovery), recovery: null };
}
