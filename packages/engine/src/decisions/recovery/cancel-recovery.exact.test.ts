import { describe, expect, test } from 'vitest';
import type { Account } from '../../account/account.ts';
import { noTrust } from '../../account/trusted-browser.ts';
import { decided } from '../decision.ts';
import { cancelBySignIn, cancelRecovery } from './cancel-recovery.ts';
import { freezeRecovery, unfreezeRecovery } from './freeze-recovery.ts';
import { freshThrottle } from '../../account/throttle.ts';
import { plainNow, plainTicket, plainTotp } from '../../testing/plain-context.ts';
import {
  carol,
  mailingContext,
  plainMailedCode,
  plainRecovery,
  readyRecovery,
  recoveringWith,
  waitingReset,
} from '../../testing/plain-recovery.ts';

const proof = { ...plainTicket(), hash: '#prf', purpose: 'manage', method: 'totp', factorId: 'fct_a' };
const foreign = plainMailedCode('activate', { subject: 'fct_p' });
const locked = { ...freshThrottle, failures: 5, lockedUntil: plainNow + 50 };
const fault = (code: string, members = {}) => expect.objectContaining({ code, ...members });

describe('a recovery that is stopped', () => {
  const cancel = (account: Account, command: object) => cancelRecovery(account, command, mailingContext());
  const accepted = { outcome: 'accepted' };
  const account = recoveringWith(plainRecovery(), {
    mailedCodes: [foreign, plainMailedCode('recover')],
    proofs: [proof],
    tickets: [plainTicket()],
  });
  const ended = { ...account, mailedCodes: [foreign], recovery: null };
  const expected = (record: Account, event: object) => ({
    kind: 'decided',
    record,
    outcome: accepted,
    events: [event],
    messages: [],
  });

  test('C24 by the newest link, by a proof, or by the code of the mail; the log says how', () => {
    expect(cancel(account, { token: 'nme' })).toStrictEqual(
      expected(ended, { kind: 'recovery-cancelled', method: 'link' }),
    );
    expect(cancel(account, { proof: 'prf' })).toStrictEqual(
      expected({ ...ended, proofs: [] }, { kind: 'recovery-cancelled', method: 'proof' }),
    );
    expect(cancel(account, { typed: { code: 'ABCD2345' } })).toStrictEqual(
      expected(ended, { kind: 'recovery-cancelled', method: 'code' }),
    );
    const late = { ...account, recovery: readyRecovery, mailedCodes: [plainMailedCode('carry-out')] };
    expect(cancel(late, { typed: { code: 'ABCD2345' } }).outcome).toStrictEqual(accepted);
    expect(
      cancel({ ...account, recovery: { ...waitingReset, id: 'rcv_0' } }, { token: 'nme' }).events,
    ).toStrictEqual([{ kind: 'reset-cancelled', method: 'link' }]);
  });

  test('C24 C11 what proves nothing stops nothing', () => {
    expect(() => cancel(account, { token: 'x' })).toThrowError(fault('engine/link-refused'));
    expect(() => cancel(recoveringWith(null), { token: 'nme' })).toThrowError(fault('engine/link-refused'));
    expect(() => cancel(account, {})).toThrowError(fault('engine/proof-required'));
    expect(() => cancel(recoveringWith(null), { proof: 'prf' })).toThrowError(
      fault('engine/recovery-unknown'),
    );
    const event = { kind: 'verification-rejected', failures: 1 };
    expect(cancel(account, { typed: { code: 'ABCD2346' } })).toMatchObject({
      record: {
        recovery: account.recovery,
        mailedCodes: [foreign, { failures: 1 }],
        throttle: { failures: 1 },
      },
      outcome: { reason: 'wrong' },
      events: [{ ...event, reason: 'wrong-mailed-code', method: 'email', purpose: 'recovery' }],
    });
    expect(cancel(recoveringWith(null), { typed: { code: 'ABCD2345' } })).toMatchObject({
      outcome: { outcome: 'rejected', reason: 'expired' },
      events: [{ ...event, reason: 'no-recovery' }],
    });
    expect(cancel({ ...account, throttle: locked }, { typed: { code: 'ABCD2345' } }).outcome).toMatchObject({
      outcome: 'locked',
    });
    const lost = { ...account, mailedCodes: [plainMailedCode('recover', { sealedHash: '1.gone.x.00' })] };
    expect(cancel(lost, { typed: { code: 'ABCD2345' } })).toMatchObject({
      record: lost,
      outcome: { outcome: 'unreadable', code: 'vault/key-missing' },
      events: [{ kind: 'secret-unreadable', method: 'email', reason: 'vault/key-missing' }],
    });
  });

  test('a sign-in with a device ends it, and nothing else does', () => {
    const signIn = decided(account, 'in', { kind: 'verification-accepted' });
    expect(cancelBySignIn(signIn, plainTicket())).toStrictEqual({
      ...signIn,
      record: ended,
      events: [{ kind: 'verification-accepted' }, { kind: 'recovery-cancelled', method: 'sign-in' }],
    });
    expect(cancelBySignIn(signIn, undefined)).toBe(signIn);
    expect(cancelBySignIn(signIn, plainTicket({ purpose: 'manage' }))).toBe(signIn);
    const none = decided(recoveringWith(null), 'in');
    expect(cancelBySignIn(none, plainTicket())).toBe(none);
  });

  test('C22 "this was not me" ends it with all that was granted, and keeps others from being begun', () => {
    const frozen = {
      ...account,
      factors: [plainTotp()],
      trust: noTrust,
      tickets: [],
      proofs: [],
      mailedCodes: [],
      recovery: null,
      recoveryFrozenAt: plainNow,
      sessionsEndedAt: plainNow,
    };
    const pending = { ...account, factors: [plainTotp(), plainTotp({ id: 'p', status: 'pending' })] };
    const freeze = (of: Account, command: object) => freezeRecovery(of, command, mailingContext());
    for (const [command, method] of [
      [{ token: 'nme' }, 'link'],
      [{ proof: 'prf' }, 'proof'],
    ] as const)
      expect(freeze(pending, command)).toStrictEqual({
        kind: 'decided',
        record: frozen,
        outcome: null,
        events: [{ kind: 'recovery-frozen', method }],
        messages: [],
      });
    expect(() => freeze(account, { token: 'x' })).toThrowError(fault('engine/link-refused'));
    expect(() => freeze(account, {})).toThrowError(fault('engine/proof-required'));
    expect(() => freeze(recoveringWith(null), { proof: 'prf' })).toThrowError(
      fault('engine/recovery-unknown'),
    );
    const thaw = (of: Account, command: Parameters<typeof unfreezeRecovery>[1]) =>
      unfreezeRecovery(of, command, mailingContext());
    const held = { ...frozen, proofs: [proof] };
    const event = { kind: 'recovery-unfrozen' };
    expect(thaw(held, { proof: 'prf' })).toStrictEqual({
      kind: 'decided',
      record: { ...held, proofs: [], recoveryFrozenAt: null },
      outcome: null,
      events: [event],
      messages: [],
    });
    expect(thaw(held, { administrator: carol })).toStrictEqual({
      kind: 'decided',
      record: { ...held, recoveryFrozenAt: null },
      outcome: null,
      events: [{ ...event, actor: 'carol', note: 'lost phone' }],
      messages: [],
    });
    expect(() => thaw(account, { proof: 'prf' })).toThrowError(fault('engine/recovery-not-frozen'));
    expect(() => thaw(held, {})).toThrowError(fault('engine/proof-required'));
    expect(() => thaw(held, { administrator: { ...carol, actor: 'alice' } })).toThrowError(
      fault('engine/actor-is-owner'),
    );
  });
});
