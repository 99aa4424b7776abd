/** SHA-512 has eighty rounds (FIPS 180-4 §6.4.2). */
const roundsMax = 80;

/** Words of 64 bits in two halves. */
export interface Fractions {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

/**
 * The constants of SHA-256 and SHA-512, computed from what they are: the fractions of the cube roots of the first 80
 * primes (FIPS 180-4 §4.2.3), 64 bits of each. SHA-256 takes the upper 32 bits of the first 64 (§4.2.2).
 */
export function roundConstants(): Fractions {
  return splitFractions(roundsMax, 3);
}

/** The fractions of the square roots of the first eight primes: where SHA-256 and SHA-512 start (FIPS 180-4 §5.3). */
export function startFractions(): Fractions {
  return splitFractions(8, 2);
}

function splitFractions(count: number, degree: number): Fractions {
  const high = new Int32Array(count);
  const low = new Int32Array(count);
  for (let index = 0, candidate = 2; index < count; candidate++) {
    if (!isPrime(candidate)) continue;
    const root = wholeRoot(BigInt(candidate) << BigInt(64 * degree), BigInt(degree));
    high[index] = Number(BigInt.asIntN(32, root >> 32n));
    low[index] = Number(BigInt.asIntN(32, root));
    index++;
  }
  return { high, low };
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++)
    if (candidate % divisor === 0) return false;
  return true;
}

/** The largest whole number whose power is not over `value`, by Newton's method from above. */
function wholeRoot(value: bigint, degree: bigint): bigint {
  // The root of a prime under 512 is under 2^5, and 64 bits of fraction stand behind it.
  let root = 1n << 69n;
  for (;;) {
    const next = ((degree - 1n) * root + value / root ** (degree - 1n)) / degree;
    if (next >= root) return root;
    root = next;
  }
}
