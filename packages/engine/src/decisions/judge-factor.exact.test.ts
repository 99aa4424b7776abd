import { expect, test } from 'vitest';
import { freshThrottle } from '../account/throttle.ts';
import {
  plainAccount,
  plainCode,
  plainContext,
  plainCount,
  plainHotp,
  plainNow,
  plainTotp,
} from '../testing/plain-context.ts';
import { readAttempt, reject } from './attempt.ts';
import { judgeFactor } from './judge-factor.ts';
import { resync } from './resync.ts';
import { seekClock } from './seek-clock.ts';

const context = plainContext();
const wide = { algorithm: 'SHA256', digits: 8 } as const;
const clock = { ...wide, periodSeconds: 60 };
const phone = plainTotp(clock);
const token = plainHotp(wide);
const secret = new TextEncoder().encode('12345678901234567890');

test('S05 a factor is judged by its own algorithm, digits and period', () => {
  expect(judgeFactor(phone, plainCode(0, clock), context)).toMatchObject({ outcome: 'accepted' });
  expect(judgeFactor(token, plainCount(7, wide), context)).toMatchObject({ outcome: 'accepted' });
  for (const code of ['123456', plainCode()])
    expect(judgeFactor(phone, code, context)).toStrictEqual({ outcome: 'wrong' });
  expect(judgeFactor(plainTotp(), `00${plainCode()}`, context)).toStrictEqual({ outcome: 'wrong' });
  const account = plainAccount({ factors: [phone, token] });
  const found = (factorId: string, codes: readonly string[]) =>
    resync(account, { factorId, codes }, context).outcome.outcome;
  expect(found('fct_a', [plainCode(50, clock), plainCode(51, clock)])).toBe('accepted');
  expect(found('fct_h', [plainCount(50, wide), plainCount(51, wide)])).toBe('accepted');
});

test('S28 a clock is looked for only where that is asked for, and a sighting is of a step that is not spent', () => {
  const late = plainCode(-200);
  expect(judgeFactor(plainTotp(), late, context)).toStrictEqual({ outcome: 'wrong' });
  expect(judgeFactor(plainTotp(), late, context, { seeksClock: true })).toStrictEqual({
    outcome: 'wrong',
    sighting: { factor: plainTotp() },
  });
  expect(judgeFactor(plainTotp(), '000000', context, { seeksClock: true })).toStrictEqual({
    outcome: 'wrong',
  });
  const step = Math.floor(plainNow / 30);
  const seen = (steps: number, changes = {}) =>
    seekClock(plainTotp(changes), plainCode(steps), secret, context);
  expect(seen(0)).toStrictEqual({ factor: plainTotp() });
  expect(seen(1)).toStrictEqual({ factor: plainTotp({ typedAhead: step + 1 }) });
  expect(seen(-5, { lastStep: step - 5 })).toBeNull();
  for (const typedAhead of [step - 1, step])
    expect(seen(7, { typedAhead })).toStrictEqual({ factor: plainTotp({ typedAhead: step + 7 }) });
  expect(seen(7, { typedAhead: step + 1 })).toBeNull();
});

test('A8 a number of digits that nothing shows is no code, and one that a single factor shows is', () => {
  const account = plainAccount({ factors: [plainTotp(), phone] });
  const formOf = (code: string, of = account) => readAttempt(code, of, context.policy).typed.form;
  expect(formOf('12345678')).toBe('digits');
  expect(formOf('1234567')).toBe('malformed');
  expect(formOf('123456', plainAccount({ factors: [] }))).toBe('digits');
  expect(formOf('12345678', plainAccount())).toBe('malformed');
});

test('RATE-01 only a factor that is active is disabled by its failures, and only once is that told', () => {
  const at = (id: string, status: 'active' | 'pending' | 'disabled') =>
    plainTotp({ id, status, failures: 99 });
  const factors = [at('a', 'active'), at('p', 'pending'), at('d', 'disabled')];
  const attempt = { typed: { form: 'malformed' }, strong: false } as const;
  const refused = reject(plainAccount({ factors }), attempt, { reason: 'wrong', judged: factors }, context);
  expect(refused.record.factors.map(({ status, failures }) => [status, failures])).toStrictEqual([
    ['disabled', 100],
    ['pending', 100],
    ['disabled', 100],
  ]);
  expect(refused.events).toStrictEqual([
    { kind: 'verification-rejected', reason: 'wrong', failures: 3 },
    { kind: 'factor-disabled', factorId: 'a', method: 'totp', failures: 100 },
  ]);
  const none = plainAccount();
  const malformed = reject(none, attempt, { reason: 'malformed' }, context);
  expect(malformed.record).toStrictEqual({ ...none, throttle: { ...freshThrottle, failures: 1 } });
  expect(malformed.record.factors).toBe(none.factors);
});

test('OTP-15 codes with zeros before them are of another length, and find nothing', () => {
  const account = plainAccount({ factors: [plainTotp(), token] });
  const found = (codes: readonly string[]) => resync(account, { factorId: 'fct_a', codes }, context).outcome;
  const [first, second] = [plainCode(50), plainCode(51)];
  expect(found([first, second]).outcome).toBe('accepted');
  for (const codes of [
    [`00${first}`, `00${second}`],
    [`00${first}`, second],
    [first, `00${second}`],
  ])
    expect(found(codes), codes.join(' ')).toMatchObject({ outcome: 'rejected', reason: 'wrong' });
});
