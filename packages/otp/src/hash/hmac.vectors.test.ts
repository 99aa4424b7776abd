import { describe, expect, it } from 'vitest';
import hkdfVectors from '../../../../test/vectors/rfc5869-hkdf.json' with { type: 'json' };
import rfcVectors from '../../../../test/vectors/rfc2202-4231.json' with { type: 'json' };
import wycheproof from '../../../../test/vectors/wycheproof-hmac.json' with { type: 'json' };
import { hashOf, type Algorithm } from '../algorithm.ts';
import { decodeHex, encodeHex } from '../hex.ts';
import { hkdf } from './hkdf.ts';
import { hmac, hmacKey } from './hmac.ts';

const macOf = (algorithm: string, keyHex: string, messageHex: string) =>
  encodeHex(hmac(hmacKey(hashOf(algorithm as Algorithm), decodeHex(keyHex)), decodeHex(messageHex)));

describe('HMAC against published vectors (CRYP-09)', () => {
  it.each(rfcVectors.cases.filter(({ algorithm }) => ['SHA1', 'SHA256', 'SHA512'].includes(algorithm)))(
    '$id gives the mac of RFC 2202 or RFC 4231',
    (row) => {
      const mac = macOf(row.algorithm, row.key_hex, row.data_hex);
      if ('mac_hex' in row) expect(mac).toBe(row.mac_hex);
      const truncated = Object.entries(row).find(([name]) => name.startsWith('mac_truncated'))?.[1];
      if (typeof truncated === 'string') expect(mac.slice(0, truncated.length)).toBe(truncated);
    },
  );

  it('all 518 rows of Wycheproof: 198 macs are right, 320 are not', () => {
    const judged = wycheproof.rows.map((row) => {
      const [algorithm, , , tagBits, key, message, tag, result] = row as [
        string,
        number,
        number,
        number,
        string,
        string,
        string,
        string,
      ];
      const right = macOf(algorithm, key, message).slice(0, tagBits / 4) === tag;
      expect(right, `${algorithm} ${row[1]}`).toBe(result === 'valid');
      return right;
    });
    expect(judged.filter(Boolean)).toHaveLength(198);
    expect(judged.filter((right) => !right)).toHaveLength(320);
  });

  it.each(hkdfVectors.cases)('HKDF-SHA-256 of RFC 5869 $id', (row) => {
    const output = hkdf({
      keyMaterial: decodeHex(row.ikm_hex),
      salt: decodeHex(row.salt_hex),
      info: decodeHex(row.info_hex),
      bytes: row.length,
    });
    expect(encodeHex(output)).toBe(row.okm_hex);
  });
});
