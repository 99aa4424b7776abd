import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

const code = (value: string) => expect.objectContaining({ name: 'OtpError', code: value });

describe('Secret', () => {
  it('S34: the bytes of 123123123djwkdhawjdk are GEZDGMJSGMYTEM3ENJ3WWZDIMF3WUZDL, and back', () => {
    const base32 = 'GEZDGMJSGMYTEM3ENJ3WWZDIMF3WUZDL';
    expect(Secret.fromText('123123123djwkdhawjdk').toBase32()).toBe(base32);
    expect(Buffer.from(Secret.fromBase32(base32).bytes).toString()).toBe('123123123djwkdhawjdk');
  });

  it('S01, OTP-05: a new secret is 20 bytes, 32 characters without padding, and never the same', () => {
    const made = new Set(Array.from({ length: 10_000 }, () => Secret.generate().toBase32()));
    expect(made.size).toBe(10_000);
    for (const text of made) expect(text).toMatch(/^[A-Z2-7]{32}$/);
    expect(Secret.generate(64).byteLength).toBe(64);
  });

  it('OTP-05: fewer than 16 bytes are not generated', () => {
    for (const bytes of [15, 0, -1, 16.5, Number.NaN, 1025])
      expect(() => Secret.generate(bytes)).toThrow(RangeError);
    expect(() => Secret.generate('20' as never)).toThrow(TypeError);
    expect(Secret.generate(16).isWeak).toBe(false);
  });

  it('S40: Muhammad is base32, and weak', () => {
    const secret = Secret.fromBase32('Muhammad');
    expect(secret.isWeak).toBe(true);
    expect(secret.toHex()).toBe('650e063003');
  });

  it('S40: CodingFleet is no base32, and the error names Secret.fromText', () => {
    expect(() => Secret.fromBase32('CodingFleet')).toThrow(code('otp/invalid-base32'));
    expect(() => Secret.fromBase32('CodingFleet')).toThrow(/Secret\.fromText/);
    expect(() => Secret.fromBase32('CodingFleet')).not.toThrow(/CodingFleet/);
    expect(Secret.fromText('CodingFleet').toBase32()).toBe('INXWI2LOM5DGYZLFOQ');
  });

  it('S35: groups of four, the last one shorter', () => {
    expect(Secret.fromText('12345678901234567890').toGroupedBase32()).toBe(
      'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ',
    );
    expect(Secret.fromText('123').toGroupedBase32()).toBe('GEZD G');
  });

  it('it is never printed by accident', () => {
    const secret = Secret.fromText('canary-canary-canary');
    const { stack } = new Error(`no ${secret}`, { cause: secret });
    const prints = [
      ...[
        String(secret),
        `${secret}`,
        JSON.stringify({ secret }),
        inspect(secret, { showHidden: true }),
        stack,
      ],
      ...[
        inspect({ secret }, { depth: 9 }),
        JSON.stringify(Object.entries(secret)),
        inspect(structuredClone(secret)),
      ],
    ].join();
    expect(prints).toContain('[Secret of 20 bytes]');
    for (const form of ['canary', secret.toBase32(), secret.toHex(), secret.bytes.join()])
      expect(prints).not.toContain(form);
  });

  it('nobody changes it from outside', () => {
    const given = new Uint8Array(20).fill(7);
    const secret = Secret.fromBytes(given);
    given.fill(0);
    secret.bytes.fill(0);
    expect(secret.toHex()).toBe('07'.repeat(20));
    const pooled = Buffer.from('12345678901234567890');
    const copied = Secret.fromBytes(pooled);
    pooled.fill(0);
    expect(Buffer.from(copied.bytes).toString()).toBe('12345678901234567890');
  });

  it('bytes of another realm are bytes, and other arrays are not', () => {
    const foreign = runInNewContext('Uint8Array.of(1, 2, 3)') as Uint8Array;
    expect(foreign).not.toBeInstanceOf(Uint8Array);
    expect(Secret.fromBytes(foreign).toHex()).toBe('010203');
    for (const other of [
      new Int8Array(20),
      new Uint16Array(20),
      new DataView(new ArrayBuffer(20)),
      [1, 2],
      { length: 20 },
    ]) {
      expect(() => Secret.fromBytes(other as never)).toThrow(TypeError);
    }
  });

  it('an empty, endless or wrong secret is refused', () => {
    for (const make of [() => Secret.fromBase32(''), () => Secret.fromHex(' '), () => Secret.fromText('')]) {
      expect(make).toThrow(code('otp/invalid-secret'));
    }
    expect(() => Secret.fromBytes(new Uint8Array(1025))).toThrow(code('otp/invalid-secret'));
    expect(() => Secret.fromBytes('GEZDGNBV' as never)).toThrow(TypeError);
    expect(() => Secret.fromText('\ud800')).toThrow(RangeError);
    expect(() => Secret.fromBase32('GEZDGNBV', { strickt: true } as never)).toThrow(/no option "strickt"/);
  });
});
