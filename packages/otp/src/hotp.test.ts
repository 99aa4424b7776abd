import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hotp } from './hotp.ts';
import { Secret } from './secret.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const hotp = new Hotp(secret);

/** RFC 4226 §5.3 word for word, on another HMAC. */
function reference(key: Uint8Array, counter: bigint, algorithm: string, digits: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(counter);
  const digest = createHmac(algorithm, key).update(message).digest();
  const offset = digest.at(-1)! & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}

describe('Hotp', () => {
  it('S31: gives the code of any key and any counter to 2^64 - 1, in every algorithm and length', () => {
    const keys = fc.uint8Array({ minLength: 1, maxLength: 200, size: 'max' });
    const shape = fc.record({
      algorithm: fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
      digits: fc.integer({ min: 6, max: 8 }),
    });
    fc.assert(
      fc.property(
        keys,
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        shape,
        (key, counter, { algorithm, digits }) => {
          const ours = new Hotp(key, { algorithm: algorithm as 'SHA1', digits });
          const expected = reference(key, counter, algorithm.toLowerCase(), digits);
          expect(ours.generate(counter)).toBe(expected);
          expect(new Hotp(Secret.fromBytes(key).toBase32(), ours).generate(counter)).toBe(expected);
          expect(ours.verify(expected, { counter, lookAhead: 0 })).toEqual({
            counter,
            nextCounter: counter + 1n,
          });
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    2n ** 31n,
    2n ** 32n,
    2n ** 32n + 1n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 63n,
    2n ** 64n - 1n,
  ])('OTP-03: counter %i has its 64 bits', (counter) => {
    const expected = reference(Secret.fromBase32(secret).bytes, counter, 'sha1', 6);
    expect(hotp.generate(counter)).toBe(expected);
    if (counter < 2n ** 53n) expect(hotp.generate(Number(counter))).toBe(expected);
    expect(hotp.verify(expected, { counter })).toEqual({ counter, nextCounter: counter + 1n });
  });

  it('OTP-03: what is no counter is refused', () => {
    for (const counter of [-1, 2 ** 53, 0.5, Number.NaN, Infinity, -1n, 2n ** 64n]) {
      expect(() => hotp.generate(counter)).toThrow(RangeError);
      expect(() => hotp.verify('755224', { counter })).toThrow(RangeError);
    }
    for (const counter of ['0', null, undefined])
      expect(() => hotp.generate(counter as never)).toThrow(TypeError);
    expect(() => hotp.verify('755224', {} as never)).toThrow(TypeError);
    expect(() => hotp.verify('755224', undefined as never)).toThrow(TypeError);
  });

  it('S41: one code after another over counters 0, 1, 2, 3, and one out of order is refused', () => {
    let counter = 0;
    for (const code of ['755224', '287082', '359152', '969429']) {
      const match = hotp.verify(code, { counter, lookAhead: 0 });
      expect(match).toEqual({ counter, nextCounter: counter + 1 });
      counter = match!.nextCounter;
      expect(hotp.verify(code, { counter })).toBeNull();
    }
    expect(hotp.verify('755224', { counter })).toBeNull();
    expect(hotp.verify('287082', { counter: 0, lookAhead: 0 })).toBeNull();
  });

  it('OTP-13: a code ahead moves the counter past it, and the ones that were skipped are dead', () => {
    const match = hotp.verify('969429', { counter: 0 });
    expect(match).toEqual({ counter: 3, nextCounter: 4 });
    for (const skipped of ['755224', '287082', '359152', '969429']) {
      expect(hotp.verify(skipped, { counter: match!.nextCounter, lookAhead: 100 })).toBeNull();
    }
  });

  it('OTP-14: a code at the end of the look-ahead is accepted, one after it is not; over 100 there is none', () => {
    for (const lookAhead of [0, 1, 10, 100]) {
      expect(hotp.verify(hotp.generate(5 + lookAhead), { counter: 5, lookAhead })?.counter).toBe(
        5 + lookAhead,
      );
      expect(hotp.verify(hotp.generate(6 + lookAhead), { counter: 5, lookAhead })).toBeNull();
    }
    expect(hotp.verify(hotp.generate(10), { counter: 0 })?.counter).toBe(10);
    expect(hotp.verify(hotp.generate(11), { counter: 0 })).toBeNull();
    for (const lookAhead of [101, -1, 1.5, Number.NaN]) {
      expect(() => hotp.verify('755224', { counter: 0, lookAhead })).toThrow(RangeError);
    }
  });

  it('a look-ahead ends with the last counter of its kind, and does not begin again at 0', () => {
    const last = 2n ** 64n - 1n;
    expect(hotp.verify(hotp.generate(0), { counter: last, lookAhead: 100 })).toBeNull();
    expect(hotp.verify(hotp.generate(last), { counter: last - 3n })).toEqual({
      counter: last,
      nextCounter: last + 1n,
    });
    expect(() => hotp.generate(last + 1n)).toThrow(RangeError);
    const lastNumber = Number.MAX_SAFE_INTEGER;
    expect(hotp.verify(hotp.generate(lastNumber), { counter: lastNumber - 1 })?.counter).toBe(lastNumber);
    expect(hotp.verify(hotp.generate(2n ** 53n), { counter: lastNumber })).toBeNull();
  });

  it('of two counters with one code, the nearer one counts', () => {
    const seen = new Map<string, number>();
    for (let counter = 0; counter < 100_000; counter++) {
      const code = hotp.generate(counter);
      const before = seen.get(code);
      seen.set(code, counter);
      if (before === undefined || counter - before > 100) continue;
      expect(hotp.verify(code, { counter: before, lookAhead: 100 })?.counter).toBe(before);
      return;
    }
    throw new Error('no two counters near each other have one code');
  });

  it('a code that is none is null and never an error', () => {
    for (const code of ['75522', '7552240', '75522a', '', 755224, null, undefined, {}, []]) {
      expect(hotp.verify(code as string, { counter: 0 })).toBeNull();
    }
  });

  it('an option that nobody reads is an error', () => {
    expect(() => new Hotp(secret, { digit: 6 } as never)).toThrow(/no option "digit"/);
    expect(() => new Hotp(secret, { periodSeconds: 30 } as never)).toThrow(TypeError);
    expect(() => hotp.verify('755224', { counter: 0, window: 1 } as never)).toThrow(TypeError);
    expect(() => new Hotp(secret, { algorithm: 'MD5' as never })).toThrow(RangeError);
    for (const digits of [5, 9, 6.5, Number.NaN])
      expect(() => new Hotp(secret, { digits })).toThrow(RangeError);
    expect(() => new Hotp(secret, { digits: '6' as never })).toThrow(TypeError);
  });

  it('the URI carries the counter that it starts at', () => {
    expect(hotp.uri({ issuer: 'Acme', accountName: 'user', counter: 2n ** 64n - 1n })).toBe(
      `otpauth://hotp/Acme:user?secret=${secret}&issuer=Acme&counter=18446744073709551615`,
    );
    expect(hotp.uri({ issuer: 'Acme', accountName: 'user' })).toMatch(/&counter=0$/);
    expect(() => hotp.uri({ issuer: 'Acme', accountName: 'user', counter: -1 })).toThrow(RangeError);
  });
});
