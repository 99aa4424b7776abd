import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import type { EventDraft } from '../account/audit-event.ts';
import type { OutgoingMessage } from '../ports/account-store.ts';
import { plainAccount, plainContacts, plainContext, plainNow, plainTotp } from '../testing/plain-context.ts';
import { decided, stale, type Decided } from './decision.ts';
import type { MessagePayload } from './message.ts';
import { decideLogged } from './log-refusal.ts';
import { tellOwner } from './tell-owner.ts';

const settings = { channel: 'email', locale: 'en', publicUrl: 'https://acme.example' };
const context = plainContext({ notices: settings });
const account = plainAccount({ contacts: plainContacts() });
const renamed = { kind: 'factor-renamed', factorId: 'fct_a' } as const;

function tell(before: Account, decision: Decided<unknown>, of = context): Decided<unknown> {
  const told = tellOwner(before, decision, of, settings);
  if (told.kind !== 'decided') throw new Error('It is stale.');
  return told;
}

function payloadOf({ payload }: OutgoingMessage): MessagePayload {
  const [, , , text = ''] = payload.split('.message.');
  return JSON.parse(
    Buffer.from(text || payload.slice(payload.lastIndexOf('.') + 1), 'hex').toString(),
  ) as MessagePayload;
}

const noticesOf = (events: readonly EventDraft[], record = account) =>
  tell(account, decided(record, null, ...events)).messages.map((message) => payloadOf(message).notice);

describe('the messages of a decision', () => {
  test('LIFE-04 go to every address, each with an id of its own event, beside what was sent before', () => {
    const before = {
      ...account,
      contacts: plainContacts({ emails: ['a@example.com', 'b@example.com'], locale: 'de' }),
    };
    const sent = { id: 'earlier' } as OutgoingMessage;
    const decision = {
      ...decided(before, 'out', renamed, { kind: 'unlocked', actor: 'carol', note: 'asked' }),
      messages: [sent],
    };
    const told = tell(before, decision);
    const [first, ...rest] = told.messages;
    expect(first).toBe(sent);
    expect(rest.map(({ id }) => id)).toEqual([
      'msg_#4:salt4:acme5:alice1:613:a@example.com',
      'msg_#4:salt4:acme5:alice1:613:b@example.com',
    ]);
    expect(rest[0]).toMatchObject({
      channel: 'email',
      dueAt: plainNow,
      expiresAt: Math.ceil(plainNow) + 5 * 86_400,
    });
    expect(payloadOf(rest[0]!)).toStrictEqual({
      to: 'a@example.com',
      locale: 'de',
      issuer: 'Acme',
      notice: { kind: 'unlocked', at: plainNow, actor: 'carol', note: 'asked' },
    });
    expect(told).toMatchObject({ outcome: 'out', events: decision.events, record: before });
  });

  test('a notice has what its event has, and the name of its device, a removed one too', () => {
    expect(noticesOf([{ kind: 'locked', until: 9, failures: 5 }])).toStrictEqual([
      { kind: 'locked', at: plainNow, until: 9 },
    ]);
    expect(noticesOf([{ kind: 'verification-accepted', method: 'backupCode', codesLeft: 7 }])).toStrictEqual([
      { kind: 'backup-code-used', at: plainNow, codesLeft: 7 },
    ]);
    const revoked = { kind: 'factor-revoked', factorId: 'fct_a', method: 'totp' } as const;
    const label = { kind: 'factor-revoked', at: plainNow, label: 'phone' };
    expect(noticesOf([revoked])).toStrictEqual([label]);
    expect(noticesOf([revoked], { ...account, factors: [] })).toStrictEqual([label]);
    expect(noticesOf([revoked], { ...account, factors: [plainTotp({ label: 'new name' })] })).toMatchObject([
      { label: 'new name' },
    ]);
    expect(noticesOf([{ ...revoked, factorId: 'gone' }])).toStrictEqual([
      { kind: 'factor-revoked', at: plainNow },
    ]);
  });

  test('C24 a notice of a recovery that can be stopped has the link that stops it', () => {
    const linkOf = (event: EventDraft, changes: object = { notMeToken: 'nme_1' }, of = context) =>
      payloadOf(tell(account, { ...decided(account, null, event), ...changes }, of).messages[0]!).link;
    const link = 'https://acme.example/recovery/not-me?account=alice&token=nme_1';
    expect(linkOf({ kind: 'recovery-begun' })).toBe(link);
    expect(linkOf({ kind: 'recovery-begun' }, {})).toBeUndefined();
    expect(linkOf({ kind: 'recovery-completed' })).toBeUndefined();
    const event = { kind: 'recovery-begun' } as const;
    for (const notices of [null, { ...settings, publicUrl: null }])
      expect(linkOf(event, undefined, plainContext({ notices }))).toBeUndefined();
  });

  test('OOB-07 old and new addresses hear of a change of them, those that were taken off of recoveries alone', () => {
    const former = { emails: ['old@example.com'], until: plainNow + 1 };
    const changed = {
      ...account,
      contacts: plainContacts({ emails: ['new@example.com'], salt: 'other' }, 'con_1'),
    };
    const told = tell(account, decided(changed, null, { kind: 'contacts-changed' }));
    expect(told.messages.map(({ id }) => id)).toEqual([
      'msg_#5:other4:acme5:alice1:515:new@example.com',
      'msg_#5:other4:acme5:alice1:517:alice@example.com',
    ]);
    const erased = tell(account, decided({ ...account, contacts: null }, null, { kind: 'account-erased' }));
    expect(erased.messages).toHaveLength(1);
    const addressed = (kind: 'recovery-begun' | 'unlocked', past = former) => {
      const of = { ...account, contacts: plainContacts({ former: past }) };
      return tell(of, decided(of, null, { kind })).messages.map((message) => payloadOf(message).to);
    };
    expect(addressed('recovery-begun')).toEqual(['alice@example.com', 'old@example.com']);
    expect(addressed('recovery-begun', { ...former, until: plainNow })).toEqual(['alice@example.com']);
    expect(addressed('unlocked')).toEqual(['alice@example.com']);
  });

  test('where nobody can be told, or of nothing, the decision stays as it is; addresses that do not open are logged', () => {
    const quiet = decided(account, null, renamed);
    expect(tell(account, quiet)).toBe(quiet);
    const deaf = decided(plainAccount(), null, { kind: 'unlocked' });
    expect(tell(plainAccount(), deaf)).toBe(deaf);
    expect(tellOwner(account, stale, context, settings)).toBe(stale);
    const lost = { ...account, contacts: { ...plainContacts(), sealed: '1.gone.x.00' } };
    expect(tell(lost, decided(lost, null, { kind: 'unlocked' }))).toMatchObject({
      events: [
        { kind: 'unlocked' },
        { kind: 'secret-unreadable', method: 'contacts', reason: 'vault/key-missing' },
      ],
      messages: [],
    });
    const locked = decided({ ...account, lastNoticed: { wrongCodeAt: 0, lockedAt: plainNow - 9 } }, null, {
      kind: 'locked',
    });
    expect(tell(account, locked)).toBe(locked);
    expect(tell(account, decided(account, null, { kind: 'locked' })).record.lastNoticed).toEqual({
      wrongCodeAt: 0,
      lockedAt: plainNow,
    });
  });

  test('LOG-08 what was decided is logged once, and what telling of it adds behind it', () => {
    const lost = { ...account, contacts: { ...plainContacts(), sealed: '1.gone.x.00' } };
    const unlocked = { kind: 'unlocked', actor: 'carol' } as const;
    const logged = decideLogged(lost, context, (of) => decided(of, null, unlocked));
    const fault = { kind: 'secret-unreadable', method: 'contacts', reason: 'vault/key-missing' };
    expect(logged).toMatchObject({
      events: [unlocked, fault],
      record: { lastLogged: { unreadableAt: plainNow } },
    });
    expect(logged.kind === 'decided' && logged.events).toHaveLength(2);
  });
});
