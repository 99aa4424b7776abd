import type { Policy } from '../policy.ts';

/** The way back of somebody who lost every factor: begun, waited for, and only then carried out. */
export interface Recovery {
  readonly begunAt: number;
  /** Not before then are the factors removed. */
  readonly readyAt: number;
  /** Who began it, and why; shown in the log. */
  readonly actor: string;
  readonly reason: string;
}

/**
 * The recovery as it stands now; null once it has lapsed. SECURITY: F4, one that was begun and forgotten must not stand
 * open for ever. F3, a clock that jumped back must not prolong the waiting time for ever.
 */
export function settleRecovery(recovery: Recovery, policy: Policy, now: number): Recovery | null {
  if (now >= recovery.readyAt + policy.recoveryLapseSeconds) return null;
  const latest = Math.ceil(now) + policy.recoveryWaitSeconds;
  return recovery.readyAt > latest ? { ...recovery, readyAt: latest } : recovery;
}
