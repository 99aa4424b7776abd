import type { Policy } from '../policy.ts';

/** What speaks for whoever asks for a recovery, besides the mailed code. */
export const secondProofs = ['password', 'administrator', 'contact'] as const;
export type SecondProof = (typeof secondProofs)[number];

/** When each of the proofs was brought, seconds since the epoch; left out where it was not. */
export type RecoveryProofs = { readonly [proof in 'email' | SecondProof]?: number };

/** The way back of somebody who lost every factor: begun, proved, waited for, and only then carried out. */
export interface Recovery {
  readonly id: string;
  readonly begunBy: 'owner' | 'administrator';
  readonly begunAt: number;
  /** Not before then are the factors removed; null while its proofs are not complete. */
  readonly readyAt: number | null;
  /** Who began it, and why, where that was an administrator; shown in the log. */
  readonly actor: string | null;
  readonly reason: string | null;
  readonly proofs: RecoveryProofs;
  /** The hashes of its "this was not me" links, one a stage: each works until the recovery ends; empty where none was mailed. */
  readonly notMeHashes: readonly string[];
}

export type RecoveryState = 'confirming' | 'waiting' | 'ready';

/** Where a recovery stands. */
export function stateOf({ readyAt }: Recovery, now: number): RecoveryState {
  if (readyAt === null) return 'confirming';
  return now < readyAt ? 'waiting' : 'ready';
}

/**
 * Whether both proofs are there. SECURITY: C1, C10, LIFE-08: the mailed code, and one that does not come by the owner's mailbox
 * alone; the password, which may, counts since a recovery is carried out by one more mailed code after the waiting time.
 */
export function isProved({ proofs }: Recovery): boolean {
  return proofs.email !== undefined && secondProofs.some((proof) => proofs[proof] !== undefined);
}

/** When a recovery is forgotten, seconds since the epoch. */
export function lapseOf({ begunAt, readyAt }: Recovery, { recoveryLapseSeconds }: Policy): number {
  return (readyAt ?? begunAt) + recoveryLapseSeconds;
}

/**
 * The recovery as it stands now; null once it has lapsed. SECURITY: F4, one that was begun and forgotten must not stand
 * open for ever. F3, a clock that jumped back must not prolong the waiting time for ever.
 */
export function settleRecovery(recovery: Recovery, policy: Policy, now: number): Recovery | null {
  if (now >= lapseOf(recovery, policy)) return null;
  const begunLatest = Math.ceil(now);
  const readyLatest = begunLatest + policy.recoveryWaitSeconds;
  const { begunAt, readyAt } = recovery;
  if (begunAt <= begunLatest && (readyAt ?? 0) <= readyLatest) return recovery;
  return {
    ...recovery,
    begunAt: Math.min(begunAt, begunLatest),
    readyAt: readyAt === null ? null : Math.min(readyAt, readyLatest),
  };
}

/** A recovery as an older record has it, when only administrators began one. The same object where nothing is missing. */
export function completeRecovery(recovery: Recovery): Recovery {
  if ((recovery as Partial<Recovery>).id !== undefined) return recovery;
  const { begunAt, readyAt, actor, reason } = recovery;
  return {
    id: 'rcv_reset',
    begunBy: 'administrator',
    begunAt,
    readyAt,
    actor,
    reason,
    proofs: {},
    notMeHashes: [],
  };
}
