/** Something that happens at its moment, unless whoever waits for it is dead by then. */
interface Happening {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * Everything that takes time in a world, one after another: the only thing that moves its time on. Between two happenings all
 * that waits for nothing but promises runs to its end, so that a world depends on its seed alone.
 */
export class WorldScheduler {
  readonly #waiting: Happening[] = [];
  #now: number;
  #order = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor(start: number) {
    this.#now = start;
  }

  /** The true time, seconds since the epoch. */
  now(): number {
    return this.#now;
  }

  /** Runs it so many seconds from now, in the order in which it was asked for where two fall together. */
  after(seconds: number, run: () => void): void {
    this.#order += 1;
    this.#push({ at: this.#now + seconds, order: this.#order, run });
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => this.after(seconds, resolve));
  }

  /** Ends the world with what `work` throws, wherever it was called. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  /** Goes on until `work` is done. @throws what it throws, or Error where nothing is left to wait for */
  async runUntil(work: Promise<void>): Promise<void> {
    const end: { done: boolean; failure: unknown } = { done: false, failure: null };
    work.then(
      () => (end.done = true),
      (error: unknown) => ((end.done = true), (end.failure = error)),
    );
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#failure !== null) throw this.#failure.error;
      if (end.done) break;
      const next = this.#pop();
      if (next === null) throw new Error('The world stands still: somebody waits for nothing.');
      this.#now = next.at;
      next.run();
    }
    if (end.failure !== null) throw end.failure;
  }

  #push(happening: Happening): void {
    const heap = this.#waiting;
    let at = heap.push(happening) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(happening, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = happening;
  }

  #pop(): Happening | null {
    const heap = this.#waiting;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(left: Happening, right: Happening): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
