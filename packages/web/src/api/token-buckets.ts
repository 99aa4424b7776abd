export interface BucketSize {
  /** How many may be taken in a second, in the long run. */
  readonly perSecond: number;
  /** How many may be taken at once by somebody who took none for a while. */
  readonly burst: number;
}

/** So many names are remembered; the one that came first gives way, and begins anew with a full bucket. */
const namesMax = 10_000;

/**
 * A bucket of tokens for each name, in this process: nothing is waited for, and of each name one number is kept, which is the
 * moment at which its bucket is full again.
 */
export class TokenBuckets {
  readonly #millisecondsEach: number;
  readonly #millisecondsMost: number;
  readonly #fullAt = new Map<string, number>();

  constructor({ perSecond, burst }: BucketSize) {
    this.#millisecondsEach = 1000 / perSecond;
    this.#millisecondsMost = burst * this.#millisecondsEach;
  }

  /** Takes one token; gives the milliseconds until there is one, and takes none, where the bucket is empty. `now` is in milliseconds. */
  take(name: string, now: number): number {
    const known = this.#fullAt.get(name);
    const fullAt = Math.max(known ?? now, now) + this.#millisecondsEach;
    const wait = fullAt - now - this.#millisecondsMost;
    if (wait > 0) return wait;
    if (known === undefined && this.#fullAt.size >= namesMax) this.#forgetFirst();
    this.#fullAt.set(name, fullAt);
    return 0;
  }

  #forgetFirst(): void {
    for (const name of this.#fullAt.keys()) {
      this.#fullAt.delete(name);
      return;
    }
  }
}
