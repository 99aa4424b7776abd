import { expect, test } from 'vitest';
import { plainTotp } from '../testing/plain-context.ts';
import { keepTrust, noTrust, stampOf, viewTrustedBrowser, type TrustedBrowser } from './trusted-browser.ts';

const browser = (expiresAt: number): TrustedBrowser => ({
  id: 'brw_1',
  hash: '#tbr',
  createdAt: 5,
  lastUsedAt: 7,
  expiresAt,
});
const account = {
  factors: [plainTotp({ id: 'fct_b' }), plainTotp({ id: 'fct_a', status: 'disabled' })],
  backupCodes: null,
  passwordChanges: 3,
};
const trusting = (...browsers: readonly TrustedBrowser[]) => ({ stamp: stampOf(account), browsers });

test('C19 a stamp names the password, the set of codes and every factor that is bound, in one order', () => {
  expect(stampOf(account)).toBe('3\n\nfct_a disabled\nfct_b active');
  const backupCodes = { id: 'bcs_1' } as never;
  const factors = [...account.factors, plainTotp({ id: 'fct_c', status: 'pending' })];
  expect(stampOf({ ...account, factors, backupCodes })).toBe('3\nbcs_1\nfct_a disabled\nfct_b active');
});

test('C19 nobody is trusted by an account that has changed, or where the policy allows none', () => {
  expect(keepTrust({ stamp: 'old', browsers: [] }, account, 0, 0)).toEqual({ stamp: 'old', browsers: [] });
  const trust = trusting(browser(150));
  expect(keepTrust(trust, account, 100, 100)).toBe(trust);
  expect(keepTrust(trust, account, 0, 100)).toBe(noTrust);
  expect(keepTrust(trust, { ...account, passwordChanges: 4 }, 100, 100)).toBe(noTrust);
  expect(noTrust).toEqual({ stamp: '', browsers: [] });
});

test('F3 trust runs out, and is never longer than from now on', () => {
  const edge = trusting(browser(100.5), browser(201));
  expect(keepTrust(edge, account, 100, 100.4)).toBe(edge);
  expect(keepTrust(trusting(browser(100), browser(150), browser(202)), account, 100, 100)).toEqual(
    trusting(browser(150), browser(200)),
  );
  expect(keepTrust(trusting(browser(100)), account, 100, 100).browsers).toEqual([]);
  expect(keepTrust(trusting(browser(202)), account, 100, 100.5)).toEqual(trusting(browser(201)));
});

test('C15 rule 4: of a trusted browser everything is told but its hash', () => {
  expect(viewTrustedBrowser(browser(9))).toEqual({
    id: 'brw_1',
    createdAt: 5,
    lastUsedAt: 7,
    expiresAt: 9,
  });
});
