import type { Figures } from './load.ts';

/** What a row is of. */
export type Subject = 'echo' | 'right' | 'wrong' | 'peer' | 'enrollment' | 'activation' | 'backupCode';

/** One load. */
export interface Row extends Omit<Figures, 'other'> {
  readonly engine: string;
  readonly subject: Subject;
  readonly connections: number;
  readonly cpuMicros: number;
  readonly memoryMegabytes: number;
  readonly peakMegabytes: number;
}

/** Conditional updates a second by a client of PostgreSQL, one by one. */
export interface UnbatchedRow {
  readonly connections: number;
  readonly perSecond: number;
  /** The same behind node:http, one for each request. */
  readonly servedPerSecond: number;
}

export interface GrowthRow {
  readonly engine: string;
  readonly accounts: number;
  readonly perSecond: number;
  readonly p99Milliseconds: number;
  readonly seedSeconds: number;
}

/** Others at a fixed rate, beside one account that is attacked and without it. */
export interface HotAccount {
  readonly engine: string;
  readonly othersPerSecond: number;
  readonly attemptsPerSecond: number;
  readonly quietP50: number;
  readonly quietP99: number;
  readonly attackedP50: number;
  readonly attackedP99: number;
}

/** The median of a lone request, with batches and with each request by itself, in milliseconds. */
export interface LoneRequest {
  readonly engine: string;
  readonly batched: number;
  readonly unbatched: number;
}

/** All of one run; a part that was not measured is empty. */
export interface Results {
  readonly machine: string;
  readonly date: string;
  readonly seconds: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly unbatched: readonly UnbatchedRow[];
  readonly growth: readonly GrowthRow[];
  readonly hotAccounts: readonly HotAccount[];
  readonly loneRequests: readonly LoneRequest[];
}
