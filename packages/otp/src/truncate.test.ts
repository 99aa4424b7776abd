import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../test/vectors/rfc4226.json' with { type: 'json' };
import { codeStates, type CodeKey } from './code-key.ts';
import { sha1 } from './hash/sha1.ts';
import { secretBytes } from './secret.ts';
import { codeOf, findCode, lastDigits, parseCode, truncate, truncateDigest } from './truncate.ts';

const wordsOf = (hex: string) => {
  const bytes = Buffer.from(hex, 'hex');
  return Int32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readInt32BE(at * 4));
};
const secret = vectors.secret_base32;

const plainKey = (): CodeKey => ({ hash: sha1, states: codeStates(secret, sha1, secretBytes), digits: 6 });

/** A key whose hash counts its blocks. */
function countingKey(): { key: CodeKey; blocks: () => number } {
  const key = plainKey();
  let count = 0;
  const compress: typeof key.hash.compress = (...block) => {
    count++;
    key.hash.compress(...block);
  };
  return { key: { ...key, hash: { ...key.hash, compress } }, blocks: () => count };
}

describe('dynamic truncation (OTP-01)', () => {
  it.each([...vectors.cases, { ...vectors.truncation_example, counter: '§5.4' }])(
    'the digest of counter $counter gives the number of the RFC',
    (row) => {
      const hex = 'hmac_hex' in row ? row.hmac_hex : row.hmac_sha1_hex;
      const value = 'dbc_decimal' in row ? row.dbc_decimal : row.truncated_decimal;
      expect(truncateDigest(wordsOf(hex))).toBe(value);
    },
  );

  it.each(Array.from({ length: 16 }, (_, offset) => offset))(
    'offset %i reads its four bytes, without the sign bit, in digests of 20, 32 and 64 bytes',
    (offset) => {
      for (const length of [20, 32, 64]) {
        const digest = Buffer.from(Array.from({ length }, (_, at) => 0xff - at * 3));
        digest[length - 1] = 0xa0 | offset;
        const expected = digest.readUInt32BE(offset) & 0x7fffffff;
        expect(truncateDigest(wordsOf(digest.toString('hex')))).toBe(expected);
      }
    },
  );

  it('S32: a code keeps its leading zeros: it is a string of exactly N digits', () => {
    const key = plainKey();
    const codes = Array.from({ length: 20_000 }, (_, counter) => codeOf(key, 0, counter));
    for (const code of codes) expect(code).toMatch(/^\d{6}$/);
    expect(codes.filter((code) => code.startsWith('00')).length).toBeGreaterThan(100);
  });

  it('the last digits are the remainder, at every multiple of the modulus and beside it', () => {
    for (const digits of [6, 7, 8]) {
      const modulus = 10 ** digits;
      for (let multiple = 0; multiple < 2 ** 31; multiple += modulus) {
        for (const value of [multiple - 1, multiple, multiple + 1]) {
          if (value >= 0 && value < 2 ** 31) expect(lastDigits(value, digits)).toBe(value % modulus);
        }
      }
      expect(lastDigits(2 ** 31 - 1, digits)).toBe((2 ** 31 - 1) % modulus);
    }
    const anyValue = fc.integer({ min: 0, max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(anyValue, (value) => lastDigits(value, 8) === value % 1e8),
      { numRuns: 5000 },
    );
  });
});

describe('finding a code (OTP-16)', () => {
  const range = (count: number) => ({ high: 0, low: 0, count, spentIndex: -1, preferLast: -1 }) as const;

  it('as many hash blocks for a match at any place, for a spent one, and for none', () => {
    const codes = Array.from({ length: 21 }, (_, counter) => Number(codeOf(countingKey().key, 0, counter)));
    for (const code of [...codes, 999_999]) {
      for (const spentIndex of [-1, 10, 20]) {
        const { key, blocks } = countingKey();
        findCode(key, code, { ...range(21), spentIndex });
        expect(blocks()).toBe(2 * 21);
      }
    }
  });

  it('every counter of the range is found at its own place, and no other', () => {
    const { key } = countingKey();
    for (let counter = 0; counter < 100; counter++) {
      const code = Number(codeOf(key, 0, counter));
      expect(findCode(key, code, range(100))).toBe(counter);
      expect(findCode(key, code, range(counter))).toBe(-1);
      expect(findCode(key, code, { ...range(100), spentIndex: counter })).toBe(-1);
      expect(findCode(key, code, { ...range(100), spentIndex: counter - 1 })).toBe(counter);
    }
  });

  it('a range goes on over the edge of its lower half', () => {
    const { key } = countingKey();
    const code = Number(codeOf(key, 6, 1));
    expect(findCode(key, code, { ...range(5), high: 5, low: -2 })).toBe(3);
    expect(truncate(key, 6, 1) % 1e6).toBe(code);
  });

  it('of two counters with one code, the last or the first counts, as the caller asks', () => {
    const { key } = countingKey();
    const places = new Map<number, number>();
    for (let counter = 0; ; counter++) {
      const code = Number(codeOf(key, 0, counter));
      const first = places.get(code);
      if (first !== undefined) {
        const both = { ...range(counter - first + 1), low: first };
        expect(findCode(key, code, both)).toBe(counter - first);
        expect(findCode(key, code, { ...both, preferLast: 0 })).toBe(0);
        expect(findCode(key, code, { ...both, preferLast: 0, spentIndex: 0 })).toBe(counter - first);
        return;
      }
      places.set(code, counter);
    }
  });
});

describe('reading a code (S27)', () => {
  it('only exactly N ASCII digits are a code', () => {
    expect(parseCode('000123', 6)).toBe(123);
    expect(parseCode('99999999', 8)).toBe(99_999_999);
    const others = [
      '',
      '12345',
      '1234567',
      ' 12345',
      '12345\n',
      '12 345',
      '+12345',
      '-12345',
      '1e1000',
      '0x1234',
      '12345a',
    ];
    const foreign = [
      '\u0661\u0662\u0663\u0664\u0665\u0666',
      '\uff11\uff12\uff13\uff14\uff15\uff16',
      '12345\u0000',
      '12345/',
      '12345:',
    ];
    for (const text of [...others, ...foreign]) expect(parseCode(text, 6)).toBe(-1);
  });

  it('what is no string is no code', () => {
    const list = ['1', '2', '3', '4', '5', '6'];
    const pretender = { length: 6, charCodeAt: () => 48, toString: () => '123456' };
    for (const value of [123456, 123456n, null, undefined, list, pretender, new String('123456')]) {
      expect(parseCode(value, 6)).toBe(-1);
    }
  });

  it('any string is a number of that many digits or -1, as a regular expression says', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 9, size: 'max' }),
        fc.string({ unit: fc.constantFrom(...'0123456789/:'), maxLength: 8 }),
        (a, b) => {
          for (const text of [a, b])
            expect(parseCode(text, 6)).toBe(/^[0-9]{6}$/.test(text) ? Number(text) : -1);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
