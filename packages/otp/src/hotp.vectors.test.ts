import { describe, expect, it } from 'vitest';
import vectors from '../../../test/vectors/rfc4226.json' with { type: 'json' };
import { Hotp } from './hotp.ts';
import { Secret } from './secret.ts';

describe('HOTP exactly as RFC 4226 (S31, OTP-01)', () => {
  it.each(vectors.cases)(
    'counter $counter gives $hotp6, and 7 and 8 digits',
    ({ counter, hotp6, hotp7, hotp8 }) => {
      const secret = Secret.fromText(vectors.secret_ascii);
      expect(new Hotp(secret).generate(counter)).toBe(hotp6);
      expect(new Hotp(secret.bytes, { digits: 7 }).generate(BigInt(counter))).toBe(hotp7);
      expect(new Hotp(vectors.secret_base32, { digits: 8 }).generate(counter)).toBe(hotp8);
    },
  );
});
