import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret, type DeriveOptions } from './secret.ts';

const masterKey = Uint8Array.from({ length: 32 }, (_, at) => at);
const derive = (identity: string, more: Partial<DeriveOptions> = {}) =>
  Secret.derive({ masterKey, identity, ...more });

describe('a derived secret (S37)', () => {
  it('S37: is HKDF-SHA-256 of the master key over the identity, the generation and the length', () => {
    const info = 'tidelock/otp/secret/1 00000002 00000020 user-1';
    const expected = Buffer.from(hkdfSync('sha256', masterKey, '', info, 32)).toString('hex');
    expect(derive('user-1', { generation: 2, bytes: 32 }).toHex()).toBe(expected);
  });

  it('S37: is the same for ever: this one was written down', () => {
    expect(derive('user-1').toBase32()).toBe(derive('user-1', { generation: 0, bytes: 20 }).toBase32());
    expect(derive('user-1').toBase32()).toMatchInlineSnapshot(`"UWHBAGKIJCYF42LRLTFC7WPW4QA2K7ZE"`);
  });

  it('S37: differs for each user, generation, length and master key', () => {
    const others = [
      ...[derive('user-1'), derive('user-2'), derive('user-1 '), derive('user-1', { generation: 1 })],
      ...[derive('user-1', { bytes: 21 }), derive('user-1', { masterKey: new Uint8Array(32) })],
    ];
    const starts = others.map((secret) => secret.toHex().slice(0, 40));
    expect(new Set(starts).size).toBe(others.length);
  });

  it('S37: an e-mail address alone is refused, and one beside an id is taken', () => {
    for (const identity of [
      'user@example.com',
      ' User@Example.com ',
      'mailto:user@example.com',
      '<u@e>',
      'ü@例え.jp',
    ]) {
      expect(() => derive(identity)).toThrow(/e-mail address alone/);
      expect(() => derive(identity)).toThrow(RangeError);
    }
    expect(derive('17 user@example.com').byteLength).toBe(20);
  });

  it('both spellings of one name in Unicode are one user', () => {
    expect(derive('zo\u00eb').toHex()).toBe(derive('zoe\u0308').toHex());
  });

  it('a short master key and an identity that is none are refused', () => {
    expect(() => derive('user-1', { masterKey: new Uint8Array(31) })).toThrow(RangeError);
    expect(() => derive('user-1', { masterKey: 'x'.repeat(32) as never })).toThrow(TypeError);
    for (const identity of ['', '  ', '\ud800']) expect(() => derive(identity)).toThrow(RangeError);
    expect(() => derive(17 as never)).toThrow(TypeError);
    for (const generation of [-1, 0.5, 2 ** 32])
      expect(() => derive('user-1', { generation })).toThrow(RangeError);
    expect(() => derive('user-1', { bytes: 15 })).toThrow(RangeError);
    expect(() => derive('user-1', { salt: '' } as never)).toThrow(/no option "salt"/);
  });
});
