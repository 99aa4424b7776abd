import { describe, expect, test } from 'vitest';
import type { Account } from '../../account/account.ts';
import { confirmRecovery, vouchForRecovery } from './confirm-recovery.ts';
import { freshThrottle } from '../../account/throttle.ts';
import { plainContext, plainNow, plainTicket } from '../../testing/plain-context.ts';
import {
  carol,
  mailingContext,
  plainMailedCode,
  plainRecovery,
  plainRecoveryView,
  readyRecovery,
  recoveringWith,
  waitingRecovery,
} from '../../testing/plain-recovery.ts';

const day = 86_400;
const readyAt = Math.ceil(plainNow) + day;
const notices = { channel: 'email', locale: 'en', publicUrl: null };
const proof = { ...plainTicket(), hash: '#prf', purpose: 'manage', method: 'totp', factorId: 'fct_a' };
const foreign = plainMailedCode('activate', { subject: 'fct_p' });
const locked = { ...freshThrottle, failures: 5, lockedUntil: plainNow + 50 };
const fault = (code: string, members = {}) => expect.objectContaining({ code, ...members });

describe('a code of a recovery', () => {
  const confirm = (account: Account, code: unknown = 'ABCD-2345', from: 'owner' | 'contact' = 'owner') =>
    confirmRecovery(account, { code, from }, mailingContext());

  test('C10 is one proof, noted once; with the second the waiting time begins', () => {
    const account = recoveringWith(plainRecovery(), {
      mailedCodes: [foreign, plainMailedCode('recover'), plainMailedCode('vouch')],
    });
    expect(confirm(account)).toStrictEqual({
      kind: 'decided',
      record: {
        ...account,
        mailedCodes: [foreign, plainMailedCode('vouch')],
        recovery: plainRecovery({ proofs: { email: plainNow }, notMeHashes: ['#nme', '#nme_1'] }),
      },
      outcome: {
        outcome: 'accepted',
        recovery: plainRecoveryView({ proofs: { ...plainRecoveryView().proofs!, email: 'done' } }),
      },
      events: [{ kind: 'recovery-proved', method: 'email' }],
      messages: [],
      notMeToken: 'nme_1',
    });
    const half = { ...account, recovery: plainRecovery({ proofs: { email: 5 } }) };
    expect(confirm(half, 'ABCD2345', 'contact')).toStrictEqual({
      kind: 'decided',
      record: {
        ...half,
        mailedCodes: [foreign],
        recovery: plainRecovery({
          proofs: { email: 5, contact: plainNow },
          readyAt,
          notMeHashes: ['#nme', '#nme_1'],
        }),
      },
      outcome: {
        outcome: 'accepted',
        recovery: plainRecoveryView({
          state: 'waiting',
          readyAt,
          lapsesAt: readyAt + 3 * day,
          proofs: { ...plainRecoveryView().proofs!, email: 'done', contact: 'done' },
        }),
      },
      events: [
        { kind: 'recovery-proved', method: 'contact' },
        { kind: 'recovery-waiting', until: readyAt },
      ],
      messages: [],
      notMeToken: 'nme_1',
    });
    const alone = plainContext({ notices });
    const linkless = confirmRecovery(account, { code: 'ABCD2345', from: 'owner' }, alone);
    expect(linkless.record.recovery).toMatchObject({ notMeHashes: ['#nme'] });
    expect(linkless).not.toHaveProperty('notMeToken');
  });

  test('C1 the last one carries it out: no factor, no grant and no session is left', () => {
    const account = recoveringWith(readyRecovery, {
      mailedCodes: [plainMailedCode('carry-out')],
      tickets: [plainTicket()],
      proofs: [proof],
      recoveryFrozenAt: null,
    });
    expect(confirm(account)).toStrictEqual({
      kind: 'decided',
      record: {
        ...account,
        factors: [],
        tickets: [],
        proofs: [],
        backupCodes: null,
        mailedCodes: [],
        recovery: null,
        recoveryFrozenAt: null,
        sessionsEndedAt: plainNow,
      },
      outcome: { outcome: 'accepted', recovery: null },
      events: [{ kind: 'recovery-completed' }],
      messages: [],
    });
  });

  test('B8 rule 2 what is refused counts with the guesses, and nothing is judged while they are locked', () => {
    const account = recoveringWith(plainRecovery(), { mailedCodes: [plainMailedCode('recover')] });
    const event = { kind: 'verification-rejected', failures: 1, method: 'email', purpose: 'recovery' };
    const counted = { ...freshThrottle, failures: 1 };
    expect(confirm(account, 'ABCD2346')).toStrictEqual({
      kind: 'decided',
      record: { ...account, mailedCodes: [plainMailedCode('recover', { failures: 1 })], throttle: counted },
      outcome: { outcome: 'rejected', reason: 'wrong', attemptsLeft: 4 },
      events: [{ ...event, reason: 'wrong-mailed-code' }],
      messages: [],
    });
    expect(confirm(account, 'ABCD2345', 'contact')).toMatchObject({
      outcome: { reason: 'expired' },
      events: [{ ...event, reason: 'no-mailed-code' }],
    });
    expect(confirm(recoveringWith(null))).toMatchObject({
      record: { throttle: counted },
      outcome: { outcome: 'rejected', reason: 'expired', attemptsLeft: 4 },
      events: [{ kind: 'verification-rejected', reason: 'no-recovery', failures: 1 }],
    });
    expect(confirm(recoveringWith(readyRecovery, { throttle: locked })).outcome).toMatchObject({
      outcome: 'locked',
    });
    expect(() => confirm(recoveringWith(waitingRecovery))).toThrowError(
      fault('engine/recovery-not-ready', { retryAfterSeconds: 10 }),
    );
    const lost = recoveringWith(plainRecovery(), {
      mailedCodes: [plainMailedCode('recover', { sealedHash: '1.gone.x.00' })],
    });
    expect(confirm(lost)).toStrictEqual({
      kind: 'decided',
      record: lost,
      outcome: { outcome: 'unreadable', code: 'vault/key-missing' },
      events: [{ kind: 'secret-unreadable', method: 'email', reason: 'vault/key-missing' }],
      messages: [],
    });
  });

  test('F4 LIFE-12 an administrator is one proof, by name, and never the owner', () => {
    const vouch = (account: Account, actor = 'carol') =>
      vouchForRecovery(account, { ...carol, actor }, mailingContext());
    const by = { actor: 'carol', note: 'lost phone' };
    expect(vouch(recoveringWith(plainRecovery({ proofs: { email: 5 } })))).toMatchObject({
      record: { recovery: { readyAt, proofs: { email: 5, administrator: plainNow } } },
      outcome: { outcome: 'accepted', recovery: { state: 'waiting' } },
      events: [
        { kind: 'recovery-proved', method: 'administrator', ...by },
        { kind: 'recovery-waiting', until: readyAt, ...by },
      ],
    });
    const twice = recoveringWith(plainRecovery({ proofs: { administrator: 5 } }));
    expect(vouch(twice)).toMatchObject({ record: twice, events: [] });
    expect(() => vouch(recoveringWith(null))).toThrowError(fault('engine/recovery-unknown'));
    expect(() => vouch(recoveringWith(waitingRecovery))).toThrowError(
      fault('engine/recovery-not-ready', { retryAfterSeconds: 10 }),
    );
    expect(() => vouch(recoveringWith(readyRecovery))).toThrowError(
      fault('engine/recovery-not-ready', { retryAfterSeconds: 1 }),
    );
    expect(() => vouch(recoveringWith(plainRecovery()), 'ALICE')).toThrowError(
      fault('engine/actor-is-owner'),
    );
  });
});
