import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeBase32, decodeBase32Words, encodeBase32 } from './base32.ts';
import { decodeHex, encodeHex } from './hex.ts';

const bytesUpTo = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' });

it('any bytes become base32 and the same bytes again, strictly', () => {
  fc.assert(
    fc.property(bytesUpTo(200), (bytes) => {
      expect(decodeBase32(encodeBase32(bytes), { strict: true })).toEqual(bytes);
    }),
    { numRuns: 1000 },
  );
});

it('the short way into words gives the same bytes as the long way, zeros behind', () => {
  fc.assert(
    fc.property(bytesUpTo(64), fc.boolean(), (bytes, lower) => {
      const text = lower ? encodeBase32(bytes).toLowerCase() : encodeBase32(bytes);
      const words = new Int32Array(16);
      expect(decodeBase32Words(text, words)).toBe(bytes.length);
      const view = Uint8Array.from({ length: 64 }, (_, at) => words[at >> 2]! >>> (24 - (at & 3) * 8));
      expect(view).toEqual(Uint8Array.from({ length: 64 }, (_, at) => bytes[at] ?? 0));
    }),
    { numRuns: 1000 },
  );
});

it('the short way takes no text that the long way refuses', () => {
  const letters = fc.constantFrom(...'ABYZaz2347=-018 \u0131\u{ff2d}\u0141');
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 24, size: 'max' }), (text) => {
      const length = decodeBase32Words(text, new Int32Array(16));
      if (length >= 0) expect(decodeBase32(text)).toHaveLength(length);
    }),
    { numRuns: 3000 },
  );
});

it('a text longer than the block is left to the long way', () => {
  expect(decodeBase32Words('A'.repeat(104), new Int32Array(16))).toBe(-1);
  expect(decodeBase32Words('A'.repeat(103), new Int32Array(16))).toBe(64);
});

it('hexadecimal goes there and back, and only that is taken', () => {
  fc.assert(
    fc.property(bytesUpTo(100), (bytes) => {
      expect(decodeHex(encodeHex(bytes))).toEqual(bytes);
    }),
  );
  expect(decodeHex('31:32-33 4A')).toEqual(Uint8Array.of(0x31, 0x32, 0x33, 0x4a));
  for (const text of ['3', '0x31', 'zz', '3\u0661']) {
    expect(() => decodeHex(text)).toThrow(expect.objectContaining({ code: 'otp/invalid-hex' }));
  }
  expect(() => decodeHex(1 as never)).toThrow(TypeError);
});
