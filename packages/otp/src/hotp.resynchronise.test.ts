import { expect, it } from 'vitest';
import { Hotp } from './hotp.ts';

const hotp = new Hotp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
const pair = (first: number | bigint) => hotp.generateRange({ first, count: 2 }) as [string, string];

it('OTP-15 two consecutive codes find the device, up to the end of the range and no further', () => {
  for (const first of [5, 6, 50, 104, 105]) {
    expect(hotp.resynchronise(pair(first), { counter: 5 })).toEqual({
      counter: first + 1,
      nextCounter: first + 2,
    });
  }
  expect(hotp.resynchronise(pair(106), { counter: 5 })).toBeNull();
  expect(hotp.resynchronise(pair(4), { counter: 5 })).toBeNull();
  expect(hotp.resynchronise(pair(1005), { counter: 5, lookAhead: 1000 })?.nextCounter).toBe(1007);
  expect(hotp.resynchronise(pair(1006), { counter: 5, lookAhead: 1000 })).toBeNull();
});

it('OTP-15 three do, too; a single one, a repeated one and two apart do not', () => {
  const [one, two, three] = hotp.generateRange({ first: 20, count: 3 }) as [string, string, string];
  expect(hotp.resynchronise([one, two, three], { counter: 0 })).toEqual({ counter: 22, nextCounter: 23 });
  expect(hotp.resynchronise([one, three, two], { counter: 0 })).toBeNull();
  expect(hotp.resynchronise([one, one], { counter: 0 })).toBeNull();
  expect(hotp.resynchronise([one, three], { counter: 0 })).toBeNull();
  expect(hotp.resynchronise([two, one], { counter: 0 })).toBeNull();
  expect(() => hotp.resynchronise([one] as never, { counter: 0 })).toThrow(TypeError);
});

it('OTP-03 counters go to their end as bigints, and no further', () => {
  const last = 2n ** 64n - 1n;
  const codes = pair(last - 1n);
  expect(hotp.resynchronise(codes, { counter: last - 10n })).toEqual({
    counter: last,
    nextCounter: last + 1n,
  });
  expect(hotp.generateRange({ first: last, count: 5 })).toEqual([hotp.generate(last)]);
  expect(hotp.resynchronise([codes[1], hotp.generate(0)], { counter: last })).toBeNull();
});

it('misuse is an error, whatever the codes are', () => {
  expect(() => hotp.resynchronise(pair(0), { counter: 0, lookAhead: 1001 })).toThrow(RangeError);
  expect(() => hotp.resynchronise(pair(0), { counter: -1 })).toThrow(RangeError);
  expect(() => hotp.resynchronise(pair(0), {} as never)).toThrow(TypeError);
  expect(() => hotp.generateRange({ first: 0, count: 1.5 })).toThrow(RangeError);
});
