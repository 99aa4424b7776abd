import { describe, expect, it } from 'vitest';
import { KeyUri } from './key-uri.ts';
import type { KeyUriFields } from './key-uri-fields.ts';
import { Secret } from './secret.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const make = (more: Partial<KeyUriFields> = {}) =>
  new KeyUri({ type: 'totp', issuer: 'ACME Co', accountName: 'alice@example.com', secret, ...more });
const code = (value: string) => expect.objectContaining({ name: 'OtpError', code: value });

describe('the URI that is emitted (S03, S33)', () => {
  it('S03, S33: is this one, byte for byte', () => {
    const expected = `otpauth://totp/ACME%20Co:alice%40example.com?secret=${secret}&issuer=ACME%20Co`;
    expect(String(make())).toBe(expected);
    expect(make({ secret: Secret.fromBase32(secret.toLowerCase()) }).toString()).toBe(expected);
    expect(make({ algorithm: 'SHA1', digits: 6, periodSeconds: 30 }).warnings).toEqual([]);
  });

  it('S36: algorithm, digits and period are spelled out on request', () => {
    expect(make().toString({ spellOut: true })).toBe(`${make()}&algorithm=SHA1&digits=6&period=30`);
    expect(make({ type: 'hotp', counter: 7 }).toString({ spellOut: true })).toBe(
      `otpauth://hotp/ACME%20Co:alice%40example.com?secret=${secret}&issuer=ACME%20Co&algorithm=SHA1&digits=6&counter=7`,
    );
  });

  it('S36: what is not the default is always written, and warned of: several apps ignore it', () => {
    const uri = make({ algorithm: 'SHA512', digits: 8, periodSeconds: 60 });
    expect(uri.toString()).toBe(`${make()}&algorithm=SHA512&digits=8&period=60`);
    expect(uri.warnings).toEqual(['unusual-parameters']);
  });

  it('everything but the unreserved characters of RFC 3986 is percent-encoded, from NFC and UTF-8', () => {
    const uri = make({ issuer: "A&B's (1*2)!", accountName: ' zoe\u0308+1/2?#%=~_.- ' });
    expect(uri.toString()).toBe(
      `otpauth://totp/A%26B%27s%20%281%2A2%29%21:zo%C3%AB%2B1%2F2%3F%23%25%3D~_.-?secret=${secret}&issuer=A%26B%27s%20%281%2A2%29%21`,
    );
    expect(uri.accountName).toBe('zo\u00eb+1/2?#%=~_.-');
  });

  it('colons, control characters, half surrogates and empty names are refused, without the name', () => {
    for (const name of ['a:b', '', '  ', 'a\nb', 'a\u0000', 'a\u009fb', '\ud800', 'x\udc00']) {
      expect(() => make({ issuer: name })).toThrow(code('otp/invalid-name'));
      expect(() => make({ accountName: name })).toThrow(code('otp/invalid-name'));
    }
    expect(() => make({ accountName: 'canary:canary' })).not.toThrow(/canary/);
    expect(() => make({ issuer: undefined as never })).toThrow(TypeError);
    expect(() => make({ accountName: 17 as never })).toThrow(TypeError);
  });

  it('no issuer, a long name and a weak secret are warned of', () => {
    expect(make({ issuer: null }).warnings).toEqual(['no-issuer']);
    expect(make({ issuer: null }).toString()).toBe(`otpauth://totp/alice%40example.com?secret=${secret}`);
    expect(make({ accountName: 'ü'.repeat(28) }).warnings).toEqual([]);
    expect(make({ accountName: 'ü'.repeat(29) }).warnings).toEqual(['name-too-long']);
    expect(make({ secret: 'Muhammad', lenient: true }).warnings).toEqual(['weak-secret']);
    expect(make({ accountName: 'a:b', lenient: true }).warnings).toEqual(['colon-in-name']);
  });

  it('OTP-05: a secret under 16 bytes is not issued unless the caller insists', () => {
    expect(() => make({ secret: 'Muhammad' })).toThrow(code('otp/weak-secret'));
    expect(() => make({ secret: new Uint8Array(15) })).toThrow(code('otp/weak-secret'));
    expect(make({ secret: new Uint8Array(16) }).warnings).toEqual([]);
  });

  it('wrong fields are refused', () => {
    expect(() => make({ type: 'steam' as never })).toThrow(RangeError);
    expect(() => make({ algorithm: 'MD5' as never })).toThrow(RangeError);
    expect(() => make({ digits: 9 })).toThrow(RangeError);
    expect(() => make({ periodSeconds: 10 })).toThrow(RangeError);
    expect(() => make({ type: 'hotp', counter: -1 })).toThrow(RangeError);
    expect(() => make({ image: 'https://example.com' } as never)).toThrow(TypeError);
    expect(() => make({ accountName: 'x'.repeat(3000) })).toThrow(code('otp/uri-too-long'));
    expect(() => make().toString({ spellout: true } as never)).toThrow(TypeError);
  });

  it('its secret is printed by toString alone', async () => {
    const { inspect } = await import('node:util');
    expect(
      inspect(make(), { depth: 9, showHidden: true }) + JSON.stringify({ ...make(), counter: 0 }),
    ).not.toContain(secret);
  });
});
