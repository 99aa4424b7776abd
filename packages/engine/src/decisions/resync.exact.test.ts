import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { freshThrottle } from '../account/throttle.ts';
import {
  plainAccount,
  plainCode,
  plainContext,
  plainCount,
  plainHotp,
  plainNow,
  plainSealed,
  plainTotp,
} from '../testing/plain-context.ts';
import { resync } from './resync.ts';

const step = Math.floor(plainNow / 30);
const half = 12 * 120;
const resynced = (account: Account, codes: unknown, factorId = 'fct_a') =>
  resync(account, { factorId, codes }, plainContext());
const codesAt = (...steps: readonly number[]) => steps.map((one) => plainCode(one));
const countsAt = (...counters: readonly number[]) => counters.map((one) => plainCount(one));
const view = { id: 'fct_a', kind: 'totp', label: 'phone', status: 'active', createdAt: 10, activatedAt: 20 };

describe('a resynchronisation', () => {
  test('S28 OTP-12 of a clock moves the window to where the last code stands, and clears both counts', () => {
    const factor = plainTotp({ failures: 4, lastStep: step - 300 });
    const other = plainTotp({ id: 'fct_b', failures: 2 });
    const account = plainAccount({ factors: [factor, other], throttle: { ...freshThrottle, failures: 3 } });
    expect(resynced(account, codesAt(-241, -240))).toStrictEqual({
      kind: 'decided',
      record: {
        ...account,
        factors: [
          {
            ...factor,
            failures: 0,
            lastUsedAt: plainNow,
            lastStep: step - 240,
            drift: { mean: -240, resynced: -240 },
          },
          other,
        ],
        throttle: freshThrottle,
      },
      outcome: { outcome: 'accepted', factor: { ...view, lastUsedAt: plainNow } },
      events: [{ kind: 'factor-resynchronised', factorId: 'fct_a', method: 'totp' }],
      messages: [],
    });
    expect(resynced(account, codesAt(50, 51, 52)).record.factors[0]).toMatchObject({
      lastStep: step + 52,
      drift: { mean: 52, resynced: 52 },
    });
  });

  test('S28 reaches twelve hours either way and no further, and never back to a spent step', () => {
    const found = (account: Account, codes: readonly string[]) => resynced(account, codes).outcome.outcome;
    const account = plainAccount();
    expect(found(account, codesAt(half - 1, half))).toBe('accepted');
    expect(found(account, codesAt(half, half + 1))).toBe('rejected');
    expect(found(account, codesAt(-half - 1, -half))).toBe('accepted');
    expect(found(account, codesAt(-half - 2, -half - 1, -half))).toBe('accepted');
    expect(found(account, codesAt(-half - 2, -half - 1))).toBe('rejected');
    const spent = plainAccount({ factors: [plainTotp({ lastStep: step - 5 })] });
    expect(found(spent, codesAt(-4, -3))).toBe('accepted');
    expect(found(spent, codesAt(-5, -4))).toBe('rejected');
  });

  test('S29 OTP-15 of a token moves its counter past the last code, up to its last counter of all', () => {
    const account = plainAccount({ factors: [plainHotp({ failures: 1 })] });
    expect(resynced(account, countsAt(107, 108), 'fct_h')).toMatchObject({
      record: { factors: [{ counter: '109', failures: 0, lastUsedAt: plainNow }] },
      outcome: { outcome: 'accepted' },
      events: [{ kind: 'factor-resynchronised', factorId: 'fct_h', method: 'hotp' }],
    });
    expect(resynced(account, countsAt(106, 107, 108), 'fct_h').record.factors[0]).toMatchObject({
      counter: '109',
    });
    expect(resynced(account, countsAt(108, 109), 'fct_h').outcome.outcome).toBe('rejected');
    expect(resynced(account, countsAt(6, 7), 'fct_h').outcome.outcome).toBe('rejected');
    expect(resynced(account, countsAt(7, 8), 'fct_h').outcome.outcome).toBe('accepted');
    const last = plainAccount({ factors: [plainHotp({ counter: String(2n ** 64n - 2n) })] });
    expect(resynced(last, countsAt(7, 8), 'fct_h').outcome.outcome).toBe('rejected');
  });

  test('B8 B9 what is refused counts once, with the word of the log, and names no factor that is not there', () => {
    const account = plainAccount({
      factors: [plainTotp(), plainHotp({ digits: 8 }), plainTotp({ id: 'p', status: 'pending' })],
    });
    const about = { factorId: 'fct_a', method: 'totp' };
    const refused = (
      reason: string,
      logged: string,
      who: object,
      factors: Account['factors'] = account.factors,
    ) => ({
      kind: 'decided',
      record: { ...account, factors, throttle: { ...freshThrottle, failures: 1 } },
      outcome: { outcome: 'rejected', reason, attemptsLeft: 4 },
      events: [{ kind: 'verification-rejected', reason: logged, failures: 1, ...who }],
      messages: [],
    });
    const right = codesAt(0, 1);
    const malformed = [undefined, right[0], [right[0]], [...right, ...right], [right[0], 'x'], [right[0], 5]];
    for (const codes of malformed)
      expect(resynced(account, codes), JSON.stringify(codes)).toStrictEqual(
        refused('malformed', 'malformed', about),
      );
    expect(resynced(account, null, 'nobody')).toStrictEqual(refused('malformed', 'malformed', {}));
    for (const factorId of ['nobody', 'p'])
      expect(resynced(account, right, factorId)).toStrictEqual(refused('wrong', 'no-such-factor', {}));
    const [phone, token, pending] = account.factors;
    expect(resynced(account, codesAt(1, 0))).toStrictEqual(
      refused('wrong', 'wrong', about, [{ ...phone!, failures: 1 }, token!, pending!]),
    );
    const eight = [right[0]!, '12345678'];
    expect(resynced(account, eight)).toStrictEqual(
      refused('wrong', 'wrong', about, [{ ...phone!, failures: 1 }, token!, pending!]),
    );
  });

  test('rule 2 rule 3 nothing is judged while locked, and a secret that does not open is a fault', () => {
    const throttle = { ...freshThrottle, failures: 5, lockedUntil: plainNow + 50 };
    expect(resynced(plainAccount({ throttle }), codesAt(0, 1)).outcome).toStrictEqual({
      outcome: 'locked',
      until: plainNow + 50,
    });
    const account = plainAccount({ factors: [plainTotp({ sealedSecret: plainSealed('x', 'other') })] });
    expect(resynced(account, codesAt(0, 1))).toStrictEqual({
      kind: 'decided',
      record: account,
      outcome: { outcome: 'unreadable', code: 'vault/open-failed' },
      events: [{ kind: 'secret-unreadable', reason: 'vault/open-failed', factorId: 'fct_a', method: 'totp' }],
      messages: [],
    });
  });
});
