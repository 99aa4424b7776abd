import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import type { Proof } from '../account/ticket.ts';
import { noTrust } from '../account/trusted-browser.ts';
import { freshThrottle } from '../account/throttle.ts';
import {
  plainAccount,
  plainContext,
  plainNow,
  plainSealed,
  plainTicket,
  plainTotp,
} from '../testing/plain-context.ts';
import { notePasswordChange } from './note-password-change.ts';
import { pruneEvents } from './prune-events.ts';
import { redeemProof } from './redeem-proof.ts';
import { prepareRegenerateBackupCodes, regenerateBackupCodes } from './regenerate-backup-codes.ts';
import { renameFactor } from './rename-factor.ts';
import { revokeFactor } from './revoke-factor.ts';
import { revokeTrustedBrowsers } from './revoke-trusted-browsers.ts';
import { setRequirement } from './set-requirement.ts';
import { unlock } from './unlock.ts';

const context = plainContext();
const proofOf = (changes: Partial<Proof> = {}): Proof => ({
  hash: '#prf',
  purpose: 'manage',
  actHash: null,
  expiresAt: plainNow + 60,
  method: 'totp',
  factorId: 'fct_a',
  ...changes,
});
const other = proofOf({ hash: '#other' });
const required = expect.objectContaining({ code: 'engine/proof-required' });
const unknown = expect.objectContaining({ code: 'engine/factor-unknown' });
const browsers = [{ id: 'brw_1', hash: '#tbr', createdAt: 1, lastUsedAt: null, expiresAt: plainNow + 9 }];
const set = {
  id: 'bcs_0',
  format: 'crockford16',
  salt: 'salt',
  cost: { memoryKib: 19_456, passes: 2, parallelism: 1 },
  sealedHashes: 'sealed',
  usedAt: [null],
  createdAt: 1,
} as const;

describe('a change of an enrolled account', () => {
  const account = plainAccount({
    factors: [plainTotp(), plainTotp({ id: 'fct_b' }), plainTotp({ id: 'fct_p', status: 'pending' })],
    proofs: [other, proofOf()],
    tickets: [plainTicket()],
    backupCodes: set,
  });
  const changes: readonly [string, (account: Account, proof?: string) => unknown][] = [
    ['rename', (of, proof) => renameFactor(of, { factorId: 'fct_a', label: 'tablet', proof }, context)],
    ['revoke', (of, proof) => revokeFactor(of, { factorId: 'fct_a', proof }, context)],
    ['regenerate', (of, proof) => regenerateBackupCodes(of, { proof }, context, null)],
    ['prepare', (of, proof) => prepareRegenerateBackupCodes(of, { proof }, context)],
  ];

  test('C11 rule 7: takes a proof of this account, of this purpose and of no act', () => {
    for (const [name, change] of changes) {
      for (const proof of [undefined, 'nobody', '#prf'])
        expect(() => change(account, proof), `${name} by ${proof}`).toThrowError(required);
      for (const wrong of [{ purpose: 'login' }, { purpose: 'check' }, { actHash: 'act' }])
        expect(() => change({ ...account, proofs: [proofOf(wrong)] }, 'prf'), name).toThrowError(required);
      expect(() => change(account, 'prf'), name).not.toThrow();
    }
  });

  test('LIFE-03 a name is changed in one place, and the proof is spent', () => {
    const renamed = { ...account.factors[1]!, label: 'tablet' };
    const { id, kind, status, createdAt, activatedAt, lastUsedAt } = renamed;
    expect(
      renameFactor(account, { factorId: 'fct_b', label: 'tablet', proof: 'prf' }, context),
    ).toStrictEqual({
      kind: 'decided',
      record: { ...account, factors: [account.factors[0], renamed, account.factors[2]], proofs: [other] },
      outcome: { id, kind, label: 'tablet', status, createdAt, activatedAt, lastUsedAt },
      events: [{ kind: 'factor-renamed', factorId: 'fct_b' }],
      messages: [],
    });
    expect(() =>
      renameFactor(account, { factorId: 'x', label: 'tablet', proof: 'prf' }, context),
    ).toThrowError(unknown);
  });

  test('C20 a revoked factor takes every ticket, proof and enrollment along; the last one all credentials', () => {
    const revoke = (of: Account, factorId: string) => revokeFactor(of, { factorId, proof: 'prf' }, context);
    expect(revoke(account, 'fct_b')).toStrictEqual({
      kind: 'decided',
      record: { ...account, factors: [account.factors[0]], tickets: [], proofs: [] },
      outcome: { enrolled: true },
      events: [{ kind: 'factor-revoked', factorId: 'fct_b', method: 'totp' }],
      messages: [],
    });
    const mailedCodes = [
      { id: 'c', purpose: 'recover', subject: 'r', sealedHash: 's', expiresAt: plainNow + 9, failures: 0 },
    ] as const;
    const last = {
      ...account,
      factors: [account.factors[0]!, account.factors[2]!],
      mailedCodes,
      recoveryFrozenAt: 4,
    };
    expect(revoke(last, 'fct_a')).toStrictEqual({
      kind: 'decided',
      record: {
        ...last,
        factors: [],
        tickets: [],
        proofs: [],
        backupCodes: null,
        mailedCodes: [],
        recovery: null,
        recoveryFrozenAt: null,
      },
      outcome: { enrolled: false },
      events: [{ kind: 'factor-revoked', factorId: 'fct_a', method: 'totp' }],
      messages: [],
    });
    expect(() => revoke(account, 'x')).toThrowError(unknown);
  });

  test('LOOK-06 new backup codes take the place of the old, and end what was granted', () => {
    const prepared = {
      kind: 'backupCodes',
      format: 'crockford16',
      cost: set.cost,
      salt: 'new',
      codes: ['0123456789ABCDEF', 'ZZZZYYYYXXXXWWWW'],
      hashes: new TextEncoder().encode('hashes'),
    } as const;
    const made = (preparation: Parameters<typeof regenerateBackupCodes>[3]) =>
      regenerateBackupCodes(account, { proof: 'prf' }, plainContext(), preparation);
    expect(made(prepared)).toStrictEqual({
      kind: 'decided',
      record: {
        ...account,
        factors: account.factors.slice(0, 2),
        tickets: [],
        proofs: [],
        backupCodes: {
          ...set,
          id: 'bcs_1',
          salt: 'new',
          sealedHashes: plainSealed('hashes', 'bcs_1', 'backup-codes'),
          usedAt: [null, null],
          createdAt: plainNow,
        },
      },
      outcome: { backupCodes: ['0123-4567-89AB-CDEF', 'ZZZZ-YYYY-XXXX-WWWW'] },
      events: [{ kind: 'backup-codes-generated', codesLeft: 2 }],
      messages: [],
    });
    expect(made(null)).toStrictEqual({ kind: 'stale' });
    expect(made({ kind: 'hash', salt: 'new', hash: prepared.hashes })).toStrictEqual({ kind: 'stale' });
    expect(prepareRegenerateBackupCodes(account, { proof: 'prf' }, context)).toStrictEqual({
      kind: 'backupCodes',
      count: 10,
      format: 'crockford16',
      cost: set.cost,
    });
    const none = plainAccount({ factors: [] });
    const unenrolled = expect.objectContaining({ code: 'engine/no-active-factor' });
    expect(() => prepareRegenerateBackupCodes(none, {}, context)).toThrowError(unenrolled);
    expect(() => regenerateBackupCodes(none, {}, context, prepared)).toThrowError(unenrolled);
  });
});

describe('a proof that is redeemed', () => {
  const act = proofOf({ purpose: 'pay', actHash: 'act' });
  const account = plainAccount({ proofs: [other, act] });
  const redeem = (command: object, of = account) =>
    redeemProof(of, { proof: 'prf', purpose: 'pay', actHash: 'act', ...command }, context);

  test('SESS-01 is gone with the commit, and says how it was come by', () => {
    expect(redeem({})).toStrictEqual({
      kind: 'decided',
      record: { ...account, proofs: [other] },
      outcome: { outcome: 'accepted', method: 'totp', factorId: 'fct_a' },
      events: [{ kind: 'proof-redeemed', method: 'totp', purpose: 'pay' }],
      messages: [],
    });
  });

  test('C7 of another name, purpose or act is refused; the log hears of it where a proof could have been', () => {
    const expected = { outcome: 'rejected', reason: 'expired' };
    for (const wrong of [{ proof: 'x' }, { purpose: 'login' }, { actHash: null }, { actHash: 'b' }])
      expect(redeem(wrong), JSON.stringify(wrong)).toStrictEqual({
        kind: 'decided',
        record: account,
        outcome: expected,
        events: [{ kind: 'proof-refused', purpose: wrong.purpose ?? 'pay' }],
        messages: [],
      });
    const none = plainAccount({ factors: [plainTotp({ status: 'pending' })] });
    expect(redeem({}, none)).toMatchObject({ record: none, outcome: expected, events: [] });
  });
});

describe('what takes no proof', () => {
  const trust = { stamp: 'x', browsers };

  test('C19 trusted browsers are revoked in one event; an account without a factor has none to revoke', () => {
    const account = plainAccount({ trust });
    expect(revokeTrustedBrowsers(account)).toStrictEqual({
      kind: 'decided',
      record: { ...account, trust: noTrust },
      outcome: { revoked: 1 },
      events: [{ kind: 'trusted-browsers-revoked' }],
      messages: [],
    });
    const none = plainAccount({ factors: [] });
    expect(revokeTrustedBrowsers(none)).toMatchObject({ record: none, outcome: { revoked: 0 }, events: [] });
  });

  test('C20 a new password ends what was granted, and makes no account of none', () => {
    const account = plainAccount({
      trust,
      tickets: [plainTicket()],
      proofs: [other],
      factors: [plainTotp(), plainTotp({ id: 'fct_p', status: 'pending' })],
      passwordChanges: 2,
    });
    expect(notePasswordChange(account, null, context)).toStrictEqual({
      kind: 'decided',
      record: {
        ...account,
        trust: noTrust,
        tickets: [],
        proofs: [],
        factors: [plainTotp()],
        passwordChanges: 3,
      },
      outcome: { revoked: 1 },
      events: [{ kind: 'password-changed' }],
      messages: [],
    });
    const none = plainAccount({ factors: [] });
    expect(notePasswordChange(none, null, context)).toMatchObject({
      record: none,
      outcome: { revoked: 0 },
      events: [],
    });
    const known: readonly Partial<Account>[] = [
      { tickets: [plainTicket()] },
      { proofs: [other] },
      { trust },
      { factors: [plainTotp()], tickets: [plainTicket()] },
      { factors: [plainTotp()], trust },
    ];
    for (const members of known)
      expect(notePasswordChange({ ...none, ...members }, null, context).events).toHaveLength(1);
  });

  test('RATE-01 an unlock ends both counts and the lock, under the name of who did it', () => {
    const account = plainAccount({
      throttle: { ...freshThrottle, failures: 7, lockedUntil: 9 },
      strongFailures: 3,
    });
    expect(unlock(account, { actor: 'carol', reason: 'by phone' })).toStrictEqual({
      kind: 'decided',
      record: { ...account, throttle: freshThrottle, strongFailures: 0 },
      outcome: null,
      events: [{ kind: 'unlocked', actor: 'carol', note: 'by phone' }],
      messages: [],
    });
  });

  test('S23 a requirement of one account is set and taken back, under the name of who did it', () => {
    const requirement = { level: 'required', graceDays: 3, kinds: ['totp'] } as const;
    const command = { actor: 'carol', reason: 'audit' };
    const event = { kind: 'requirement-changed', actor: 'carol', note: 'audit' };
    const account = plainAccount();
    expect(setRequirement(account, { ...command, requirement })).toStrictEqual({
      kind: 'decided',
      record: { ...account, requirement },
      outcome: requirement,
      events: [{ ...event, reason: 'required' }],
      messages: [],
    });
    expect(setRequirement(account, { ...command, requirement: null })).toMatchObject({
      outcome: null,
      events: [{ ...event, reason: 'as-tenant' }],
    });
  });

  test('events are pruned forward, and never the newest', () => {
    const checkpoint = (sequence: number) => ({ sequence }) as never;
    const account = plainAccount({ eventCount: 9, eventCheckpoint: checkpoint(3) });
    expect(pruneEvents(account, checkpoint(8))).toStrictEqual({
      kind: 'decided',
      record: { ...account, eventCheckpoint: checkpoint(8) },
      outcome: true,
      events: [],
      messages: [],
      prunedThrough: 8,
    });
    for (const sequence of [2, 3, 9, 10])
      expect(pruneEvents(account, checkpoint(sequence)), String(sequence)).toStrictEqual({
        kind: 'decided',
        record: account,
        outcome: false,
        events: [],
        messages: [],
      });
    expect(pruneEvents({ ...account, eventCheckpoint: null }, checkpoint(1)).outcome).toBe(true);
    expect(pruneEvents({ ...account, eventCheckpoint: null }, checkpoint(0)).outcome).toBe(false);
  });
});
