import { describe, expect, it } from 'vitest';
import vectors from '../../../test/vectors/rfc4648-base32.json' with { type: 'json' };
import { decodeBase32, decodeBase32Words, encodeBase32 } from './base32.ts';
import { decodeHex, encodeHex } from './hex.ts';

const decode = (text: string, strict = false) => encodeHex(decodeBase32(text, { strict }));
const refused = expect.objectContaining({ name: 'OtpError', code: 'otp/invalid-base32' });

describe('base32 as RFC 4648 (S34)', () => {
  it.each(vectors.encode)('"$text" is $base32_unpadded and back, with padding and without', (row) => {
    expect(encodeBase32(decodeHex(row.hex))).toBe(row.base32_unpadded);
    for (const text of [row.base32, row.base32_unpadded]) expect(decode(text, true)).toBe(row.hex);
    expect(decode(row.base32_lower_unpadded)).toBe(row.hex);
    if (row.hex !== '') expect(() => decode(row.base32_lower_unpadded, true)).toThrow(refused);
  });

  it.each(vectors.lengths)('$unpadded_chars characters: a whole number of bytes is $valid_length', (row) => {
    const text = 'A'.repeat(row.unpadded_chars);
    if (row.valid_length) expect(decodeBase32(text)).toHaveLength(row.whole_bytes);
    else expect(() => decodeBase32(text)).toThrow(refused);
    expect(decodeBase32Words(text, new Int32Array(16))).toBe(row.valid_length ? row.whole_bytes : -1);
  });

  it.each(vectors.noncanonical_trailing_bits)(
    '$input has bits left over: dropped, or refused where strict',
    (row) => {
      expect(decode(row.input)).toBe(row.lenient_decodes_to_hex);
      expect(() => decode(row.input, true)).toThrow(refused);
      expect(decode(row.canonical, true)).toBe(row.lenient_decodes_to_hex);
      const [words, canonicalWords] = [new Int32Array(16), new Int32Array(16)];
      expect(decodeBase32Words(row.input, words)).toBe(decodeBase32Words(row.canonical, canonicalWords));
      expect(words).toEqual(canonicalWords);
    },
  );

  it.each(vectors.invalid)('$input is refused: $why', ({ input }) => {
    expect(() => decode(input)).toThrow(refused);
    expect(() => decode(input, true)).toThrow(refused);
    expect(decodeBase32Words(input, new Int32Array(16))).toBe(-1);
  });

  it('blanks, dashes, case and padding do not matter, unless strict', () => {
    for (const text of ['mzxw 6ytb-oi', ' MZXW\t6YTB\u2013OI====== \n', 'MZXW\u00a06YTB OI=']) {
      expect(decode(text)).toBe('666f6f626172');
      expect(() => decode(text, true)).toThrow(refused);
    }
  });

  it('the error names no character of the text, and says where to look', () => {
    expect(() => decodeBase32('GEZDGN0V')).toThrow(
      /character 7 is none of A to Z and 2 to 7.*Secret\.fromText/,
    );
    expect(() => decodeBase32(42 as never)).toThrow(TypeError);
  });
});
