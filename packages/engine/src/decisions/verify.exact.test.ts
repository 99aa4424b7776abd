import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { freshThrottle } from '../account/throttle.ts';
import {
  plainAccount,
  plainCode,
  plainContext,
  plainNow,
  plainTicket,
  plainTotp,
} from '../testing/plain-context.ts';
import { verify, type VerifyCommand } from './verify.ts';

const counted = { ...freshThrottle, failures: 1 };
const wrongCode = '000000';

function judge(account: Account, command: VerifyCommand) {
  return verify(account, command, plainContext(), null);
}

describe('what is refused before it is judged', () => {
  test('A8 A14 what is no code, and a ticket that is not open, count with a word of their own in the log', () => {
    const account = plainAccount({ tickets: [plainTicket()] });
    const refused = (command: VerifyCommand) => judge(account, command);
    expect(refused({ code: 'x', ticket: 'tkt' })).toStrictEqual({
      kind: 'decided',
      record: { ...account, throttle: counted },
      outcome: { outcome: 'rejected', reason: 'malformed', attemptsLeft: 4 },
      events: [{ kind: 'verification-rejected', reason: 'malformed', failures: 1 }],
      messages: [],
    });
    expect(refused({ code: plainCode(), ticket: 'other' })).toStrictEqual({
      kind: 'decided',
      record: { ...account, throttle: counted },
      outcome: { outcome: 'rejected', reason: 'expired', attemptsLeft: 4 },
      events: [{ kind: 'verification-rejected', reason: 'ticket-unknown', failures: 1 }],
      messages: [],
    });
  });

  test('B1 the fifth failure locks; while locked one event stands for all, and nothing is judged', () => {
    const until = Math.ceil(plainNow) + 60;
    const account = plainAccount({ throttle: { ...freshThrottle, failures: 4 } });
    const fifth = judge(account, { code: wrongCode });
    expect(fifth).toMatchObject({
      outcome: { attemptsLeft: 0 },
      events: [
        { kind: 'verification-rejected', failures: 5 },
        { kind: 'locked', until, failures: 5 },
      ],
    });
    if (fifth.kind !== 'decided') throw new Error('It is stale.');
    const locked = fifth.record;
    const first = judge(locked, { code: plainCode() });
    const noted = { ...locked, throttle: { ...locked.throttle, refusalLogged: true } };
    expect(first).toStrictEqual({
      kind: 'decided',
      record: noted,
      outcome: { outcome: 'locked', until },
      events: [{ kind: 'attempt-refused-while-locked', until }],
      messages: [],
    });
    expect(judge(noted, { code: plainCode() })).toStrictEqual({
      kind: 'decided',
      record: noted,
      outcome: { outcome: 'locked', until },
      events: [],
      messages: [],
    });
  });

  test('RATE-01 the hundredth failure disables an active factor once, and says so', () => {
    const weary = plainTotp({ failures: 99 });
    const off = plainTotp({ id: 'fct_b', failures: 99, status: 'pending' });
    expect(judge(plainAccount({ factors: [off, weary] }), { code: wrongCode })).toMatchObject({
      record: { factors: [off, { failures: 100, status: 'disabled' }] },
      events: [
        { kind: 'verification-rejected' },
        { kind: 'factor-disabled', factorId: 'fct_a', method: 'totp', failures: 100 },
      ],
    });
    expect(
      judge(plainAccount({ factors: [plainTotp({ failures: 98 })] }), { code: wrongCode }),
    ).toMatchObject({
      record: { factors: [{ failures: 99, status: 'active' }] },
      events: [{ kind: 'verification-rejected' }],
    });
  });
});
