import { setTimeout as pause } from 'node:timers/promises';
import { TidelockError, type AccountId, type AccountStore } from '@tidelock/engine';

/** What became of commits while something happened to their servers. */
export interface LoadReport {
  /** How many were answered with `committed`. */
  acknowledged: number;
  /** How many of these were gone when the account was loaded again. */
  lost: number;
  /** How many versions were answered with `committed` more than once: what a code that counts twice would look like. */
  twice: number;
  unknown: number;
  /** How often a call failed, by its code. */
  readonly faults: Record<string, number>;
  /** The longest time between two commits to one account that were acknowledged. */
  longestGapMs: number;
}

const pauseAfterFaultMs = 20;

/** Commits to every account, one after the other, until told to stop; then loads them all once more. */
export async function commitUnderLoad(
  store: AccountStore,
  ids: readonly AccountId[],
  isOver: () => boolean,
): Promise<LoadReport> {
  const report: LoadReport = {
    acknowledged: 0,
    lost: 0,
    twice: 0,
    unknown: 0,
    faults: {},
    longestGapMs: 0,
  };
  const commitTo = async (id: AccountId): Promise<void> => {
    let last = performance.now();
    const answered = new Set<number>();
    let acknowledged = 0;
    const look = async (): Promise<number> => {
      const version = (await store.load([id]))[0]?.version ?? 0;
      if (version < acknowledged) report.lost += acknowledged - version;
      acknowledged = version;
      return version;
    };
    for (let isLast = false; !isLast;) {
      isLast = isOver();
      try {
        const version = await look();
        if (isLast) return;
        const [result] = await store.commit([
          { id, expectedVersion: version, record: `v${version + 1}`, events: [], messages: [] },
        ]);
        if (result === 'unknown') report.unknown++;
        if (result !== 'committed') continue;
        report.acknowledged++;
        if (answered.has(version)) report.twice++;
        answered.add(version);
        acknowledged = version + 1;
        report.longestGapMs = Math.max(report.longestGapMs, performance.now() - last);
        last = performance.now();
      } catch (error) {
        if (!(error instanceof TidelockError)) throw error;
        report.faults[error.code] = (report.faults[error.code] ?? 0) + 1;
        isLast = false;
        await pause(pauseAfterFaultMs);
      }
    }
  };
  await Promise.all(ids.map(commitTo));
  return report;
}
