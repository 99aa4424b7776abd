import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';
import { Totp } from './totp.ts';

const totp = new Totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const at = 1_700_000_010;
const present = totp.stepAt(at);
const codesFrom = (first: number, count = 2) => totp.generateRange({ first, count }) as [string, string];

describe('S13, OTP-12: a clock that is wrong', () => {
  it('is found by two consecutive codes, anywhere within the hours', () => {
    for (const drift of [-120, -119, -7, -1, 0, 1, 60, 119, 120]) {
      const match = totp.resynchronise(codesFrom(present + drift), { at });
      expect(match).toEqual({ step: present + drift + 1, drift });
    }
    expect(totp.resynchronise(codesFrom(present + 121), { at })).toBeNull();
    expect(totp.resynchronise(codesFrom(present - 121), { at })).toBeNull();
    expect(totp.resynchronise(codesFrom(present + 121), { at, hours: 2 })?.drift).toBe(121);
    expect(totp.resynchronise(codesFrom(present - 2880), { at, hours: 24 })?.drift).toBe(-2880);
  });

  it('is found by three', () => {
    const codes = totp.generateRange({ first: present + 40, count: 3 }) as [string, string, string];
    expect(totp.resynchronise(codes, { at })).toEqual({ step: present + 42, drift: 40 });
    expect(totp.resynchronise([codes[0], codes[1], codes[1]], { at })).toBeNull();
  });

  it('is not found by codes that are the same, in the wrong order, apart, malformed or spent', () => {
    const [one, two] = codesFrom(present);
    const [, , three] = totp.generateRange({ first: present, count: 3 });
    for (const codes of [
      [one, one],
      [two, one],
      [one, three!],
      [one, '12345'],
      [one, ''],
    ] as [string, string][]) {
      expect(totp.resynchronise(codes, { at })).toBeNull();
    }
    expect(totp.resynchronise([one, two], { at, after: present - 1 })).not.toBeNull();
    expect(totp.resynchronise([one, two], { at, after: present })).toBeNull();
    expect(totp.resynchronise([one, two], { at, after: BigInt(present) - 1n })?.step).toBe(
      BigInt(present) + 1n,
    );
  });

  it('near the beginning of time nothing before it is looked at', () => {
    const codes = codesFrom(0);
    expect(totp.resynchronise(codes, { at: 45 })).toEqual({ step: 1, drift: -1 });
  });

  it('misuse is an error', () => {
    const [one, two] = codesFrom(present);
    expect(() => totp.resynchronise([one] as never)).toThrow(TypeError);
    expect(() => totp.resynchronise([one, two, one, two] as never)).toThrow(TypeError);
    expect(() => totp.resynchronise(`${one}${two}` as never)).toThrow(TypeError);
    expect(() => totp.resynchronise([one, two], { hours: 25 })).toThrow(RangeError);
    expect(() => totp.resynchronise([one, two], { hours: 0 })).toThrow(RangeError);
    expect(() => totp.resynchronise([one, two], { minutes: 5 } as never)).toThrow(TypeError);
  });
});

describe('drift', () => {
  it('lays the window around the step of the other clock, and the answer says how far it is off by now', () => {
    const late = totp.generate({ at: at + 40 * 30 });
    expect(totp.verify(late, { at })).toBeNull();
    expect(totp.verify(late, { at, drift: 40 })).toEqual({ step: present + 40, drift: 40 });
    expect(totp.verify(late, { at, drift: 41 })).toEqual({ step: present + 40, drift: 40 });
    expect(totp.verify(late, { at, drift: 42 })).toBeNull();
    expect(totp.verify(late, { at, drift: 40, after: present + 40 })).toBeNull();
    expect(totp.verify(totp.generate({ at }), { at, drift: 40 })).toBeNull();
  });

  it('never looks at a step before the first, and is bounded by a day', () => {
    expect(totp.verify(totp.generate({ at: 0 }), { at: 0, drift: -1 })).toEqual({ step: 0, drift: 0 });
    expect(totp.verify(totp.generate({ at: 0 }), { at: 0, drift: -2 })).toBeNull();
    expect(() => totp.verify('123456', { at, drift: 2881 })).toThrow(RangeError);
    expect(() => totp.verify('123456', { at, drift: 0.5 })).toThrow(RangeError);
    expect(() => totp.verify('123456', { at, drift: '1' as never })).toThrow(TypeError);
  });
});

describe('S11: more codes than one', () => {
  it('the next code is that of the next step', () => {
    expect(totp.generateNext({ at })).toBe(totp.generate({ at: at + 30 }));
  });

  it('a range has the code of every step in its order', () => {
    const secret = Secret.generate(32);
    for (const algorithm of ['SHA1', 'SHA256', 'SHA512'] as const) {
      const each = new Totp(secret, { algorithm, digits: 8 });
      const codes = each.generateRange({ first: 2 ** 31 - 150, count: 300 });
      for (const [index, code] of codes.entries())
        expect(code).toBe(each.generate({ at: (2 ** 31 - 150 + index) * 30 }));
    }
  });

  it('is bounded', () => {
    expect(totp.generateRange({ first: 0, count: 0 })).toEqual([]);
    expect(() => totp.generateRange({ first: 0, count: 10_001 })).toThrow(RangeError);
    expect(() => totp.generateRange({ first: -1, count: 1 })).toThrow(RangeError);
    expect(() => totp.generateRange({ first: 0.5, count: 1 })).toThrow(RangeError);
  });
});
