import { describe, expect, it } from 'vitest';
import vectors from '../../../test/vectors/rfc6238.json' with { type: 'json' };
import type { Algorithm } from './algorithm.ts';
import { Secret } from './secret.ts';
import { Totp } from './totp.ts';

describe('TOTP exactly as RFC 6238 with SHA-1, SHA-256 and SHA-512 (S14, OTP-02)', () => {
  it.each(vectors.cases)('$algorithm at $time gives $totp, and 6 and 7 digits', (row) => {
    const totp = (digits: number) => {
      const algorithm = row.algorithm as Algorithm;
      return new Totp(row.secret_base32, { algorithm, digits, periodSeconds: row.period, t0: row.t0 });
    };
    expect(totp(8).generate({ at: row.time })).toBe(row.totp);
    expect(totp(8).generate({ at: new Date(row.time * 1000) })).toBe(row.totp);
    expect(totp(7).generate({ at: row.time })).toBe(row.totp7);
    expect(totp(6).generate({ at: row.time })).toBe(row.totp6);
    expect(totp(8).stepAt(row.time)).toBe(Number.parseInt(row.T_hex, 16));
    expect(totp(8).verify(row.totp, { at: row.time, window: 0 })).toEqual({
      step: totp(8).stepAt(row.time),
      drift: 0,
    });
  });

  it('the 18 rows are all there', () => {
    expect(vectors.cases).toHaveLength(18);
  });

  it.each(vectors.twenty_byte_seed_values.cases)(
    'a 20-byte seed with $algorithm at $time computes, and is not taken for the value of the RFC',
    (row) => {
      const totp = new Totp(Secret.fromHex(row.secret_hex), {
        algorithm: row.algorithm as Algorithm,
        digits: row.digits,
      });
      expect(totp.generate({ at: row.time })).toBe(row.totp);
      const official = vectors.cases.find(
        ({ time, algorithm }) => time === row.time && algorithm === row.algorithm,
      );
      expect(official?.totp).not.toBe(row.totp);
    },
  );
});
