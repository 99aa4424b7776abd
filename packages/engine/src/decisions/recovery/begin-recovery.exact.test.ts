import { describe, expect, test } from 'vitest';
import type { Account } from '../../account/account.ts';
import type { Recovery } from '../../account/recovery.ts';
import { beginRecovery } from './begin-recovery.ts';
import { plainAccount, plainContacts, plainContext, plainNow } from '../../testing/plain-context.ts';
import {
  mailingContext,
  plainRecovery,
  plainRecoveryView,
  readyRecovery,
  recoveringWith,
  waitingRecovery,
  waitingReset,
} from '../../testing/plain-recovery.ts';

const day = 86_400;
const fault = (code: string, members = {}) => expect.objectContaining({ code, ...members });

describe('a recovery that is begun', () => {
  const begin = (account: Account, to: 'owner' | 'contact' = 'owner') =>
    beginRecovery(account, { to }, mailingContext());
  const until = Math.floor(plainNow) + 600;

  test('C1 mails a code, makes a link, removes nothing, and says where it stands', () => {
    const account = recoveringWith(null);
    const begun = begin(account);
    const id = 'rcv_1';
    expect(begun).toMatchObject({
      kind: 'decided',
      notMeToken: 'nme_2',
      outcome: {
        ...plainRecoveryView({ begunAt: plainNow, lapsesAt: plainNow + 3 * day }),
        sentTo: ['a•••@e•••.com'],
        expiresAt: until,
      },
      events: [
        { kind: 'recovery-begun', until: plainNow + 3 * day },
        { kind: 'code-sent', method: 'email', purpose: 'recover', until },
      ],
    });
    expect(begun.messages).toHaveLength(1);
    expect(begun.record).toMatchObject({
      factors: account.factors,
      recovery: plainRecovery({ id, begunAt: plainNow, notMeHashes: ['#nme_2'] }),
      mailedCodes: [{ purpose: 'recover', subject: id }],
      sends: [plainNow],
    });
  });

  test('asked again it mails the code that it waits for, and nothing where it waits for none', () => {
    const purposes = (recovery: Recovery, to: 'owner' | 'contact') =>
      begin(recoveringWith(recovery), to).record.mailedCodes.map(({ purpose }) => purpose);
    expect(purposes(plainRecovery(), 'owner')).toStrictEqual(['recover']);
    expect(purposes(plainRecovery(), 'contact')).toStrictEqual(['vouch']);
    expect(purposes(plainRecovery({ proofs: { email: 1 } }), 'owner')).toStrictEqual([]);
    expect(purposes(plainRecovery({ proofs: { email: 1 } }), 'contact')).toStrictEqual(['vouch']);
    expect(purposes(plainRecovery({ proofs: { contact: 1 } }), 'contact')).toStrictEqual([]);
    expect(purposes(plainRecovery({ proofs: { contact: 1 } }), 'owner')).toStrictEqual(['recover']);
    for (const to of ['owner', 'contact'] as const) {
      expect(purposes(waitingRecovery, to)).toStrictEqual([]);
      expect(purposes(waitingReset, to)).toStrictEqual([]);
      expect(purposes({ ...waitingReset, readyAt: plainNow - 1 }, to)).toStrictEqual([]);
    }
    expect(purposes(readyRecovery, 'owner')).toStrictEqual(['carry-out']);
    expect(purposes(readyRecovery, 'contact')).toStrictEqual([]);
    const account = recoveringWith(waitingRecovery);
    expect(begin(account)).toMatchObject({
      record: account,
      events: [],
      messages: [],
      outcome: { sentTo: [], expiresAt: null },
    });
    const again = begin(recoveringWith(plainRecovery()));
    expect(again.events).toHaveLength(1);
    expect(again.record.recovery).toStrictEqual(plainRecovery());
    expect(again).not.toHaveProperty('notMeToken');
  });

  test('is none without a factor, while frozen, or where nothing can be mailed', () => {
    expect(() => begin(plainAccount({ factors: [] }))).toThrowError(fault('engine/no-active-factor'));
    expect(() => begin(recoveringWith(null, { recoveryFrozenAt: 0 }))).toThrowError(
      fault('engine/recovery-frozen'),
    );
    const unavailable = fault('engine/recovery-unavailable');
    expect(() => begin(recoveringWith(null, { contacts: null }))).toThrowError(unavailable);
    expect(() => begin(recoveringWith(null, { contacts: plainContacts() }), 'contact')).toThrowError(
      unavailable,
    );
    expect(() =>
      begin(recoveringWith(null, { contacts: plainContacts({ trusted: [] }) }), 'contact'),
    ).toThrowError(unavailable);
    expect(() => beginRecovery(recoveringWith(null), { to: 'owner' }, plainContext())).toThrowError(
      unavailable,
    );
    expect(() => begin(recoveringWith(null, { contacts: plainContacts() }))).not.toThrow();
  });
});
