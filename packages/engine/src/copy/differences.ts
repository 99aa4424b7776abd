/** One thing that two stores have not alike. */
export interface Difference {
  readonly what: 'tenant' | 'record' | 'event' | 'order of events' | 'message';
  /** Whose, by its id. */
  readonly where: string;
}

const keptMax = 100;

/** Gathers differences: the first hundred, and how many there are. */
export class Differences {
  readonly first: Difference[] = [];
  count = 0;

  note(what: Difference['what'], where: string): void {
    this.count += 1;
    if (this.first.length < keptMax) this.first.push({ what, where });
  }
}
