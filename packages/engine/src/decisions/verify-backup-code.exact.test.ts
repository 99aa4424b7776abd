import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import type { BackupCodeSet } from '../account/backup-codes.ts';
import { freshThrottle } from '../account/throttle.ts';
import {
  plainAccount,
  plainCode,
  plainContext,
  plainNow,
  plainSealed,
  plainTicket,
} from '../testing/plain-context.ts';
import { prepareVerify, verify, type VerifyCommand } from './verify.ts';

const counted = { ...freshThrottle, failures: 1 };
const strongCode = '0123456789ABCDEF';
const cost = { memoryKib: 19_456, passes: 2, parallelism: 1 };

function codeSet(changes: Partial<BackupCodeSet> = {}): BackupCodeSet {
  return {
    id: 'bcs_1',
    format: 'crockford16',
    salt: 'salt',
    cost,
    sealedHashes: plainSealed('a'.repeat(32) + 'b'.repeat(32) + 'c'.repeat(32), 'bcs_1', 'backup-codes'),
    usedAt: [null, 5, null],
    createdAt: 1,
    ...changes,
  };
}

const hashOf = (character: string) =>
  ({ kind: 'hash', salt: 'salt', hash: new TextEncoder().encode(character.repeat(32)) }) as const;

function judge(account: Account, command: VerifyCommand, character?: string) {
  return verify(account, command, plainContext(), character === undefined ? null : hashOf(character));
}

describe('a backup code, and all that comes of it', () => {
  const account = plainAccount({ backupCodes: codeSet(), strongFailures: 2, throttle: counted });

  test('S09 it is spent, clears its own count and no other, and the log says how many are left', () => {
    expect(judge(account, { code: strongCode }, 'c')).toStrictEqual({
      kind: 'decided',
      record: { ...account, backupCodes: codeSet({ usedAt: [null, 5, plainNow] }), strongFailures: 0 },
      outcome: { outcome: 'accepted', method: 'backupCode', factorId: null, proof: 'prf_1' },
      events: [{ kind: 'verification-accepted', method: 'backupCode', purpose: 'check', codesLeft: 1 }],
      messages: [],
    });
  });

  test('A12 a wrong and a used one are answered alike, and count on codes of that strength alone', () => {
    for (const [character, reason] of [
      ['z', 'wrong'],
      ['b', 'replayed'],
    ] as const)
      expect(judge(account, { code: strongCode }, character)).toStrictEqual({
        kind: 'decided',
        record: { ...account, strongFailures: 3 },
        outcome: { outcome: 'rejected', reason: 'wrong', attemptsLeft: 4 },
        events: [
          { kind: 'verification-rejected', reason, failures: 3, method: 'backupCode', purpose: 'check' },
        ],
        messages: [],
      });
  });

  test('B4 a hex code counts as a guess, and clears nothing', () => {
    const weak = { ...account, backupCodes: codeSet({ format: 'hex8' }) };
    expect(judge(weak, { code: '0123abcd' }, 'z')).toMatchObject({
      record: { throttle: { failures: 2 }, strongFailures: 2 },
      events: [{ reason: 'wrong', failures: 2 }],
    });
    expect(judge(weak, { code: '0123abcd' }, 'a')).toMatchObject({
      record: { throttle: { failures: 1 }, strongFailures: 2 },
      outcome: { outcome: 'accepted' },
    });
  });

  test('B11 the lock on guesses lets it pass, with its ticket', () => {
    const locked = {
      ...account,
      throttle: { ...freshThrottle, failures: 5, lockedUntil: plainNow + 50 },
      tickets: [plainTicket()],
    };
    expect(judge(locked, { code: strongCode, ticket: 'tkt' }, 'a')).toMatchObject({
      record: { tickets: [], proofs: [{ method: 'backupCode', factorId: null, purpose: 'login' }] },
      outcome: { outcome: 'accepted' },
      events: [{ purpose: 'login', codesLeft: 1 }],
    });
    expect(judge(locked, { code: strongCode, ticket: 'tkt' }, 'z')).toMatchObject({
      record: { tickets: [{ failures: 1 }], throttle: { failures: 5 } },
      events: [{ kind: 'verification-rejected', purpose: 'login' }],
    });
  });

  test('one that names a factor, and one for no set, is wrong; one that was prepared for another salt is stale', () => {
    expect(judge(account, { code: strongCode, factorId: 'fct_a' }, 'a')).toMatchObject({
      outcome: { outcome: 'rejected', reason: 'wrong' },
    });
    expect(judge(plainAccount(), { code: strongCode }, 'a')).toMatchObject({
      outcome: { outcome: 'rejected', reason: 'wrong' },
    });
    const context = plainContext();
    const stale = { kind: 'stale' };
    expect(verify(account, { code: strongCode }, context, null)).toStrictEqual(stale);
    expect(verify(account, { code: strongCode }, context, { ...hashOf('a'), salt: 'old' })).toStrictEqual(
      stale,
    );
    const codes = { kind: 'backupCodes', salt: 'salt' } as never;
    expect(verify(account, { code: strongCode }, context, codes)).toStrictEqual(stale);
  });

  test('rule 3 hashes that do not open are a fault, counted against nobody', () => {
    for (const [sealedHashes, code] of [
      ['1.gone.x.00', 'vault/key-missing'],
      [plainSealed('a'.repeat(32), 'bcs_2', 'backup-codes'), 'vault/open-failed'],
    ] as const) {
      const lost = { ...account, backupCodes: codeSet({ sealedHashes }) };
      expect(judge(lost, { code: strongCode }, 'a')).toStrictEqual({
        kind: 'decided',
        record: lost,
        outcome: { outcome: 'unreadable', code },
        events: [{ kind: 'secret-unreadable', method: 'backupCode', reason: code }],
        messages: [],
      });
    }
  });

  test('a hash is prepared only for a code that would be judged by it', () => {
    const prepared = (command: VerifyCommand, who: Account = account) =>
      prepareVerify(who, command, plainContext());
    const need = { kind: 'hash', code: strongCode, salt: 'salt', cost };
    const open = { ...account, tickets: [plainTicket()] };
    expect(prepared({ code: strongCode })).toStrictEqual(need);
    expect(prepared({ code: strongCode, ticket: 'tkt' }, open)).toStrictEqual(need);
    expect(prepared({ code: strongCode, ticket: 'other' }, open)).toBeNull();
    expect(prepared({ code: plainCode() })).toBeNull();
    expect(prepared({ code: strongCode, factorId: 'fct_a' })).toBeNull();
    expect(prepared({ code: strongCode }, plainAccount())).toBeNull();
    const locked = { ...freshThrottle, failures: 5, lockedUntil: plainNow + 50 };
    const weak = { ...account, backupCodes: codeSet({ format: 'hex8' }) };
    expect(prepared({ code: '0123abcd' }, weak)).toMatchObject({ code: '0123abcd' });
    expect(prepared({ code: '0123abcd' }, { ...weak, throttle: locked })).toBeNull();
  });
});
