import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { freshThrottle } from '../account/throttle.ts';
import {
  plainAccount,
  plainCode,
  plainContext,
  plainNow,
  plainSealed,
  plainTicket,
  plainTotp,
} from '../testing/plain-context.ts';
import { activate, prepareActivate } from './activate.ts';

const step = Math.floor(plainNow / 30);
const set = {
  id: 'bcs_0',
  format: 'crockford16',
  salt: 'salt',
  cost: { memoryKib: 19_456, passes: 2, parallelism: 1 },
  sealedHashes: 'sealed',
  usedAt: [],
  createdAt: 1,
} as const;
const prepared = {
  kind: 'backupCodes',
  format: 'crockford16',
  cost: set.cost,
  salt: 'salt',
  codes: ['0123456789ABCDEF', 'ZZZZYYYYXXXXWWWW'],
  hashes: new TextEncoder().encode('hashes'),
} as const;
const pending = (changes = {}) =>
  plainTotp({ id: 'fct_p', status: 'pending', activatedAt: null, expiresAt: plainNow + 60, ...changes });
const active = plainTotp({ id: 'fct_p', activatedAt: plainNow, lastUsedAt: plainNow, lastStep: step });
const view = {
  id: 'fct_p',
  kind: 'totp',
  label: 'phone',
  status: 'active',
  createdAt: 10,
  activatedAt: plainNow,
  lastUsedAt: plainNow,
};
const event = { kind: 'factor-activated', factorId: 'fct_p', method: 'totp' };

function begin(
  account: Account,
  code: unknown,
  { factorId = 'fct_p', emailCode }: { factorId?: string; emailCode?: unknown } = {},
) {
  return activate(account, { factorId, code, emailCode }, plainContext(), null);
}

describe('an activation', () => {
  test('A6 LIFE-01 of the first factor binds it, spends its code, and makes backup codes, shown once', () => {
    const account = plainAccount({ factors: [pending({ failures: 3 })] });
    const command = { factorId: 'fct_p', code: plainCode() };
    expect(activate(account, command, plainContext(), prepared)).toStrictEqual({
      kind: 'decided',
      record: {
        ...account,
        factors: [active],
        backupCodes: {
          ...set,
          id: 'bcs_1',
          sealedHashes: plainSealed('hashes', 'bcs_1', 'backup-codes'),
          usedAt: [null, null],
          createdAt: plainNow,
        },
      },
      outcome: {
        outcome: 'accepted',
        factor: view,
        backupCodes: ['0123-4567-89AB-CDEF', 'ZZZZ-YYYY-XXXX-WWWW'],
      },
      events: [event, { kind: 'backup-codes-generated', codesLeft: 2 }],
      messages: [],
    });
    expect(activate(account, command, plainContext(), null)).toStrictEqual({ kind: 'stale' });
    const other = { kind: 'hash', salt: 'salt', hash: prepared.hashes } as const;
    expect(activate(account, command, plainContext(), other)).toStrictEqual({ kind: 'stale' });
  });

  test('rule 6 of one more lets what was begun without a proof die, and leaves all that is bound as it is', () => {
    const bound = [plainTotp(), plainTotp({ id: 'fct_d', status: 'disabled' })];
    const proved = pending({ id: 'fct_q', proved: true });
    const thief = pending({ id: 'fct_t' });
    const account = plainAccount({
      factors: [thief, bound[0]!, pending({ expiresAt: 7 }), bound[1]!, proved],
      backupCodes: set,
      tickets: [plainTicket()],
    });
    expect(begin(account, plainCode())).toStrictEqual({
      kind: 'decided',
      record: { ...account, factors: [bound[0], bound[1], proved, active] },
      outcome: { outcome: 'accepted', factor: view },
      events: [event],
      messages: [],
    });
  });

  test('S25 LIFE-06 in place of another takes that one away, and with it every ticket, proof and enrollment', () => {
    const account = plainAccount({
      factors: [plainTotp(), pending({ replaces: 'fct_a' }), pending({ id: 'fct_q', proved: true })],
      backupCodes: set,
      tickets: [plainTicket()],
      proofs: [{ ...plainTicket(), method: 'totp', factorId: 'fct_a' }],
    });
    expect(begin(account, plainCode())).toStrictEqual({
      kind: 'decided',
      record: { ...account, factors: [active], tickets: [], proofs: [] },
      outcome: { outcome: 'accepted', factor: view },
      events: [event, { kind: 'factor-revoked', factorId: 'fct_a', method: 'totp', reason: 'replaced' }],
      messages: [],
    });
    const second = plainTotp({ id: 'fct_b' });
    const three = { ...account, factors: [second, ...account.factors] };
    expect(begin(three, plainCode())).toMatchObject({
      record: { factors: [second, active] },
    });
    for (const replaces of ['fct_gone', 'fct_q']) {
      const kept = {
        ...account,
        factors: [plainTotp(), pending({ replaces }), pending({ id: 'fct_q', proved: true })],
      };
      expect(begin(kept, plainCode())).toMatchObject({
        record: { factors: [{ id: 'fct_a' }, { id: 'fct_q' }, { id: 'fct_p' }], tickets: [{}], proofs: [{}] },
        events: [event],
      });
    }
  });

  test('B9 counts what is refused as a guess, with the word of the log, and names no factor that is not there', () => {
    const account = plainAccount({
      factors: [plainTotp(), pending({ lastStep: step + 1 })],
      backupCodes: set,
    });
    const refused = (code: unknown, factorId?: string) =>
      begin(account, code, factorId === undefined ? {} : { factorId });
    const about = { factorId: 'fct_p', method: 'totp' };
    const expected = (reason: string, logged: string, who: object) => ({
      kind: 'decided',
      record: { ...account, throttle: { ...freshThrottle, failures: 1 } },
      outcome: { outcome: 'rejected', reason, attemptsLeft: 4 },
      events: [{ kind: 'verification-rejected', reason: logged, failures: 1, ...who }],
      messages: [],
    });
    expect(refused('x')).toStrictEqual(expected('malformed', 'malformed', about));
    expect(refused('0123456789ABCDEF')).toStrictEqual(expected('malformed', 'malformed', about));
    expect(refused('000000')).toStrictEqual(expected('wrong', 'wrong', about));
    expect(refused(plainCode())).toStrictEqual(expected('wrong', 'replayed', about));
    expect(refused(plainCode(), 'nobody')).toStrictEqual(expected('expired', 'no-such-enrollment', {}));
    expect(refused(plainCode(), 'fct_a')).toStrictEqual(
      expected('expired', 'no-such-enrollment', { factorId: 'fct_a', method: 'totp' }),
    );
  });

  test('rule 2 judges nothing while the guesses are locked, whatever the form', () => {
    const throttle = { ...freshThrottle, failures: 5, lockedUntil: plainNow + 50 };
    const account = plainAccount({ factors: [pending()], throttle });
    for (const code of [plainCode(), '0123456789ABCDEF']) {
      expect(begin(account, code)).toMatchObject({ outcome: { outcome: 'locked', until: plainNow + 50 } });
      expect(prepareActivate(account, { factorId: 'fct_p', code }, plainContext())).toBeNull();
    }
  });

  test('rule 3 whose secret does not open is a fault, counted against nobody', () => {
    const account = plainAccount({ factors: [pending({ sealedSecret: '1.gone.x.00' })] });
    expect(begin(account, plainCode())).toStrictEqual({
      kind: 'decided',
      record: account,
      outcome: { outcome: 'unreadable', code: 'vault/key-missing' },
      events: [{ kind: 'secret-unreadable', reason: 'vault/key-missing', factorId: 'fct_p', method: 'totp' }],
      messages: [],
    });
  });

  test('prepares backup codes only for the first factor and a code that is right', () => {
    const first = plainAccount({ factors: [pending()] });
    const need = (account: Account, code: unknown) =>
      prepareActivate(account, { factorId: 'fct_p', code }, plainContext());
    expect(need(first, plainCode())).toStrictEqual({
      kind: 'backupCodes',
      count: 10,
      format: 'crockford16',
      cost: set.cost,
    });
    expect(need(first, '000000')).toBeNull();
    expect(need({ ...first, backupCodes: set }, plainCode())).toBeNull();
  });

  test('S25 with a mailed code takes both, its own first, and spends both', () => {
    const code = 'ABCD2345';
    const mailed = {
      id: 'cod_1',
      purpose: 'activate',
      subject: 'fct_p',
      sealedHash: plainSealed(`#${code}`, 'activate fct_p cod_1', 'mailed-code'),
      expiresAt: plainNow + 60,
      failures: 0,
    } as const;
    const other = { ...mailed, id: 'cod_2', subject: 'fct_q' };
    const account = plainAccount({
      factors: [plainTotp(), pending({ confirmedByMail: true })],
      backupCodes: set,
      mailedCodes: [other, mailed],
    });
    expect(begin(account, plainCode(), { emailCode: 'abcd-2345' })).toMatchObject({
      outcome: { outcome: 'accepted' },
      record: { factors: [{ id: 'fct_a' }, { id: 'fct_p', status: 'active' }], mailedCodes: [other] },
    });
    const about = { failures: 1, factorId: 'fct_p', method: 'totp' };
    const refusals = [
      ['000000', code, [other, mailed], 'wrong', 'wrong'],
      [plainCode(), undefined, [other, mailed], 'malformed', 'malformed-mailed-code'],
      [plainCode(), 'ABCD2346', [other, { ...mailed, failures: 1 }], 'wrong', 'wrong-mailed-code'],
    ] as const;
    for (const [own, emailCode, mailedCodes, reason, logged] of refusals)
      expect(begin(account, own, { emailCode })).toStrictEqual({
        kind: 'decided',
        record: { ...account, mailedCodes, throttle: { ...freshThrottle, failures: 1 } },
        outcome: { outcome: 'rejected', reason, attemptsLeft: 4 },
        events: [{ kind: 'verification-rejected', reason: logged, ...about }],
        messages: [],
      });
    const last = { ...account, mailedCodes: [{ ...mailed, failures: 4 }] };
    expect(begin(last, plainCode(), { emailCode: 'ABCD2346' })).toMatchObject({
      record: { mailedCodes: [] },
    });
    expect(begin({ ...account, mailedCodes: [other] }, plainCode(), { emailCode: code })).toMatchObject({
      outcome: { reason: 'expired' },
      events: [{ reason: 'no-mailed-code' }],
      record: { mailedCodes: [other] },
    });
    const swapped = { ...mailed, sealedHash: other.sealedHash.replace('fct_p', 'fct_z') };
    for (const [sealedHash, fault] of [
      [swapped.sealedHash, 'vault/open-failed'],
      ['1.gone.x.00', 'vault/key-missing'],
    ] as const)
      expect(
        begin({ ...account, mailedCodes: [{ ...mailed, sealedHash }] }, plainCode(), { emailCode: code }),
      ).toMatchObject({
        outcome: { outcome: 'unreadable', code: fault },
        record: { throttle: freshThrottle },
      });
  });
});
