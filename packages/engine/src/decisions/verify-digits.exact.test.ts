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
  plainTicket,
  plainTotp,
} from '../testing/plain-context.ts';
import { verify, type VerifyCommand } from './verify.ts';

const step = Math.floor(plainNow / 30);
const proofUntil = Math.ceil(plainNow) + 600;
const counted = { ...freshThrottle, failures: 1 };
const wrongCode = '000000';

function judge(account: Account, command: VerifyCommand) {
  return verify(account, command, plainContext(), null);
}

describe('a one-time code, and all that comes of it', () => {
  test('S05 a check is accepted: the step is spent, the count is clear, and its proof is kept nowhere', () => {
    const factor = plainTotp({ failures: 3, lastStep: step - 2 });
    const account = plainAccount({ factors: [factor], throttle: { ...freshThrottle, failures: 4 } });
    expect(judge(account, { code: plainCode() })).toStrictEqual({
      kind: 'decided',
      record: {
        ...account,
        factors: [{ ...factor, failures: 0, lastStep: step, lastUsedAt: plainNow }],
        throttle: freshThrottle,
      },
      outcome: { outcome: 'accepted', method: 'totp', factorId: 'fct_a', proof: 'prf_1' },
      events: [{ kind: 'verification-accepted', method: 'totp', purpose: 'check', factorId: 'fct_a' }],
      messages: [],
    });
  });

  test('C7 rule 7: with a ticket the proof takes its place, for its purpose and its act', () => {
    const ticket = plainTicket({ purpose: 'pay', actHash: 'act' });
    const other = plainTicket({ hash: '#other' });
    const proof = { ...ticket, hash: '#old', method: 'hotp', factorId: 'fct_x' };
    const account = plainAccount({ tickets: [other, ticket], proofs: [proof] });
    const decision = judge(account, { code: plainCode(), ticket: 'tkt' });
    expect(decision).toMatchObject({
      record: { tickets: [other] },
      outcome: { outcome: 'accepted', method: 'totp', factorId: 'fct_a', proof: 'prf_1' },
      events: [{ kind: 'verification-accepted', method: 'totp', purpose: 'pay', factorId: 'fct_a' }],
    });
    expect(decision.kind === 'decided' && decision.record.proofs).toStrictEqual([
      proof,
      {
        hash: '#prf_1',
        purpose: 'pay',
        actHash: 'act',
        expiresAt: proofUntil,
        method: 'totp',
        factorId: 'fct_a',
      },
    ]);
  });

  test('S31 a code of a token moves its counter past itself, and leaves other factors as they are', () => {
    const token = plainHotp({ failures: 2 });
    const phone = plainTotp({ failures: 2 });
    const account = plainAccount({ factors: [phone, token] });
    expect(judge(account, { code: plainCount(9), factorId: 'fct_h' })).toMatchObject({
      record: { factors: [phone, { ...token, counter: '10', failures: 0, lastUsedAt: plainNow }] },
      outcome: { outcome: 'accepted', method: 'hotp', factorId: 'fct_h' },
    });
    expect(judge(account, { code: plainCount(17), factorId: 'fct_h' })).toMatchObject({
      outcome: { outcome: 'accepted' },
    });
    for (const counter of [6, 18])
      expect(judge(account, { code: plainCount(counter), factorId: 'fct_h' })).toMatchObject({
        outcome: { outcome: 'rejected' },
      });
  });

  test('B1 a wrong code counts on the account, the factor and the ticket; the log knows the factor where there is one', () => {
    const ticket = plainTicket();
    const factor = plainTotp();
    const account = plainAccount({ tickets: [ticket] });
    expect(judge(account, { code: wrongCode, ticket: 'tkt' })).toStrictEqual({
      kind: 'decided',
      record: {
        ...account,
        factors: [{ ...factor, failures: 1 }],
        tickets: [{ ...ticket, failures: 1 }],
        throttle: counted,
      },
      outcome: { outcome: 'rejected', reason: 'wrong', attemptsLeft: 4 },
      events: [
        {
          kind: 'verification-rejected',
          reason: 'wrong',
          failures: 1,
          factorId: 'fct_a',
          method: 'totp',
          purpose: 'login',
        },
      ],
      messages: [],
    });
    const two = plainAccount({ factors: [factor, plainTotp({ id: 'fct_b' })] });
    expect(judge(two, { code: wrongCode })).toMatchObject({
      record: { factors: [{ failures: 1 }, { failures: 1 }], throttle: { failures: 2 } },
      outcome: { attemptsLeft: 2 },
      events: [{ kind: 'verification-rejected', reason: 'wrong', failures: 2, purpose: 'check' }],
    });
  });

  test('A17 a spent code is wrong to the caller and replayed to the log, with the factor that it is of', () => {
    const spent = plainTotp({ id: 'fct_b', lastStep: step + 1 });
    const account = plainAccount({
      factors: [plainTotp({ sealedSecret: plainSealed('another', 'fct_a') }), spent],
    });
    const decision = judge(account, { code: plainCode() });
    expect(decision).toMatchObject({
      outcome: { outcome: 'rejected', reason: 'wrong', attemptsLeft: 2 },
      record: { factors: [{ failures: 1 }, { failures: 1, lastStep: step + 1 }] },
    });
    expect(decision.kind === 'decided' && decision.events).toStrictEqual([
      {
        kind: 'verification-rejected',
        reason: 'replayed',
        failures: 2,
        factorId: 'fct_b',
        method: 'totp',
        purpose: 'check',
      },
    ]);
  });

  test('S28 a code of another hour is refused with advice, and one to come is remembered', () => {
    const ticket = plainTicket();
    const account = plainAccount({ tickets: [ticket] });
    const late = judge(account, { code: plainCode(-200), ticket: 'tkt' });
    const refused = { outcome: 'rejected', reason: 'wrong', attemptsLeft: 4, advice: 'set-clock' };
    expect(late).toMatchObject({
      outcome: refused,
      record: { factors: [{ typedAhead: null, failures: 1 }], tickets: [{ failures: 1 }] },
      events: [
        {
          kind: 'verification-rejected',
          reason: 'clock-off',
          factorId: 'fct_a',
          method: 'totp',
          purpose: 'login',
        },
      ],
    });
    expect(judge(account, { code: plainCode(200), ticket: 'tkt' })).toMatchObject({
      outcome: refused,
      record: { factors: [{ typedAhead: step + 200, failures: 1 }] },
    });
    const tired = { ...account, throttle: { ...freshThrottle, failures: 5 } };
    for (const [who, command] of [
      [account, { code: plainCode(200) }],
      [tired, { code: plainCode(200), ticket: 'tkt' }],
    ] as const)
      expect(judge(who, command)).not.toHaveProperty('outcome.advice');
    const nearly = { ...account, throttle: { ...freshThrottle, failures: 4 } };
    expect(judge(nearly, { code: plainCode(200), ticket: 'tkt' })).toHaveProperty('outcome.advice');
  });

  test('rule 3 a secret that does not open is a fault, counted against nobody, as long as no other factor judges', () => {
    const lost = plainTotp({ sealedSecret: '1.gone.x.00' });
    const moved = plainTotp({ sealedSecret: plainSealed('x', 'fct_other') });
    for (const [factor, code] of [
      [lost, 'vault/key-missing'],
      [moved, 'vault/open-failed'],
    ] as const) {
      const account = plainAccount({ factors: [factor] });
      expect(judge(account, { code: wrongCode })).toStrictEqual({
        kind: 'decided',
        record: account,
        outcome: { outcome: 'unreadable', code },
        events: [{ kind: 'secret-unreadable', factorId: 'fct_a', reason: code }],
        messages: [],
      });
    }
    const one = plainAccount({ factors: [lost, plainTotp({ id: 'fct_b' })] });
    expect(judge(one, { code: wrongCode })).toMatchObject({
      outcome: { outcome: 'rejected', reason: 'wrong', attemptsLeft: 4 },
      record: { factors: [{ failures: 0 }, { failures: 1 }], throttle: counted },
    });
    expect(judge(one, { code: plainCode() })).toMatchObject({
      outcome: { outcome: 'accepted', factorId: 'fct_b' },
    });
  });

  test('A18 a code is tried on the last used factors that show so many digits, active ones and those that the ticket asks for', () => {
    const used = (id: string, lastUsedAt: number | null, activatedAt: number | null = 1) =>
      plainTotp({ id, lastUsedAt, activatedAt });
    const judgedOf = (account: Account, command: Partial<VerifyCommand> = {}) => {
      const decision = judge(account, { code: wrongCode, ...command });
      if (decision.kind !== 'decided') throw new Error('It is stale.');
      return decision.record.factors.filter(({ failures }) => failures === 1).map(({ id }) => id);
    };
    const four = plainAccount({
      factors: [used('a', null, 9), used('b', 3), used('c', 8), used('d', null, null)],
    });
    expect(judgedOf(four)).toStrictEqual(['a', 'b', 'c']);
    expect(judgedOf(four, { factorId: 'd' })).toStrictEqual(['d']);
    const mixed = plainAccount({
      factors: [
        plainTotp({ id: 'p', status: 'pending' }),
        plainTotp({ id: 'x', status: 'disabled' }),
        plainTotp({ id: 'eight', digits: 8 }),
        plainHotp({ id: 'h' }),
        plainTotp({ id: 't' }),
      ],
      tickets: [plainTicket({ kinds: ['hotp'] })],
    });
    expect(judgedOf(mixed)).toStrictEqual(['h', 't']);
    expect(judgedOf(mixed, { ticket: 'tkt' })).toStrictEqual(['h']);
    for (const factorId of ['p', 'x', 'nobody']) expect(judgedOf(mixed, { factorId })).toStrictEqual([]);
    expect(judgedOf(mixed, { ticket: 'tkt', factorId: 't' })).toStrictEqual([]);
  });

  test('C19 a sign-in trusts its browser where it was asked to, and never otherwise', () => {
    const account = plainAccount({ tickets: [plainTicket()] });
    const context = plainContext({ policy: { trustedBrowserDays: 1 } });
    const trusts = (command: Partial<VerifyCommand>, who = account) =>
      verify(who, { code: plainCode(), ticket: 'tkt', ...command }, context, null);
    const trusting = trusts({ trustBrowser: true });
    expect(trusting).toMatchObject({
      outcome: { trustToken: expect.stringMatching(/^tbr_/) },
      events: [
        { kind: 'verification-accepted' },
        { kind: 'browser-trusted', until: Math.ceil(plainNow) + 86_400 },
      ],
    });
    expect(trusts({})).not.toHaveProperty('outcome.trustToken');
    expect(trusts({ trustBrowser: false })).not.toHaveProperty('outcome.trustToken');
    for (const changes of [{ purpose: 'pay' }, { actHash: 'act' }])
      expect(
        trusts({ trustBrowser: true }, plainAccount({ tickets: [plainTicket(changes)] })),
      ).not.toHaveProperty('outcome.trustToken');
    expect(trusts({ trustBrowser: true, ticket: undefined })).not.toHaveProperty('outcome.trustToken');
    expect(
      verify(account, { code: plainCode(), ticket: 'tkt', trustBrowser: true }, plainContext(), null),
    ).not.toHaveProperty('outcome.trustToken');
  });
});
