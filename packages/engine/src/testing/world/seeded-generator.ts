import { hash } from 'node:crypto';
import type { Random } from '../../ports/random.ts';

/** Numbers that follow from a seed alone: sfc32, which is small and fast, and good enough for everything but secrets. */
export class SeededGenerator implements Random {
  readonly #state: Uint32Array;

  /** `stream` keeps the draws of one part of a world apart from those of the others. */
  constructor(seed: number, stream: string) {
    const start = hash('sha256', `${seed}/${stream}`, 'buffer');
    this.#state = Uint32Array.from([0, 4, 8, 12], (place) => start.readUInt32LE(place));
    for (let round = 0; round < 12; round += 1) this.#draw();
  }

  /** From 0 to 1, 1 not among them. */
  fraction(): number {
    return this.#draw() / 2 ** 32;
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  /** As often near the least as near the most, by orders of magnitude. */
  magnitude(least: number, most: number): number {
    return Math.exp(this.between(Math.log(least), Math.log(most)));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 1) bytes[at] = this.#draw() >>> 24;
    return bytes;
  }

  #draw(): number {
    const state = this.#state;
    const [a, b, c, count] = state as unknown as [number, number, number, number];
    const drawn = (a + b + count) | 0;
    state[3] = count + 1;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + drawn;
    return drawn >>> 0;
  }
}
