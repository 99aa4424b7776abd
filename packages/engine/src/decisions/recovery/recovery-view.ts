import type { Account } from '../../account/account.ts';
import {
  lapseOf,
  secondProofs,
  stateOf,
  type Recovery,
  type RecoveryState,
  type SecondProof,
} from '../../account/recovery.ts';
import { openContacts } from '../contact-book.ts';
import type { DecisionContext } from '../decision.ts';

/** What each proof is: the mailed code is always needed, and one of the others besides. */
export type RecoveryProofsView = {
  readonly email: 'needed' | 'done';
} & { readonly [proof in SecondProof]: 'possible' | 'unavailable' | 'done' };

/** What may be told of a recovery. */
export interface RecoveryView {
  readonly state: RecoveryState | 'frozen';
  /** Null for `frozen`. */
  readonly begunBy: Recovery['begunBy'] | null;
  /** When it was begun, or frozen; seconds since the epoch, as all of these. */
  readonly begunAt: number;
  /** Not before then are the factors removed; null while proofs are missing. */
  readonly readyAt: number | null;
  /** When it is forgotten; null for `frozen`, which stays. */
  readonly lapsesAt: number | null;
  /** Who began it, and why, where that was an administrator. */
  readonly actor: string | null;
  readonly reason: string | null;
  /** Null where an administrator began it, who needs none, and for `frozen`. */
  readonly proofs: RecoveryProofsView | null;
}

/** A recovery whose waiting time has begun. */
export interface DueRecoveryView extends RecoveryView {
  readonly readyAt: number;
}

/** Where the recovery of an account stands; null where none is in progress and nothing keeps one from being begun. */
export function viewRecovery(account: Account, context: DecisionContext): RecoveryView | null {
  const { recovery, recoveryFrozenAt } = account;
  if (recovery === null) return recoveryFrozenAt === null ? null : { ...frozen, begunAt: recoveryFrozenAt };
  const { begunBy, begunAt, readyAt, actor, reason } = recovery;
  return {
    state: stateOf(recovery, context.now),
    begunBy,
    begunAt,
    readyAt,
    lapsesAt: lapseOf(recovery, context.policy),
    actor,
    reason,
    proofs: begunBy === 'owner' ? viewProofs(account, recovery, context) : null,
  };
}

const frozen: Omit<RecoveryView, 'begunAt'> = {
  state: 'frozen',
  begunBy: null,
  readyAt: null,
  lapsesAt: null,
  actor: null,
  reason: null,
  proofs: null,
};

function viewProofs(account: Account, { proofs }: Recovery, context: DecisionContext): RecoveryProofsView {
  const open = (proof: SecondProof) =>
    proof === 'contact' && !hasTrusted(account, context) ? ('unavailable' as const) : ('possible' as const);
  const second = secondProofs.map((proof) => [proof, proofs[proof] === undefined ? open(proof) : 'done']);
  return {
    email: proofs.email === undefined ? 'needed' : 'done',
    ...(Object.fromEntries(second) as {
      readonly [proof in SecondProof]: 'possible' | 'unavailable' | 'done';
    }),
  };
}

/** Whether the owner named somebody who may vouch. */
export function hasTrusted({ contacts }: Account, context: DecisionContext): boolean {
  const opened = contacts === null ? null : openContacts(contacts, context);
  return opened?.outcome === 'opened' && (opened.book.trusted ?? []).length > 0;
}
