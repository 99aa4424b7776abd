import type { Account } from '../account/account.ts';
import type { ContactBook } from '../account/contacts.ts';
import type { LastNoticed } from '../account/notice.ts';
import type { Requirement } from '../account/requirement.ts';
import { viewTrustedBrowser, type TrustedBrowserView } from '../account/trusted-browser.ts';
import type { OutgoingMessage } from '../ports/account-store.ts';
import { openContacts } from './contact-book.ts';
import { decided, type Decided, type DecisionContext } from './decision.ts';
import type { MessagePayload } from './message.ts';

/** A message that waits to be sent. */
export interface WaitingMessage {
  /** What it tells of; null where it does not open. */
  readonly kind: string | null;
  readonly channel: string;
  /** Seconds since the epoch. */
  readonly dueAt: number;
  readonly expiresAt: number;
}

/** What is kept of a person besides what every view shows. */
export interface KeptOfPerson {
  /** Null where there are none; `unreadable` where they do not open. */
  readonly contacts: Omit<ContactBook, 'salt'> | 'unreadable' | null;
  readonly trustedBrowsers: readonly TrustedBrowserView[];
  /** How many tickets and proofs are open; of each a hash is kept. */
  readonly openTickets: number;
  readonly openProofs: number;
  readonly waitingMessages: readonly WaitingMessage[];
  /** Codes that were mailed and not used yet: what for, and until when; seconds since the epoch, as all of these. */
  readonly mailedCodes: readonly { readonly purpose: string; readonly expiresAt: number }[];
  /** When codes were mailed lately. */
  readonly codesMailedAt: readonly number[];
  /** Failures that count towards a lock, and those on codes that cannot be guessed. */
  readonly failures: number;
  readonly strongFailures: number;
  /** How often the application told of a new password. */
  readonly passwordChanges: number;
  /** When the person was last told of a wrong code and of a lock; 0 for never. */
  readonly lastNoticed: LastNoticed;
  /** Whether this one account must have a second factor, and when its time to enroll began. */
  readonly requirement: Requirement | null;
  readonly graceStartedAt: number | null;
}

const decoder = new TextDecoder();

/**
 * What is kept of a person, in clear, for that person; that it was read out is logged (LOG-01). SECURITY: rule 4, C15, the
 * members are taken one by one: no secret, no code, no hash and no salt is among them (`export-account.test.ts`).
 */
export function exportAccount(
  account: Account,
  messages: readonly OutgoingMessage[],
  context: DecisionContext,
): Decided<KeptOfPerson> {
  const { trust, tickets, proofs, requirement, graceStartedAt, passwordChanges, strongFailures } = account;
  const kept: KeptOfPerson = {
    contacts: contactsOf(account, context),
    trustedBrowsers: trust.browsers.map(viewTrustedBrowser),
    openTickets: tickets.length,
    openProofs: proofs.length,
    waitingMessages: messages.map((message) => viewMessage(message, context)),
    mailedCodes: account.mailedCodes.map(({ purpose, expiresAt }) => ({ purpose, expiresAt })),
    codesMailedAt: account.sends,
    failures: account.throttle.failures,
    strongFailures,
    passwordChanges,
    lastNoticed: account.lastNoticed,
    requirement,
    graceStartedAt,
  };
  return decided(account, kept, { kind: 'account-exported' });
}

function contactsOf({ contacts }: Account, context: DecisionContext): KeptOfPerson['contacts'] {
  if (contacts === null) return null;
  const opened = openContacts(contacts, context);
  if (opened.outcome !== 'opened') return 'unreadable';
  const { emails, locale, trusted, former } = opened.book;
  return {
    emails,
    locale,
    ...(trusted === undefined ? {} : { trusted }),
    ...(former === undefined ? {} : { former }),
  };
}

function viewMessage(
  { id: holder, channel, payload, dueAt, expiresAt }: OutgoingMessage,
  { id, vault }: DecisionContext,
): WaitingMessage {
  const opened = vault.open(payload, { id, holder, purpose: 'message' });
  const kind =
    opened.outcome === 'opened'
      ? (JSON.parse(decoder.decode(opened.plaintext)) as MessagePayload).notice.kind
      : null;
  return { kind, channel, dueAt, expiresAt };
}
