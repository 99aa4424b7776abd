import { expect, test } from 'vitest';
import { clipContacts, normaliseEmails, normaliseLocale, normaliseTrustedContacts } from './contacts.ts';

const addresses = (count: number) => Array.from({ length: count }, (_, place) => `a${place}@example.com`);
const own = ['alice@example.com', 'alice@example.org'];

test('LIFE-04 an account has one to five addresses, all different', () => {
  for (const count of [1, 5]) expect(normaliseEmails(addresses(count))).toEqual(addresses(count));
  for (const count of [0, 6])
    expect(() => normaliseEmails(addresses(count))).toThrowError('An account has 1 to 5 e-mail addresses.');
  expect(() => normaliseEmails('a@example.com' as never)).toThrowError(
    new TypeError('emails is an array of e-mail addresses.'),
  );
  expect(() => normaliseEmails(['a@example.com', 'A@Example.COM'])).toThrowError(
    'An e-mail address is named once: two of these are the same.',
  );
});

test('C10 one to three others may vouch, all different, and none of them the owner', () => {
  for (const count of [1, 3])
    expect(normaliseTrustedContacts(addresses(count), own)).toEqual(addresses(count));
  for (const count of [0, 4])
    expect(() => normaliseTrustedContacts(addresses(count), own)).toThrowError(
      'An account has 1 to 3 trusted contacts, or leaves them out.',
    );
  expect(() => normaliseTrustedContacts('bob@example.com' as never, own)).toThrowError(
    new TypeError('trustedContacts is an array of e-mail addresses.'),
  );
  expect(() => normaliseTrustedContacts(['bob@example.com', 'BOB@example.com'], own)).toThrowError(
    'A trusted contact is named once: two of these are the same.',
  );
  for (const email of ['alice@example.com', 'ALICE@example.org', 'alice+x@example.com'])
    expect(() => normaliseTrustedContacts(['bob@example.com', email], own), email).toThrowError(
      'A trusted contact is somebody else: one of these is the address of the account.',
    );
});

test('a language has the form en or de-AT', () => {
  for (const locale of ['en', 'gsw', 'de-AT']) expect(normaliseLocale(locale)).toBe(locale);
  for (const locale of ['', 'e', 'EN', 'de-at', 'de_AT', 'de-AT-x', 'xen-', 'de-ATX', ' en'])
    expect(() => normaliseLocale(locale), locale).toThrowError('A locale has the form "en" or "de-AT".');
  for (const locale of [5, ['en']])
    expect(() => normaliseLocale(locale as never)).toThrowError(new TypeError('A locale is a string.'));
});

test('F3 a budget that no clock could have set is forgotten, and one at its edge is not', () => {
  const contacts = { id: 'con_0', sealed: 's', changesFreeAt: 120 };
  expect(clipContacts(contacts, 10, 100)).toBe(contacts);
  expect(clipContacts(contacts, 10, 99)).toEqual({ ...contacts, changesFreeAt: 0 });
});
