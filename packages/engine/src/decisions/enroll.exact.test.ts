import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import type { Policy } from '../policy.ts';
import {
  plainAccount,
  plainContacts,
  plainContext,
  plainHotp,
  plainNow,
  plainSealed,
  plainTicket,
  plainTotp,
} from '../testing/plain-context.ts';
import { enroll, type EnrollCommand } from './enroll.ts';
import { resendCode } from './resend-code.ts';

const notices = { channel: 'email', locale: 'en', publicUrl: null };
const proof = { ...plainTicket(), hash: '#prf', purpose: 'manage', method: 'totp', factorId: 'fct_a' };
const until = Math.floor(plainNow) + 600;

function begin(
  account: Account,
  command: Partial<EnrollCommand> = {},
  policy: Partial<Policy> = {},
  settings: typeof notices | null = notices,
) {
  const context = plainContext({ policy, notices: settings });
  return enroll(
    account,
    { kind: 'totp', label: 'tablet', accountName: 'alice@example.com', proof: 'prf', ...command },
    context,
  );
}

describe('an enrollment', () => {
  const secret = Buffer.from(new Uint8Array(20).fill(2)).toString();
  const made = plainTotp({
    id: 'fct_1',
    label: 'tablet',
    status: 'pending',
    createdAt: plainNow,
    activatedAt: null,
    expiresAt: Math.ceil(plainNow) + 900,
    sealedSecret: plainSealed(secret, 'fct_1'),
  });
  const base32 = 'AIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC';

  test('S01 makes a pending factor with a secret of its own, shown once, and takes from the budget', () => {
    const account = plainAccount({ factors: [] });
    expect(begin(account)).toStrictEqual({
      kind: 'decided',
      record: { ...account, factors: [made], enrollmentsFreeAt: plainNow + 1 },
      outcome: {
        factor: {
          id: 'fct_1',
          kind: 'totp',
          label: 'tablet',
          status: 'pending',
          createdAt: plainNow,
          activatedAt: null,
          lastUsedAt: null,
        },
        secret: base32,
        uri: `otpauth://totp/Acme:alice%40example.com?secret=${base32}&issuer=Acme`,
      },
      events: [{ kind: 'factor-enrolled', factorId: 'fct_1', method: 'totp' }],
      messages: [],
    });
    const slow = begin(account, {}, { periodSeconds: 60 });
    expect(slow.outcome.uri).toContain('&period=60');
    expect(slow.record.factors).toMatchObject([{ periodSeconds: 60 }]);
    const token = begin(account, { kind: 'hotp' });
    const { kind, periodSeconds, lastStep, drift, typedAhead, ...common } = made;
    expect([kind, periodSeconds, lastStep, drift, typedAhead]).toHaveLength(5);
    expect(token.record.factors).toStrictEqual([{ ...common, kind: 'hotp', counter: '0' }]);
    expect(token.outcome.uri).toBe(
      `otpauth://hotp/Acme:alice%40example.com?secret=${base32}&issuer=Acme&counter=0`,
    );
  });

  test('C11 rule 7 of an enrolled account spends a proof, and says so on the factor', () => {
    const account = plainAccount({ proofs: [proof] });
    expect(begin(account).record).toMatchObject({
      proofs: [],
      factors: [{ id: 'fct_a' }, { id: 'fct_1', proved: true, replaces: null, confirmedByMail: false }],
    });
    expect(() => begin(plainAccount())).toThrowError(
      expect.objectContaining({ code: 'engine/proof-required' }),
    );
  });

  test('S29 the oldest enrollment gives way to one more, an active factor never does', () => {
    const pending = (id: string) => plainTotp({ id, status: 'pending' });
    const ids = (account: Account, command = {}) =>
      begin(account, command, { factorsMax: 3 }).record.factors.map(({ id }) => id);
    const account = plainAccount({ factors: [plainTotp(), pending('p'), pending('q')], proofs: [proof] });
    expect(ids(account)).toStrictEqual(['fct_a', 'q', 'fct_1']);
    expect(ids({ ...account, factors: account.factors.slice(0, 2) })).toStrictEqual(['fct_a', 'p', 'fct_1']);
    expect(ids(account, { replaces: 'fct_a' })).toStrictEqual(['fct_a', 'p', 'q', 'fct_1']);
    const full = {
      ...account,
      factors: [plainTotp(), plainTotp({ id: 'b' }), plainHotp({ status: 'disabled' })],
    };
    expect(() => ids(full)).toThrowError(
      expect.objectContaining({
        code: 'engine/too-many-factors',
        message: expect.stringContaining('3: revoke'),
      }),
    );
    expect(ids(full, { replaces: 'b' })).toHaveLength(4);
    const begun = plainAccount({ factors: [pending('p'), pending('q'), pending('r')] });
    expect(ids(begun)).toStrictEqual(['q', 'r', 'fct_1']);
    expect(begin(begun).record.factors[3]).toMatchObject({ proved: false });
  });

  test('C13 only a factor that is bound can be replaced', () => {
    const account = plainAccount({
      factors: [
        plainTotp(),
        plainTotp({ id: 'off', status: 'disabled' }),
        plainTotp({ id: 'p', status: 'pending' }),
      ],
      proofs: [proof],
    });
    for (const replaces of ['x', 'p'])
      expect(() => begin(account, { replaces })).toThrowError(
        expect.objectContaining({ code: 'engine/factor-unknown' }),
      );
    for (const replaces of ['fct_a', 'off'])
      expect(begin(account, { replaces })).toMatchObject({
        events: [{ kind: 'factor-enrolled', reason: 'not-confirmed-by-mail' }],
        messages: [],
      });
  });

  test('S25 a replacement is confirmed by mail where the policy says so and anything can be mailed', () => {
    const account = plainAccount({ proofs: [proof], contacts: plainContacts() });
    const replaced = begin(account, { replaces: 'fct_a' });
    const event = { kind: 'factor-enrolled', factorId: 'fct_1', method: 'totp' };
    expect(replaced.events).toStrictEqual([
      event,
      { kind: 'code-sent', method: 'email', purpose: 'activate', until, factorId: 'fct_1' },
    ]);
    expect(replaced.outcome.emailCode).toStrictEqual({ sentTo: ['a•••@e•••.com'], expiresAt: until });
    expect(replaced.messages).toHaveLength(1);
    expect(replaced.kind).toBe('decided');
    expect(replaced.record).toMatchObject({
      factors: [{ id: 'fct_a' }, { confirmedByMail: true, replaces: 'fct_a' }],
      mailedCodes: [{ purpose: 'activate', subject: 'fct_1' }],
      sends: [plainNow],
    });
    const confirmed = (
      command: Partial<EnrollCommand>,
      confirmByMail: Policy['confirmByMail'],
      of = account,
    ) => begin(of, command, { confirmByMail }).outcome.emailCode !== undefined;
    expect(confirmed({}, 'replacements')).toBe(false);
    expect(confirmed({}, 'additions')).toBe(true);
    expect(confirmed({ replaces: 'fct_a' }, 'additions')).toBe(true);
    expect(confirmed({ replaces: 'fct_a' }, 'none')).toBe(false);
    expect(confirmed({}, 'additions', { ...account, factors: [] })).toBe(false);
    expect(confirmed({ replaces: 'fct_a' }, 'replacements', { ...account, contacts: null })).toBe(false);
    expect(begin(account, { replaces: 'fct_a' }, {}, null).outcome).not.toHaveProperty('emailCode');
  });
});

describe('a code that is mailed again', () => {
  const pending = plainTotp({ id: 'fct_p', label: 'tablet', status: 'pending', confirmedByMail: true });
  const account = plainAccount({
    factors: [plainTotp({ confirmedByMail: true }), pending],
    contacts: plainContacts(),
  });
  const resend = (of: Account, factorId = 'fct_p') => resendCode(of, { factorId }, plainContext({ notices }));

  test('A16 takes the place of the one before it, is sealed, and is mailed to every address', () => {
    const earlier = {
      id: 'cod_0',
      purpose: 'activate',
      subject: 'fct_p',
      sealedHash: 'old',
      expiresAt: plainNow + 60,
      failures: 2,
    } as const;
    const other = { ...earlier, subject: 'fct_q' };
    const recover = { ...earlier, purpose: 'recover' } as const;
    const sent = resend({ ...account, mailedCodes: [earlier, other, recover], sends: [plainNow - 30] });
    const sealedHash = plainSealed('#11111111', 'activate fct_p cod_2', 'mailed-code');
    expect(sent).toMatchObject({
      kind: 'decided',
      outcome: { sentTo: ['a•••@e•••.com'], expiresAt: until },
      events: [{ kind: 'code-sent', method: 'email', purpose: 'activate', until, factorId: 'fct_p' }],
    });
    expect(sent.record).toStrictEqual({
      ...account,
      mailedCodes: [
        other,
        recover,
        { id: 'cod_2', purpose: 'activate', subject: 'fct_p', sealedHash, expiresAt: until, failures: 0 },
      ],
      sends: [plainNow - 30, plainNow],
    });
    const id = 'msg_#4:salt4:acme5:alice5:cod_217:alice@example.com';
    const notice = { kind: 'activation-code', at: plainNow, until, label: 'tablet' };
    const payload = { to: 'alice@example.com', locale: 'en', issuer: 'Acme', notice, code: '1111-1111' };
    expect(sent.messages).toStrictEqual([
      {
        id,
        accountId: { tenant: 'acme', account: 'alice' },
        channel: 'email',
        payload: plainSealed(JSON.stringify(payload), id, 'message'),
        dueAt: plainNow - 432_000,
        expiresAt: until,
      },
    ]);
  });

  test('E1 E4 too soon, and where the addresses do not open, nothing is mailed and it is a fault', () => {
    expect(() => resend({ ...account, sends: [plainNow - 29.5] })).toThrowError(
      expect.objectContaining({ code: 'engine/rate-limited', retryAfterSeconds: 1 }),
    );
    for (const [sealed, code] of [
      ['1.gone.x.00', 'vault/key-missing'],
      [plainSealed('{}', 'con_other', 'contacts'), 'vault/open-failed'],
    ] as const)
      expect(() => resend({ ...account, contacts: { ...plainContacts(), sealed } })).toThrowError(
        expect.objectContaining({ code }),
      );
    expect(() => resend({ ...account, contacts: null })).toThrowError(
      new TypeError('A code is mailed where there are contacts.'),
    );
    expect(resendCode(account, { factorId: 'fct_p' }, plainContext()).outcome).toStrictEqual({
      sentTo: [],
      expiresAt: until,
    });
  });

  test('only a pending factor that is confirmed by mail has one', () => {
    for (const factors of [
      [plainTotp({ id: 'fct_p', confirmedByMail: true })],
      [{ ...pending, confirmedByMail: false }],
      [],
    ])
      expect(() => resend({ ...account, factors })).toThrowError(
        expect.objectContaining({ code: 'engine/factor-unknown' }),
      );
    expect(() => resend(account, 'fct_a')).toThrowError(
      expect.objectContaining({ code: 'engine/factor-unknown' }),
    );
  });
});
