/** The calls that every contestant makes, in the same order: another secret, code and time at each, out of one seed. */

/** More secrets than any cache of one step holds; their states alone are larger than the processor's second cache. */
const secretCount = 10_000;
/** A power of two, so that a call finds its place with a mask. */
export const callCount: number = 1 << 16;
const firstStep = 50_000_000;
const steps = 10_000_000;

export interface Workload {
  readonly base32: readonly string[];
  readonly bytes: readonly Uint8Array[];
  /** For each call: which secret, which (wrong) code, at which second. */
  readonly secretOf: Int32Array;
  readonly codes: readonly string[];
  readonly secondsOf: Float64Array;
}

/** xorshift32: the same numbers in every run and every runtime. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

export function makeWorkload(secretBytes: number): Workload {
  const next = generator(0x7_1de_10c);
  const bytes = Array.from({ length: secretCount }, () =>
    Uint8Array.from({ length: secretBytes }, () => next() & 255),
  );
  return {
    bytes,
    base32: flat(bytes.map(toBase32)),
    secretOf: Int32Array.from({ length: callCount }, () => next() % secretCount),
    codes: flat(Array.from({ length: callCount }, () => String(next() % 1e6).padStart(6, '0'))),
    secondsOf: Float64Array.from(
      { length: callCount },
      () => (firstStep + (next() % steps)) * 30 + (next() % 30),
    ),
  };
}

/** Strings in one piece, as they come out of a request: built ones are lists of parts that the first reader pays for. */
function flat(texts: readonly string[]): readonly string[] {
  return JSON.parse(JSON.stringify(texts)) as string[];
}

/** Written here once more, so that no contestant's own encoder is trusted. */
function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(group.padEnd(5, '0'), 2)))
    .join('');
}
