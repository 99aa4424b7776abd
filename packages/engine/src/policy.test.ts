import { describe, expect, test } from 'vitest';
import { createPolicy, defaultPolicy, type Policy } from './policy.ts';

describe('the policy', () => {
  test('S18 takes what the standards allow', () => {
    const policy = createPolicy({
      window: 0,
      backupCodes: 8,
      backupCodeFormat: 'hex10',
      digits: 8,
      periodSeconds: 60,
    });
    expect(policy).toMatchObject({
      window: 0,
      backupCodes: 8,
      backupCodeFormat: 'hex10',
      failuresBeforeLock: 5,
    });
    expect(createPolicy()).toEqual(defaultPolicy);
  });

  test('S06 OTP-04 refuses what they do not, and every unknown name', () => {
    const bad: readonly Record<string, unknown>[] = [
      { failuresBeforeLock: 11 },
      { failuresBeforeLock: 2 },
      { failuresBeforeDisabled: 101 },
      { secretBytes: 15 },
      { digits: 5 },
      { digits: 9 },
      { digits: 6.5 },
      { digits: '6' },
      { periodSeconds: 14 },
      { periodSeconds: 301 },
      { window: 11 },
      { lookAhead: 101 },
      { ticketSeconds: 601 },
      { proofSeconds: 601 },
      { backupCodes: 7 },
      { algorithm: 'MD5' },
      { backupCodeMemoryKib: 1024 },
      { factorsTried: 4 },
    ];
    for (const wanted of bad) expect(() => createPolicy(wanted as Partial<Policy>)).toThrow(RangeError);
    expect(() => createPolicy({ windows: 1 } as Partial<Policy>)).toThrow(TypeError);
    expect(() => createPolicy({ digits: 8, backupCodeFormat: 'hex8' })).toThrow(/told from/);
  });
});
