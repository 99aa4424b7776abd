/** Latencies in buckets that grow by a fiftieth each: millions of them in a few kilobytes, quantiles right to two per cent. */
export class Latencies {
  readonly #buckets = new Uint32Array(bucketCount);
  #count = 0;

  add(milliseconds: number): void {
    const bucket = Math.round(Math.log(Math.max(milliseconds, least) / least) / step);
    this.#buckets[Math.min(bucketCount - 1, bucket)]! += 1;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** In milliseconds. `part` is 0.5 for the median. */
  quantile(part: number): number {
    let left = Math.ceil(this.#count * part);
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      left -= this.#buckets[bucket]!;
      if (left <= 0) return least * Math.exp(bucket * step);
    }
    return least * Math.exp(bucketCount * step);
  }
}

const least = 0.01;
const step = Math.log(1.02);
/** Up to a minute. */
const bucketCount = Math.ceil(Math.log(60_000 / least) / step);
