/** The way back of somebody who lost every factor: begun, waited for, and only then carried out. */
export interface Recovery {
  readonly begunAt: number;
  /** Not before then are the factors removed. */
  readonly readyAt: number;
  /** Who began it, and why; shown in the log. */
  readonly actor: string;
  readonly reason: string;
}

/** SECURITY: F3, a clock that jumped back must not prolong the waiting time for ever. */
export function clipRecovery(recovery: Recovery, waitSeconds: number, now: number): Recovery {
  const latest = Math.ceil(now) + waitSeconds;
  return recovery.readyAt > latest ? { ...recovery, readyAt: latest } : recovery;
}
