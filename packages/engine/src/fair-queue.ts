/** What waits of one key. */
interface Line<Item> {
  items: Item[];
  /** Whether some of its items were taken and are not given back yet: nobody else takes any meanwhile. */
  isOut: boolean;
}

/** The items of one key that go together, in the order in which they came. */
export interface Turn<Item> {
  readonly key: string;
  readonly items: readonly Item[];
}

/** How much may be taken at once. */
export interface TakeLimits {
  readonly itemsMax: number;
  readonly itemsOfKeyMax: number;
}

/**
 * A queue in which every key has its turn, however much waits behind another one: whoever floods one key waits in that key's own
 * line. What was taken of a key must come back by {@link release} before more of it is taken.
 */
export class FairQueue<Item> {
  readonly #lines = new Map<string, Line<Item>>();
  /** The keys that have something to take, in the order of their turns. */
  #turns: string[] = [];

  /** Of how many keys something can be taken now. */
  get turns(): number {
    return this.#turns.length;
  }

  /** How many items wait behind a key. */
  lengthOf(key: string): number {
    return this.#lines.get(key)?.items.length ?? 0;
  }

  push(key: string, item: Item): void {
    const line = this.#lines.get(key);
    if (line === undefined) {
      this.#lines.set(key, { items: [item], isOut: false });
      this.#turns.push(key);
      return;
    }
    line.items.push(item);
    if (line.items.length === 1 && !line.isOut) this.#turns.push(key);
  }

  /** One turn of as many keys as fit; at least one where there is one. */
  take({ itemsMax, itemsOfKeyMax }: TakeLimits): readonly Turn<Item>[] {
    const taken: Turn<Item>[] = [];
    let count = 0;
    let used = 0;
    while (used < this.#turns.length && count < itemsMax) {
      const key = this.#turns[used++]!;
      const line = this.#lines.get(key)!;
      const most = Math.min(itemsOfKeyMax, itemsMax - count);
      const items = line.items.length <= most ? line.items : line.items.slice(0, most);
      line.items = line.items.length <= most ? [] : line.items.slice(most);
      line.isOut = true;
      count += items.length;
      taken.push({ key, items });
    }
    this.#turns = used === this.#turns.length ? [] : this.#turns.slice(used);
    return taken;
  }

  /** Puts items that were taken before what came behind them. */
  putBack(key: string, items: readonly Item[]): void {
    const line = this.#lines.get(key);
    if (line !== undefined) line.items = [...items, ...line.items];
  }

  /** Ends the turn of a key: what waits of it is taken again after those who wait by now. */
  release(key: string): void {
    const line = this.#lines.get(key);
    if (line === undefined) return;
    line.isOut = false;
    if (line.items.length > 0) this.#turns.push(key);
    else this.#lines.delete(key);
  }

  /** Takes all that waits away, of every key. What was taken before is still to be released. */
  clear(): readonly Item[] {
    const items = [...this.#lines.values()].flatMap((line) => line.items);
    for (const [key, line] of this.#lines) {
      line.items = [];
      if (!line.isOut) this.#lines.delete(key);
    }
    this.#turns = [];
    return items;
  }
}
