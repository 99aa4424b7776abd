import type { Account } from '../account/account.ts';
import { contactsMax, withoutRepeats } from '../account/contacts.ts';
import { sameEmail } from '../account/email-address.ts';
import { TidelockError } from '../tidelock-error.ts';
import { openContacts, sealContacts } from './contact-book.ts';
import { decided, newToken, type Decided, type DecisionContext } from './decision.ts';
import { spendManageProof } from './spend-proof.ts';

export interface SetContactsCommand {
  /** Checked and normalised. */
  readonly emails: readonly string[];
  /** The same for those who may vouch; empty where nobody is. */
  readonly trusted: readonly string[];
  readonly locale: string | null;
  readonly proof?: string | undefined;
}

/** What is told of contacts: how many there are, and none of them. */
export interface ContactsView {
  readonly count: number;
  /** How many may vouch; left out where nobody does. */
  readonly trustedCount?: number;
}

/**
 * Says where notices go, in place of what was said before. SECURITY: rule 7, on an enrolled account it takes a proof, for
 * the first contacts too: whoever could redirect the notices could do all else unseen (LIFE-04).
 *
 * @throws TidelockError `engine/proof-required`, `engine/rate-limited`
 */
export function setContacts(
  account: Account,
  { emails, trusted, locale, proof }: SetContactsCommand,
  context: DecisionContext,
): Decided<ContactsView> {
  const allowed = spendManageProof(account, proof, context);
  const changesFreeAt = takeChange(allowed, context);
  const salt = newToken('slt', context);
  const id = newToken('con', context);
  const book = {
    emails,
    locale,
    salt,
    ...(trusted.length > 0 ? { trusted } : {}),
    ...formerOf(allowed, emails, context),
  };
  const contacts = sealContacts(book, { id, changesFreeAt }, context);
  const record: Account = { ...allowed, contacts };
  const view = { count: emails.length, ...(trusted.length > 0 ? { trustedCount: trusted.length } : {}) };
  return decided(record, view, { kind: 'contacts-changed' });
}

/** As many as two whole changes take off. */
const formerContactsMax = 2 * contactsMax;

/** Those who are taken off now, or were a short while ago: they hear of recoveries for a while yet (OOB-07). */
function formerOf({ contacts }: Account, emails: readonly string[], context: DecisionContext) {
  const { now, policy } = context;
  const opened = contacts === null ? null : openContacts(contacts, context);
  if (opened?.outcome !== 'opened') return {};
  const { book } = opened;
  const earlier = book.former !== undefined && now < book.former.until ? book.former.emails : [];
  const gone = withoutRepeats([...book.emails, ...earlier]).filter(
    (email) => !emails.some((kept) => sameEmail(kept, email)),
  );
  if (gone.length === 0) return {};
  // SECURITY: OOB-07, changes in a row must not push the owner's own addresses out of those that hear of a recovery.
  if (gone.length > formerContactsMax)
    throw new TidelockError('engine/rate-limited', {
      retryAfterSeconds: Math.ceil((book.former?.until ?? now) - now),
    });
  return { former: { emails: gone, until: now + policy.formerContactSeconds } };
}

/** SECURITY: E1, each change sends mails to old and new addresses, so that changes have a budget. @throws TidelockError `engine/rate-limited` */
function takeChange({ contacts }: Account, { policy, now }: DecisionContext): number {
  const { contactChangesBurst, contactChangeSeconds } = policy;
  const freeAt = Math.max(contacts?.changesFreeAt ?? 0, now) + contactChangeSeconds;
  const wait = freeAt - now - contactChangesBurst * contactChangeSeconds;
  if (wait > 0) throw new TidelockError('engine/rate-limited', { retryAfterSeconds: Math.ceil(wait) });
  return freeAt;
}
