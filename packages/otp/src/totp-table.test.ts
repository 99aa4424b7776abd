import { expect, it } from 'vitest';
import { OtpError } from './otp-error.ts';
import { Secret } from './secret.ts';
import { TotpTable } from './totp-table.ts';
import { Totp } from './totp.ts';

const algorithms = ['SHA1', 'SHA256', 'SHA512'] as const;

it.each(algorithms)('%s: every index generates and verifies what a Totp of its secret does', (algorithm) => {
  const table = new TotpTable({ capacity: 50, algorithm, digits: 8, periodSeconds: 60 });
  const secrets = Array.from({ length: 50 }, (_, index) => Secret.generate(16 + index * 3));
  for (const [index, secret] of secrets.entries())
    table.set(index, index % 2 === 0 ? secret : secret.toBase32());
  for (const [index, secret] of secrets.entries()) {
    const totp = new Totp(secret, { algorithm, digits: 8, periodSeconds: 60 });
    const at = 1_700_000_000 + index * 61;
    const code = totp.generate({ at });
    expect(table.generate(index, { at })).toBe(code);
    expect(table.verify(index, code, { at: at + 60 })).toEqual(totp.verify(code, { at: at + 60 }));
    expect(table.verify(index, code, { at, after: BigInt(totp.stepAt(at)) })).toBeNull();
    expect(table.verify((index + 1) % 50, code, { at })).toBeNull();
    expect([table.stepAt(at), table.secondsLeft({ at })]).toEqual([
      totp.stepAt(at),
      totp.secondsLeft({ at }),
    ]);
  }
});

it('an index without a secret refuses, and so does one that was wiped', () => {
  const table = new TotpTable({ capacity: 3 });
  expect(table.has(1)).toBe(false);
  expect(() => table.verify(1, '123456')).toThrow(RangeError);
  expect(() => table.generate(1)).toThrow(RangeError);
  table.set(1, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(table.has(1)).toBe(true);
  expect(table.has(0) || table.has(2)).toBe(false);
  expect(table.generate(1, { at: 59 })).toBe('287082');
  table.delete(1);
  expect(table.has(1)).toBe(false);
  expect(() => table.generate(1)).toThrow(RangeError);
});

it('a secret that cannot be read leaves the one before it in its place', () => {
  const table = new TotpTable({ capacity: 1 });
  table.set(0, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(() => table.set(0, 'no base32!')).toThrow(OtpError);
  expect(table.generate(0, { at: 59 })).toBe('287082');
});

it('misuse is an error', () => {
  const table = new TotpTable({ capacity: 2 });
  for (const index of [-1, 2, 0.5, Number.NaN]) expect(() => table.generate(index)).toThrow(RangeError);
  expect(() => table.generate('0' as never)).toThrow(TypeError);
  expect(() => new TotpTable({ capacity: 0 })).toThrow(RangeError);
  expect(() => new TotpTable({ capacity: 10_000_001 })).toThrow(RangeError);
  expect(() => new TotpTable({} as never)).toThrow(TypeError);
  expect(() => new TotpTable({ capacity: 1, size: 2 } as never)).toThrow(TypeError);
});

it('S36 a million secrets take at most 50 bytes each', () => {
  const count = 1_000_000;
  const before = process.memoryUsage();
  const table = new TotpTable({ capacity: count });
  for (let index = 0; index < count; index += 1000) table.set(index, new Uint8Array(20).fill(index % 251));
  const after = process.memoryUsage();
  expect((after.arrayBuffers - before.arrayBuffers) / count).toBeLessThanOrEqual(50);
  expect((after.arrayBuffers - before.arrayBuffers) / count).toBeGreaterThan(30);
  expect((after.heapUsed - before.heapUsed) / count).toBeLessThan(10);
  expect(table.has(999_000)).toBe(true);
});
