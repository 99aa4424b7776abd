import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Secret } from './secret.ts';
import { Totp as Lean } from './totp-sha1.ts';
import { Totp } from './totp.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

it('generates and verifies what Totp does, for any secret, time, window and spent step', () => {
  const window = fc.integer({ min: 0, max: 10 });
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.integer({ min: 0, max: 99_000_000_000 }),
      window,
      fc.integer({ min: -12, max: 12 }),
      fc.option(fc.integer({ min: -12, max: 12 }), { nil: undefined }),
      (bytes, at, window, away, spent) => {
        const text = Secret.fromBytes(bytes).toBase32();
        const [lean, full] = [new Lean(text, { digits: 7 }), new Totp(text, { digits: 7 })];
        expect(lean.generate({ at })).toBe(full.generate({ at }));
        const code = full.generate({ at: Math.max(0, at + away * 30) });
        const after = spent === undefined ? undefined : Math.max(0, full.stepAt(at) + spent);
        expect(lean.verify(code, { at, window, after })).toEqual(full.verify(code, { at, window, after }));
      },
    ),
    { numRuns: 500 },
  );
});

it('takes a secret as people write it, and no other', () => {
  const code = new Totp(secret).generate({ at: 59 });
  for (const text of [secret.toLowerCase(), `${secret.slice(0, 4)} ${secret.slice(4)}`, `${secret}======`]) {
    expect(new Lean(text).generate({ at: 59 })).toBe(code);
  }
  for (const text of ['', '1', 'A', 'GEZ!', 'A'.repeat(105), '\u0130AAAAAAA'])
    expect(() => new Lean(text)).toThrow(RangeError);
  expect(() => new Lean(undefined as never)).toThrow(TypeError);
  // Nothing of a refused text stays behind.
  expect(new Lean(secret).generate({ at: 59 })).toBe(code);
});

it('refuses what it does not know', () => {
  const totp = new Lean(secret);
  expect(() => new Lean(secret, { algorithm: 'SHA256' } as never)).toThrow(TypeError);
  expect(() => new Lean(secret, { digits: 5 })).toThrow(RangeError);
  expect(() => new Lean(secret, { periodSeconds: 1 })).toThrow(RangeError);
  expect(() => totp.generate({ time: 1 } as never)).toThrow(TypeError);
  expect(() => totp.verify('123456', { windows: 1 } as never)).toThrow(TypeError);
  expect(() => totp.verify('123456', { window: 11 })).toThrow(RangeError);
  expect(() => totp.verify('123456', { after: null as never })).toThrow(TypeError);
  expect(() => totp.verify('123456', { after: Number.NaN })).toThrow(RangeError);
  for (const at of [-1, Number.NaN, 1_700_000_000_000]) expect(() => totp.generate({ at })).toThrow();
  expect(totp.verify('12345', { at: 59 })).toBeNull();
});

it('without a time it reads the clock', () => {
  const totp = new Lean(secret);
  expect(totp.verify(totp.generate())).not.toBeNull();
});
