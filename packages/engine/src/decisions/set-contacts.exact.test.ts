import { describe, expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import type { ContactBook } from '../account/contacts.ts';
import {
  plainAccount,
  plainContacts,
  plainContext,
  plainNow,
  plainSealed,
} from '../testing/plain-context.ts';
import { setContacts } from './set-contacts.ts';

const week = 7 * 86_400;
const set = (
  account: Account,
  emails: readonly string[] = ['new@example.com'],
  trusted: readonly string[] = [],
) => setContacts(account, { emails, trusted, locale: 'de' }, plainContext());
const none = plainAccount({ factors: [] });

function bookOf(account: Account): ContactBook {
  const [, , , text = ''] = account.contacts!.sealed.split('.');
  return JSON.parse(Buffer.from(text, 'hex').toString()) as ContactBook;
}

describe('contacts that are set', () => {
  test('LIFE-04 take the place of what was said before, sealed for this account, and take from the budget', () => {
    const book = { emails: ['new@example.com'], locale: 'de', salt: 'slt_1' };
    expect(set(none)).toStrictEqual({
      kind: 'decided',
      record: {
        ...none,
        contacts: {
          id: 'con_2',
          sealed: plainSealed(JSON.stringify(book), 'con_2', 'contacts'),
          changesFreeAt: plainNow + 3 * 3600,
        },
      },
      outcome: { count: 1 },
      events: [{ kind: 'contacts-changed' }],
      messages: [],
    });
    const vouched = set(none, ['a@example.com', 'b@example.com'], ['bob@example.org']);
    expect(vouched.outcome).toStrictEqual({ count: 2, trustedCount: 1 });
    expect(bookOf(vouched.record)).toMatchObject({ trusted: ['bob@example.org'] });
  });

  test('OOB-07 who is taken off hears of recoveries for a while yet, and nobody for longer', () => {
    const formerOf = (book: Partial<ContactBook>, emails?: readonly string[]) =>
      bookOf(set({ ...none, contacts: plainContacts(book) }, emails).record).former;
    const until = plainNow + week;
    expect(formerOf({})).toEqual({ emails: ['alice@example.com'], until });
    expect(formerOf({}, ['ALICE@example.com'])).toBeUndefined();
    const two = { emails: ['alice@example.com', 'kept@example.com'] };
    expect(formerOf(two, ['kept@example.com', 'new@example.com'])).toEqual({
      emails: ['alice@example.com'],
      until,
    });
    const earlier = (past: number) => ({
      former: { emails: ['old@example.com', 'Alice@example.com'], until: plainNow + past },
    });
    expect(formerOf(earlier(1))).toEqual({ emails: ['alice@example.com', 'old@example.com'], until });
    for (const past of [0, -1])
      expect(formerOf(earlier(past))).toEqual({ emails: ['alice@example.com'], until });
    const past = (count: number) => {
      const emails = Array.from({ length: count }, (_, place) => `old${place}@example.com`);
      return { former: { emails, until: plainNow + 9.5 } };
    };
    expect(formerOf(past(9))?.emails).toHaveLength(10);
    expect(() => formerOf(past(10))).toThrowError(
      expect.objectContaining({ code: 'engine/rate-limited', retryAfterSeconds: 10 }),
    );
    const lost = { ...none, contacts: { ...plainContacts(), sealed: '1.gone.x.00' } };
    expect(bookOf(set(lost).record)).not.toHaveProperty('former');
  });

  test('E1 C11 a change takes a proof, and waits where there were too many', () => {
    const at = (changesFreeAt: number) => () =>
      set({ ...none, contacts: { ...plainContacts(), changesFreeAt } });
    expect(at(plainNow + 4 * 3 * 3600)).not.toThrow();
    expect(at(plainNow + 7)().record.contacts).toMatchObject({ changesFreeAt: plainNow + 7 + 3 * 3600 });
    expect(at(plainNow + 4 * 3 * 3600 + 1.5)).toThrowError(
      expect.objectContaining({ code: 'engine/rate-limited', retryAfterSeconds: 2 }),
    );
    expect(() => set(plainAccount())).toThrowError(
      expect.objectContaining({ code: 'engine/proof-required' }),
    );
  });
});
