import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hotp } from './hotp.ts';
import { Secret } from './secret.ts';
import { Totp } from './totp.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const totp = new Totp(secret);
const at = 1_111_111_109;
const step = totp.stepAt(at);
const codeAt = (steps: number) => totp.generate({ at: at + steps * 30 });

describe('Totp.verify (S05)', () => {
  it('S05, OTP-10: the present code and those one step either side are accepted, and none further off', () => {
    expect(totp.verify(codeAt(0), { at })).toEqual({ step, drift: 0 });
    expect(totp.verify(codeAt(-1), { at })).toEqual({ step: step - 1, drift: -1 });
    expect(totp.verify(codeAt(1), { at })).toEqual({ step: step + 1, drift: 1 });
    for (const far of [-2, 2, -3, 10]) expect(totp.verify(codeAt(far), { at })).toBeNull();
  });

  it('S05: the window has the width that was asked for, on each side', () => {
    for (let past = 0; past <= 10; past++) {
      const future = 10 - past;
      for (let steps = -12; steps <= 12; steps++) {
        const inside = steps >= -past && steps <= future;
        const match = totp.verify(codeAt(steps), { at, window: { past, future } });
        expect(match).toEqual(inside ? { step: step + steps, drift: steps } : null);
        const even = totp.verify(codeAt(steps), { at, window: past });
        expect(even?.drift ?? null).toBe(Math.abs(steps) <= past ? steps : null);
      }
    }
  });

  it('OTP-10: window 0 is the strict profile, to the second', () => {
    const start = step * 30;
    for (const second of [0, 1, 29, 29.999])
      expect(totp.verify(codeAt(0), { at: start + second, window: 0 })?.step).toBe(step);
    for (const second of [-0.001, -1, 30, 31])
      expect(totp.verify(codeAt(0), { at: start + second, window: 0 })).toBeNull();
  });

  it('OTP-08: nothing at or before the last accepted step is accepted again', () => {
    expect(totp.verify(codeAt(0), { at, after: step })).toBeNull();
    expect(totp.verify(codeAt(-1), { at, after: step })).toBeNull();
    expect(totp.verify(codeAt(1), { at, after: step })?.step).toBe(step + 1);
    expect(totp.verify(codeAt(0), { at, after: step - 1 })?.step).toBe(step);
    expect(totp.verify(codeAt(-1), { at, after: step - 2 })?.step).toBe(step - 1);
  });

  it('OTP-08, OTP-11: a clock that went back opens no spent step', () => {
    for (const after of [step + 1, step + 1000, 2 ** 53 - 1, 2n ** 64n - 1n]) {
      for (const steps of [-1, 0, 1]) expect(totp.verify(codeAt(steps), { at, after })).toBeNull();
    }
    expect(totp.verify(codeAt(0), { at, after: 0 })?.step).toBe(step);
  });

  it('OTP-08: when two steps of a window have one code, the later one is spent, so that the code is not accepted twice', () => {
    const hotp = new Hotp(secret);
    for (let counter = 0; ; counter++) {
      const code = hotp.generate(counter);
      const gap = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].find((more) => hotp.generate(counter + more) === code);
      if (gap === undefined) continue;
      const options = { at: counter * 30, window: { past: 0, future: 10 } };
      const match = totp.verify(code, options);
      expect(match).toEqual({ step: counter + gap, drift: gap });
      expect(totp.verify(code, { ...options, after: match!.step })).toBeNull();
      return;
    }
  });

  it('a bigint for the last step is answered with a bigint', () => {
    expect(totp.verify(codeAt(0), { at, after: BigInt(step) - 1n })).toEqual({
      step: BigInt(step),
      drift: 0,
    });
    expect(totp.verify(codeAt(0), { at, after: BigInt(step) })).toBeNull();
  });

  it('at the beginning of time the window has no steps before the first', () => {
    expect(totp.verify('755224', { at: 0 })).toEqual({ step: 0, drift: 0 });
    expect(totp.verify('287082', { at: 0, window: 10 })).toEqual({ step: 1, drift: 1 });
    expect(totp.verify(new Hotp(secret).generate(2n ** 64n - 1n), { at: 0, window: 10 })).toBeNull();
  });

  it('OTP-03: a step over 32 bits keeps its upper half', () => {
    const quick = new Totp(secret, { periodSeconds: 15 });
    for (const late of [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 6_000_000_000]) {
      const code = new Hotp(secret).generate(late);
      expect(quick.generate({ at: late * 15 })).toBe(code);
      expect(quick.verify(code, { at: (late + 2) * 15, window: 5 })).toEqual({ step: late, drift: -2 });
    }
  });

  it('S27: a code that is none is null and never an error', () => {
    const code = codeAt(0);
    for (const other of [
      '',
      code.slice(1),
      `${code}0`,
      ` ${code}`,
      `${code}\n`,
      `${code.slice(0, 3)} ${code.slice(3)}`,
    ]) {
      expect(totp.verify(other, { at })).toBeNull();
    }
    for (const other of [
      Number(code),
      BigInt(code),
      [code],
      [...code],
      { toString: () => code },
      null,
      undefined,
      true,
    ]) {
      expect(totp.verify(other as never, { at })).toBeNull();
    }
  });

  it('any text at all is null or the right code', () => {
    const texts = fc.oneof(
      fc.string({ size: 'max', maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.anything(),
    );
    const right = [-1, 0, 1].map(codeAt);
    fc.assert(
      fc.property(
        texts,
        (text) => totp.verify(text as string, { at }) === null || right.includes(text as string),
      ),
    );
  });

  it('S13, S14: verifies what it generates, in every algorithm, length and period', () => {
    const options = fc.record({
      algorithm: fc.constantFrom('SHA1' as const, 'SHA256' as const, 'SHA512' as const),
      digits: fc.integer({ min: 6, max: 8 }),
      periodSeconds: fc.integer({ min: 15, max: 300 }),
      t0: fc.integer({ min: 0, max: 1_000_000 }),
    });
    const key = fc.uint8Array({ minLength: 1, maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(key, options, fc.integer({ min: 2_000_000, max: 20_000_000_000 }), (bytes, shape, now) => {
        const any = new Totp(bytes, shape);
        const code = any.generate({ at: now });
        expect(code).toBe(
          new Hotp(Secret.fromBytes(bytes), { algorithm: shape.algorithm, digits: shape.digits }).generate(
            any.stepAt(now),
          ),
        );
        expect(any.stepAt(now)).toBe(Math.floor((now - shape.t0) / shape.periodSeconds));
        expect(any.verify(code, { at: now, window: 0 })).toEqual({ step: any.stepAt(now), drift: 0 });
        expect(any.generate({ at: now + any.secondsLeft({ at: now }) - 1 })).toBe(code);
        expect(any.stepAt(now + any.secondsLeft({ at: now }))).toBe(any.stepAt(now) + 1);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the clock (OTP-11)', () => {
  it('is read only where no time is given', () => {
    const before = Math.floor(Date.now() / 30_000);
    const now = totp.stepAt();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Math.floor(Date.now() / 30_000));
    const code = totp.generate();
    expect(totp.verify(code)?.drift).toBeOneOf([0, -1]);
    expect(totp.verify(code, { at: undefined, window: undefined, after: undefined })).not.toBeNull();
    expect(totp.secondsLeft()).toBeOneOf(Array.from({ length: 30 }, (_, left) => left + 1));
  });

  it('NaN, negative times, milliseconds and what is no time are refused, and the error says which', () => {
    for (const wrong of [Number.NaN, -1, -0.5, -Infinity, new Date(Number.NaN), new Date(-1)]) {
      expect(() => totp.generate({ at: wrong })).toThrow(RangeError);
      expect(() => totp.verify('000000', { at: wrong })).toThrow(/valid time in seconds/);
    }
    for (const wrong of [1_700_000_000_000, Infinity, 1e11 + 1]) {
      expect(() => totp.verify('000000', { at: wrong })).toThrow(/milliseconds/);
      expect(() => totp.stepAt(wrong)).toThrow(RangeError);
    }
    for (const wrong of ['59', 59n, null, {}])
      expect(() => totp.secondsLeft({ at: wrong as never })).toThrow(TypeError);
    expect(() => new Totp(secret, { t0: 100 }).generate({ at: 99 })).toThrow(/before t0/);
  });

  it('S11: the seconds left are whole, from the period down to 1', () => {
    expect([0, 0.5, 1, 29, 29.5, 30].map((second) => totp.secondsLeft({ at: second }))).toEqual([
      30, 30, 29, 1, 1, 30,
    ]);
  });
});

describe('options', () => {
  it('S13: a period from 15 to 300 seconds and 6 to 8 digits, and nothing else', () => {
    for (const periodSeconds of [15, 30, 60, 240, 300])
      expect(new Totp(secret, { periodSeconds }).generate({ at: 59 })).toHaveLength(6);
    for (const periodSeconds of [14, 301, 0, -30, 30.5, Number.NaN])
      expect(() => new Totp(secret, { periodSeconds })).toThrow(RangeError);
    for (const digits of [5, 9, 6.5, 0, Number.NaN])
      expect(() => new Totp(secret, { digits })).toThrow(RangeError);
    for (const wrong of [{ digits: '6' }, { periodSeconds: '30' }, { t0: 0n }]) {
      expect(() => new Totp(secret, wrong as never)).toThrow(TypeError);
    }
    for (const t0 of [-1, 0.5, 1e12]) expect(() => new Totp(secret, { t0 })).toThrow(RangeError);
    for (const algorithm of ['MD5', 'sha1', '', null])
      expect(() => new Totp(secret, { algorithm: algorithm as never })).toThrow();
  });

  it('an option that nobody reads is an error, in every call', () => {
    expect(() => new Totp(secret, { period: 60 } as never)).toThrow(/no option "period".*periodSeconds/);
    expect(() => totp.generate({ time: 59 } as never)).toThrow(TypeError);
    expect(() => totp.verify('000000', { at, windows: 1 } as never)).toThrow(TypeError);
    expect(() => totp.verify('000000', { at, window: { past: 1, futur: 1 } as never })).toThrow(TypeError);
    expect(() => totp.secondsLeft({ digits: 6 } as never)).toThrow(TypeError);
    for (const none of [null, 1, 'at']) expect(() => totp.verify('000000', none as never)).toThrow(TypeError);
    expect(() => totp.generate(59 as never)).toThrow(/options of Totp\.generate must be an object/);
  });

  it('a window is 0 to 10 steps on each side', () => {
    for (const window of [11, -1, 0.5, Number.NaN, { past: 11, future: 0 }, { past: 0, future: -1 }]) {
      expect(() => totp.verify('000000', { at, window })).toThrow(RangeError);
    }
    for (const window of ['1', null, { past: 1 }, true]) {
      expect(() => totp.verify('000000', { at, window: window as never })).toThrow(TypeError);
    }
    for (const after of [-1, 0.5, 2 ** 53, -1n])
      expect(() => totp.verify('000000', { at, after: after as number })).toThrow(RangeError);
  });

  it('a secret is a Secret, bytes or base32 text in any form; a weak one computes', () => {
    const forms = [
      Secret.fromBase32(secret),
      Secret.fromBase32(secret).bytes,
      secret.toLowerCase(),
      'gezd-gnbv gy3t qojq GEZD GNBV GY3T QOJQ===',
    ];
    for (const form of forms) expect(new Totp(form).generate({ at: 59 })).toBe('287082');
    expect(new Totp('Muhammad').generate({ at: 59 })).toMatch(/^\d{6}$/);
    expect(() => new Totp('CodingFleet')).toThrow(expect.objectContaining({ code: 'otp/invalid-base32' }));
    expect(() => new Totp('')).toThrow(expect.objectContaining({ code: 'otp/invalid-secret' }));
    for (const wrong of [undefined, null, 42, {}, [1, 2]])
      expect(() => new Totp(wrong as never)).toThrow(TypeError);
  });

  it('bytes that change afterwards change nothing', () => {
    const bytes = Secret.fromBase32(secret).bytes;
    const kept = new Totp(bytes);
    bytes.fill(0);
    expect(kept.generate({ at: 59 })).toBe('287082');
    expect(kept.uri({ issuer: 'Acme', accountName: 'user' })).toContain(secret);
  });

  it('a text that could not be read leaves nothing behind for the next secret', () => {
    expect(() => new Totp(`${secret.slice(1)}!`)).toThrow();
    expect(new Totp('GEZDGNBV').generate({ at: 59 })).toBe(
      new Totp(Secret.fromText('12345')).generate({ at: 59 }),
    );
  });

  it('nothing of the secret shows in print', async () => {
    const { inspect } = await import('node:util');
    const prints = inspect(totp, { depth: 9, showHidden: true }) + JSON.stringify(totp) + String(totp);
    expect(prints).not.toContain(secret);
    expect(prints).not.toContain('12345678901234567890');
  });

  it('S36: the URI says what the codes are, and t0 cannot be said', () => {
    expect(totp.uri({ issuer: 'Acme', accountName: 'user@example.com' })).toBe(
      `otpauth://totp/Acme:user%40example.com?secret=${secret}&issuer=Acme`,
    );
    const other = new Totp(secret, { algorithm: 'SHA256', digits: 8, periodSeconds: 60 });
    expect(other.uri({ issuer: 'Acme', accountName: 'user' })).toMatch(
      /&algorithm=SHA256&digits=8&period=60$/,
    );
    expect(totp.uri({ issuer: 'Acme', accountName: 'user', spellOut: true })).toMatch(
      /&algorithm=SHA1&digits=6&period=30$/,
    );
    expect(() => new Totp(secret, { t0: 1 }).uri({ issuer: 'Acme', accountName: 'user' })).toThrow(
      RangeError,
    );
    expect(() => totp.uri({ issuer: 'Acme', accountName: 'user', image: 'x' } as never)).toThrow(TypeError);
  });
});
