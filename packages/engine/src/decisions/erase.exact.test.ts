import { describe, expect, test } from 'vitest';
import { unknownAccount, type Account } from '../account/account.ts';
import { notMeLink } from '../account/not-me-link.ts';
import type { OutgoingMessage } from '../ports/account-store.ts';
import {
  plainAccount,
  plainContacts,
  plainContext,
  plainNow,
  plainSealed,
  plainTicket,
  plainTotp,
} from '../testing/plain-context.ts';
import { erase, type EraseCommand } from './erase.ts';
import { exportAccount } from './export-account.ts';
import { beginRecovery } from './recovery/begin-recovery.ts';
import { plainRecovery, readyRecovery } from '../testing/plain-recovery.ts';

const context = plainContext();
const carol = { actor: 'carol', reason: 'asked by letter' };
const proof = { ...plainTicket(), hash: '#prf', purpose: 'manage', method: 'totp', factorId: 'fct_a' };
const requirement = { level: 'required', graceDays: 1, kinds: ['totp'] } as const;

describe('an erasure', () => {
  const kept = { requirement, graceStartedAt: 5, eventCount: 4, eventLink: 'link' };
  const account = plainAccount({ ...kept, proofs: [proof], contacts: plainContacts(), passwordChanges: 2 });
  const erased = (of: Account, command: EraseCommand) => erase(of, command, context);

  test('C11 by its owner takes a proof, and leaves the place in the chain and what is required', () => {
    expect(erased(account, { proof: 'prf' })).toStrictEqual({
      kind: 'decided',
      record: { ...unknownAccount, ...kept, erasedThrough: 5 },
      outcome: null,
      events: [{ kind: 'account-erased' }],
      messages: [],
      erases: true,
    });
    for (const wrong of [undefined, 'x'])
      expect(() => erased(account, { proof: wrong })).toThrowError(
        expect.objectContaining({ code: 'engine/proof-required' }),
      );
  });

  test('F4 by an administrator takes an account without a factor, and says what comes before', () => {
    const by = { administrator: carol };
    const none = { ...account, factors: [] };
    expect(erased(none, by)).toMatchObject({
      record: { erasedThrough: 5 },
      events: [{ kind: 'account-erased', actor: 'carol', note: 'asked by letter' }],
    });
    expect(() => erased(account, by)).toThrowError('An administrator begins a reset, and erases the account');
    expect(() => erased(account, by)).toThrowError(
      expect.objectContaining({ code: 'engine/proof-required' }),
    );
  });

  test('LOG-01 asked for twice is one, and anything that has happened since is erased again', () => {
    const gone = { ...unknownAccount, ...kept, eventCount: 5, erasedThrough: 5 };
    const again = erased(gone, {});
    expect(again).toStrictEqual({ kind: 'decided', record: gone, outcome: null, events: [], messages: [] });
    for (const since of [{ eventCount: 6 }, { passwordChanges: 1 }, { eventCount: 6, passwordChanges: 1 }])
      expect(erased({ ...gone, ...since }, {}).events, JSON.stringify(since)).toHaveLength(1);
  });
});

describe('what is kept of a person', () => {
  const message = (id: string, sealedFor = id): OutgoingMessage => ({
    id,
    accountId: context.id,
    channel: 'email',
    payload: plainSealed(JSON.stringify({ notice: { kind: 'locked' } }), sealedFor, 'message'),
    dueAt: 7,
    expiresAt: 8,
  });
  const kept = (changes: Partial<Account>, messages: readonly OutgoingMessage[] = []) =>
    exportAccount(plainAccount(changes), messages, context);

  test('C15 rule 4: is told member by member, without a hash, a salt or a secret', () => {
    const former = { emails: ['old@example.com'], until: 9 };
    const account = plainAccount({
      contacts: plainContacts({ trusted: ['bob@example.org'], former }),
      trust: { stamp: 'x', browsers: [{ id: 'b', hash: 'h', createdAt: 1, lastUsedAt: 2, expiresAt: 3 }] },
      tickets: [plainTicket(), plainTicket()],
      proofs: [proof],
      sends: [4],
      mailedCodes: [
        { id: 'c', purpose: 'recover', subject: 'r', sealedHash: 's', expiresAt: 6, failures: 1 },
      ],
      strongFailures: 3,
      passwordChanges: 2,
      requirement,
      graceStartedAt: 5,
    });
    const told = exportAccount(account, [message('msg_1'), message('msg_2', 'msg_1')], context);
    expect(told.record).toBe(account);
    expect(told.events).toStrictEqual([{ kind: 'account-exported' }]);
    expect(told.outcome).toMatchObject({
      contacts: { emails: ['alice@example.com'], locale: null, trusted: ['bob@example.org'], former },
      trustedBrowsers: [{ id: 'b', createdAt: 1, lastUsedAt: 2, expiresAt: 3 }],
      openTickets: 2,
      openProofs: 1,
      waitingMessages: [
        { kind: 'locked', channel: 'email', dueAt: 7, expiresAt: 8 },
        { kind: null, channel: 'email', dueAt: 7, expiresAt: 8 },
      ],
      mailedCodes: [{ purpose: 'recover', expiresAt: 6 }],
      codesMailedAt: [4],
      failures: 0,
      strongFailures: 3,
      passwordChanges: 2,
      lastNoticed: { wrongCodeAt: 0, lockedAt: 0 },
      requirement,
      graceStartedAt: 5,
    });
    expect(JSON.stringify(told.outcome)).not.toMatch(/hash|salt|sealed|#/);
  });

  test('contacts are told as they are, and that they do not open', () => {
    expect(kept({}).outcome.contacts).toBeNull();
    expect(kept({ contacts: plainContacts() }).outcome.contacts).toStrictEqual({
      emails: ['alice@example.com'],
      locale: null,
    });
    expect(kept({ contacts: { ...plainContacts(), sealed: '1.gone.x.00' } }).outcome.contacts).toBe(
      'unreadable',
    );
  });
});

describe('a code of a recovery', () => {
  const notices = { channel: 'email', locale: 'en', publicUrl: null };
  const mailedBy = (recovery: Account['recovery'], to: 'owner' | 'contact') => {
    const account = plainAccount({
      recovery,
      contacts: plainContacts({ trusted: ['bob@example.org'] }),
      factors: [plainTotp()],
    });
    const begun = beginRecovery(account, { to }, plainContext({ notices }));
    const [payload = ''] = begun.messages.map((message) => message.payload);
    return JSON.parse(Buffer.from(payload.slice(payload.lastIndexOf('.') + 1), 'hex').toString()) as object;
  };

  test('C10 says what it is for, and one for another person whom it is for', () => {
    const until = Math.floor(plainNow) + 600;
    const notice = { at: plainNow, until };
    expect(mailedBy(plainRecovery(), 'owner')).toMatchObject({
      to: 'alice@example.com',
      notice: { kind: 'recovery-code', ...notice },
    });
    expect(mailedBy(readyRecovery, 'owner')).toStrictEqual({
      to: 'alice@example.com',
      locale: 'en',
      issuer: 'Acme',
      notice: { kind: 'recovery-last-code', ...notice },
      code: '1111-1111',
    });
    expect(mailedBy(plainRecovery(), 'contact')).toMatchObject({
      to: 'bob@example.org',
      notice: { kind: 'contact-code', label: 'a•••@e•••.com', ...notice },
    });
  });

  test('C24 a link names its account and its token, each in full', () => {
    expect(notMeLink('https://acme.example', { account: 'a b&c', token: 'nme_1' })).toBe(
      'https://acme.example/recovery/not-me?account=a%20b%26c&token=nme_1',
    );
  });
});
