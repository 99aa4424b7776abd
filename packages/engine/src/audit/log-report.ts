/** Something in a file that is not as it was written. */
export interface Finding {
  /** 1 for the first line; one more than there are where something is missing at the end. */
  readonly line: number;
  readonly tenant: string | null;
  readonly account: string | null;
  readonly sequence: number | null;
  /** In words. */
  readonly what: string;
}

/** What became of verifying an exported log. */
export interface LogReport {
  readonly outcome: 'verified' | 'altered';
  /**
   * Whether the file is byte for byte what was exported. Where it is and there are findings, then what they tell of was in the
   * store already.
   */
  readonly signature: 'right' | 'wrong' | 'missing';
  readonly findings: readonly Finding[];
  /** How many there are besides. */
  readonly findingsLeftOut: number;
  readonly accounts: number;
  readonly events: number;
  /** How many of these have lost their bodies in an erasure. */
  readonly erased: number;
  /** When it was exported, seconds since the epoch; null where the head is missing. */
  readonly at: number | null;
}

/** The most findings that a report names one by one. */
export const findingsMax = 100;

/** Where the chains of an exported log end, so that a newer one can be held against them. */
export interface LogEnds {
  readonly storeId: string;
  readonly tenant: string | null;
  readonly account: string | null;
  /** By tenant and account, as {@link keyOf} joins them. */
  readonly ofAccounts: ReadonlyMap<string, ChainEnd>;
}

export interface ChainEnd {
  readonly tenant: string;
  readonly account: string;
  readonly sequence: number;
  readonly link: string;
}

/** Gathers findings, the first hundred of them. */
export class Findings {
  readonly all: Finding[] = [];
  leftOut = 0;

  get none(): boolean {
    return this.all.length === 0;
  }

  add(finding: Finding): void {
    if (this.all.length < findingsMax) this.all.push(finding);
    else this.leftOut += 1;
  }
}
