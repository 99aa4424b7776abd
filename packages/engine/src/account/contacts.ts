import { normaliseEmail, sameEmail, sameMailbox } from './email-address.ts';

/** Where notices of an account go. The addresses are sealed: nobody reads them from a database. */
export interface Contacts {
  readonly id: string;
  /** A {@link ContactBook} as JSON, sealed by the vault for this account and this id. */
  readonly sealed: string;
  /** When the budget of changes is whole again, seconds since the epoch (a leaky bucket in one number). */
  readonly changesFreeAt: number;
}

/** What is sealed. */
export interface ContactBook {
  readonly emails: readonly string[];
  /** Other people, whom the owner trusts to vouch for them when everything is lost; they are told of nothing else. */
  readonly trusted?: readonly string[];
  /** Addresses that were taken off, which still hear of recoveries: whoever redirects the mail first must not go unseen. */
  readonly former?: { readonly emails: readonly string[]; readonly until: number };
  /** In which language the notices are, such as `de`; null for that of the service. */
  readonly locale: string | null;
  /** Random: it goes into the ids of messages, so that nobody finds an address by trying which one gives an id. */
  readonly salt: string;
}

/** The most addresses of one account: each of them is told of everything. */
export const contactsMax = 5;

const localePattern = /^[a-z]{2,3}(?:-[A-Z]{2})?$/;

/** Checks 1 to 5 addresses, all different. @throws TypeError, RangeError; the messages never repeat an address. */
export function normaliseEmails(emails: readonly string[]): readonly string[] {
  if (!Array.isArray(emails)) throw new TypeError('emails is an array of e-mail addresses.');
  if (emails.length < 1 || emails.length > contactsMax)
    throw new RangeError(`An account has 1 to ${contactsMax} e-mail addresses.`);
  const normal = emails.map((email: string) => normaliseEmail(email));
  if (withoutRepeats(normal).length < normal.length)
    throw new RangeError('An e-mail address is named once: two of these are the same.');
  return normal;
}

/** The most people who may be named as trusted. */
export const trustedContactsMax = 3;

/**
 * Checks 1 to 3 addresses of other people. SECURITY: C10, one that reaches the owner would be the mailed code once more.
 *
 * @throws TypeError, RangeError
 */
export function normaliseTrustedContacts(
  trusted: readonly string[],
  own: readonly string[],
): readonly string[] {
  if (!Array.isArray(trusted)) throw new TypeError('trustedContacts is an array of e-mail addresses.');
  if (trusted.length < 1 || trusted.length > trustedContactsMax)
    throw new RangeError(`An account has 1 to ${trustedContactsMax} trusted contacts, or leaves them out.`);
  const normal = trusted.map((email: string) => normaliseEmail(email));
  if (withoutRepeats(normal).length < normal.length)
    throw new RangeError('A trusted contact is named once: two of these are the same.');
  if (normal.some((email) => own.some((other) => sameMailbox(email, other))))
    throw new RangeError('A trusted contact is somebody else: one of these is the address of the account.');
  return normal;
}

/** Checks a language: `en`, `de`, `de-AT`. @throws TypeError, RangeError */
export function normaliseLocale(locale: string): string {
  if (typeof locale !== 'string') throw new TypeError('A locale is a string.');
  if (!localePattern.test(locale)) throw new RangeError('A locale has the form "en" or "de-AT".');
  return locale;
}

/** Each address once, in the first spelling in which it stands. */
export function withoutRepeats(emails: readonly string[]): readonly string[] {
  return emails.filter((email, place) => emails.findIndex((other) => sameEmail(other, email)) === place);
}

/**
 * SECURITY: F3, an instant that no budget could have set came from a clock that jumped, and is forgotten. Clipped to the end of
 * the budget it would move along with the clock, and nobody could change contacts for years.
 */
export function clipContacts(contacts: Contacts, budgetSeconds: number, now: number): Contacts {
  // Twice, since the clocks of two servers differ.
  return contacts.changesFreeAt > now + 2 * budgetSeconds ? { ...contacts, changesFreeAt: 0 } : contacts;
}
