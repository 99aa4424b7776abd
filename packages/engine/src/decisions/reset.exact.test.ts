import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import type { Recovery } from '../account/recovery.ts';
import { beginReset, completeReset } from './reset.ts';
import { plainAccount, plainNow } from '../testing/plain-context.ts';
import {
  carol,
  mailingContext,
  plainMailedCode,
  plainRecovery,
  plainRecoveryView,
  readyRecovery,
  recoveringWith,
  waitingRecovery,
  waitingReset,
} from '../testing/plain-recovery.ts';

const day = 86_400;
const readyAt = Math.ceil(plainNow) + day;
const foreign = plainMailedCode('activate', { subject: 'fct_p' });
const fault = (code: string, members = {}) => expect.objectContaining({ code, ...members });

describe('an administrator’s reset', () => {
  const begin = (account: Account, actor = 'carol') =>
    beginReset(account, { ...carol, actor }, mailingContext());
  const made = {
    ...plainRecovery({ id: 'rcv_1', begunBy: 'administrator', begunAt: plainNow, readyAt, ...carol }),
    notMeHashes: ['#nme_2'],
  };

  test('F4 begins a waiting time, once; it takes the place of a recovery that the owner began', () => {
    const account = recoveringWith(plainRecovery(), { mailedCodes: [foreign, plainMailedCode('recover')] });
    const view = plainRecoveryView({
      state: 'waiting',
      begunBy: 'administrator',
      begunAt: plainNow,
      readyAt,
      lapsesAt: readyAt + 3 * day,
      ...carol,
      proofs: null,
    });
    expect(begin(account)).toStrictEqual({
      kind: 'decided',
      record: { ...account, mailedCodes: [foreign], recovery: made },
      outcome: view,
      events: [{ kind: 'reset-begun', actor: 'carol', note: 'lost phone', until: readyAt }],
      messages: [],
      notMeToken: 'nme_2',
    });
    expect(begin(recoveringWith(null, { mailedCodes: [foreign] })).record).toMatchObject({
      mailedCodes: [foreign],
      recovery: made,
    });
    // One that has waited already spares the reset nothing.
    expect(begin(recoveringWith(waitingRecovery)).record.recovery).toEqual(made);
    const due = recoveringWith(waitingReset);
    expect(begin(due)).toMatchObject({
      record: due,
      events: [],
      outcome: { begunBy: 'administrator', readyAt: waitingReset.readyAt },
    });
    expect(() => begin(plainAccount({ factors: [] }))).toThrowError(fault('engine/no-active-factor'));
    expect(() => begin(recoveringWith(null, { recoveryFrozenAt: 0 }))).toThrowError(
      fault('engine/recovery-frozen'),
    );
    expect(() => begin(recoveringWith(null), 'Alice')).toThrowError(fault('engine/actor-is-owner'));
  });

  test('F4 removes every factor when the time is over, and nothing before', () => {
    const complete = (recovery: Recovery | null) =>
      completeReset(recoveringWith(recovery), carol, mailingContext());
    const by = { actor: 'carol', note: 'lost phone' };
    expect(complete({ ...waitingReset, readyAt: plainNow })).toMatchObject({
      record: { factors: [], recovery: null, sessionsEndedAt: plainNow },
      outcome: null,
      events: [{ kind: 'reset-completed', ...by }],
    });
    expect(complete(readyRecovery).events).toStrictEqual([{ kind: 'recovery-completed', ...by }]);
    expect(() => complete(null)).toThrowError(fault('engine/recovery-unknown'));
    expect(() => complete(waitingReset)).toThrowError(
      fault('engine/recovery-not-ready', { retryAfterSeconds: 10 }),
    );
    expect(() => complete(plainRecovery())).toThrowError(
      fault('engine/recovery-not-ready', { message: expect.stringContaining('proofs are not complete') }),
    );
  });
});
