import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { noRequirements, optionalRequirement, type Requirement } from '../account/requirement.ts';
import { stampOf } from '../account/trusted-browser.ts';
import {
  plainAccount,
  plainContext,
  plainHotp,
  plainNow,
  plainTicket,
  plainTotp,
} from '../testing/plain-context.ts';
import { takeOpening } from './opening.ts';
import { challenge, type ChallengeCommand } from './challenge.ts';

const day = 86_400;
const freeAt = plainNow + 1;
const expiresAt = Math.ceil(plainNow) + 600;
const required = (changes: Partial<Requirement> = {}): Requirement => ({
  level: 'required',
  graceDays: 2,
  kinds: ['totp', 'hotp'],
  ...changes,
});
const ask = (account: Account, command: Partial<ChallengeCommand> = {}) =>
  challenge(
    account,
    {
      purpose: 'login',
      actHash: null,
      roles: [],
      requirements: noRequirements,
      profile: optionalRequirement,
      ...command,
    },
    plainContext(),
  );
const phone = { kind: 'totp', factorId: 'fct_a', label: 'phone', hint: null };
const browser = { id: 'brw_1', hash: '#tbr', createdAt: 1, lastUsedAt: null, expiresAt: plainNow + 60 };
const otherBrowser = { ...browser, id: 'brw_2', hash: '#other' };

describe('a challenge', () => {
  test('S05 opens a ticket for its purpose and its act, kept as a hash, and takes from the budget', () => {
    const account = plainAccount({ tickets: [plainTicket()] });
    const ticket = { hash: '#tkt_1', purpose: 'pay', actHash: 'act', expiresAt, failures: 0 };
    expect(ask(account, { purpose: 'pay', actHash: 'act', expected: 'enrolled' })).toStrictEqual({
      kind: 'decided',
      record: { ...account, tickets: [plainTicket(), ticket], challengesFreeAt: freeAt },
      outcome: { required: true, ticket: 'tkt_1', methods: [phone], expiresAt },
      events: [{ kind: 'challenge-opened', purpose: 'pay' }],
      messages: [],
    });
  });

  test('E1 the budget is a burst, and then one each so many seconds', () => {
    const at = (challengesFreeAt: number) => () => ask(plainAccount({ challengesFreeAt }));
    expect(at(plainNow + 19)).not.toThrow();
    expect(at(plainNow + 19)().record.challengesFreeAt).toBe(plainNow + 20);
    expect(at(plainNow - 5)().record.challengesFreeAt).toBe(freeAt);
    expect(at(plainNow + 19.5)).toThrowError(
      expect.objectContaining({ code: 'engine/rate-limited', retryAfterSeconds: 1 }),
    );
    expect(at(plainNow + 21)).toThrowError(expect.objectContaining({ retryAfterSeconds: 2 }));
    const slow = plainContext({ policy: { openingSeconds: 3 } });
    const take = (by: number) => () =>
      takeOpening(plainAccount({ enrollmentsFreeAt: plainNow + by }), 'enrollmentsFreeAt', slow);
    expect(take(57)().enrollmentsFreeAt).toBe(plainNow + 60);
    expect(take(57.5)).toThrowError(expect.objectContaining({ code: 'engine/rate-limited' }));
  });

  test('names every active factor, and backup codes while there are some', () => {
    const factors = [
      plainTotp(),
      plainTotp({ id: 'fct_p', status: 'pending' }),
      plainTotp({ id: 'fct_d', status: 'disabled' }),
      plainHotp(),
    ];
    const backupCodes = { id: 'b', usedAt: [1, null] } as never;
    const token = { kind: 'hotp', factorId: 'fct_h', label: 'token', hint: null };
    const codes = { kind: 'backupCode', factorId: null, label: null, hint: null };
    expect(ask(plainAccount({ factors, backupCodes })).outcome).toMatchObject({
      methods: [phone, token, codes],
    });
    const spent = { id: 'b', usedAt: [1] } as never;
    expect(ask(plainAccount({ factors, backupCodes: spent })).outcome).toMatchObject({
      methods: [phone, token],
    });
    expect(ask(plainAccount({ factors: [plainTotp({ status: 'disabled' })] })).outcome).toMatchObject({
      required: true,
      methods: [],
    });
  });

  test('rule 3 nothing is asked of an account without a factor, unless the application remembers one', () => {
    for (const factors of [[], [plainTotp({ status: 'pending' })]]) {
      const account = plainAccount({ factors });
      expect(ask(account)).toStrictEqual({
        kind: 'decided',
        record: account,
        outcome: { required: false },
        events: [],
        messages: [],
      });
      expect(() => ask(account, { expected: 'enrolled' })).toThrowError(
        expect.objectContaining({ code: 'engine/account-not-enrolled' }),
      );
    }
  });

  test('C19 a trusted browser is let pass at a sign-in, and at nothing else', () => {
    const account = plainAccount({ trust: { stamp: 'x', browsers: [otherBrowser, browser] } });
    expect(ask(account, { trustToken: 'tbr' })).toStrictEqual({
      kind: 'decided',
      record: {
        ...account,
        challengesFreeAt: freeAt,
        trust: { stamp: 'x', browsers: [otherBrowser, { ...browser, lastUsedAt: plainNow }] },
      },
      outcome: { required: false, trusted: true },
      events: [{ kind: 'trusted-browser-used' }],
      messages: [],
    });
    for (const command of [
      { trustToken: 'x' },
      {},
      { trustToken: 'tbr', purpose: 'manage' },
      { trustToken: 'tbr', actHash: 'act' },
    ])
      expect(ask(account, command).outcome).toMatchObject({ required: true });
    expect(stampOf(account)).not.toBe('x');
  });
});

describe('a challenge under a requirement', () => {
  const requirements = { everyone: required(), roles: { staff: required({ graceDays: 0 }) } };
  const none = plainAccount({ factors: [] });
  const enrollBy = plainNow + 2 * day;

  test('S23 begins the time to enroll once, and says when it ends', () => {
    const begun = { ...none, graceStartedAt: plainNow };
    expect(ask(none, { requirements })).toStrictEqual({
      kind: 'decided',
      record: begun,
      outcome: { required: false, enrollBy },
      events: [{ kind: 'enrollment-due', until: enrollBy }],
      messages: [],
    });
    expect(ask(begun, { requirements })).toMatchObject({
      record: begun,
      outcome: { required: false, enrollBy },
      events: [],
    });
    const met = ask(plainAccount(), { requirements });
    expect(met).toMatchObject({
      record: { graceStartedAt: plainNow },
      outcome: { required: true },
      events: [{ kind: 'challenge-opened' }],
    });
    expect(met.outcome).not.toHaveProperty('enrollBy');
    expect(ask(plainAccount()).record.graceStartedAt).toBeNull();
  });

  test('LIFE-19 nobody signs in when the time is over, and it is logged within the budget', () => {
    const over = { ...none, graceStartedAt: plainNow - 2 * day };
    expect(ask(over, { requirements })).toStrictEqual({
      kind: 'decided',
      record: { ...over, challengesFreeAt: freeAt },
      outcome: { required: 'overdue' },
      events: [{ kind: 'enrollment-overdue' }],
      messages: [],
    });
    expect(ask(over, { requirements, purpose: 'manage' }).outcome).toStrictEqual({ required: false });
    expect(ask(none, { requirements, roles: ['staff'] })).toMatchObject({
      record: { graceStartedAt: plainNow },
      outcome: { required: 'overdue' },
      events: [{ kind: 'enrollment-overdue' }],
    });
    expect(() => ask({ ...over, challengesFreeAt: plainNow + 30 }, { requirements })).toThrowError(
      expect.objectContaining({ code: 'engine/rate-limited' }),
    );
  });

  test('S23 kinds that count are bound to the ticket, where somebody has one', () => {
    const tokens = { everyone: required({ kinds: ['hotp'] }), roles: {} };
    const both = plainAccount({ factors: [plainTotp(), plainHotp()] });
    expect(ask(both, { requirements: tokens })).toMatchObject({
      record: { tickets: [{ kinds: ['hotp'] }] },
      outcome: { methods: [{ kind: 'hotp' }] },
    });
    const phoneOnly = ask(plainAccount(), { requirements: tokens });
    expect(phoneOnly).toMatchObject({
      outcome: { required: true, methods: [phone], enrollBy },
      events: [{ kind: 'enrollment-due' }, { kind: 'challenge-opened' }],
    });
    expect(phoneOnly.record.tickets[0]).not.toHaveProperty('kinds');
    const own = { ...both, requirement: required() };
    expect(ask(own, { requirements: tokens }).record.tickets[0]).not.toHaveProperty('kinds');
    expect(ask(both, { profile: required({ kinds: ['hotp'] }) }).record.tickets[0]).toHaveProperty('kinds');
  });
});
