import type { Account } from '../account/account.ts';
import { TidelockError } from '../tidelock-error.ts';
import { sealContacts } from './contact-book.ts';
import { decided, newToken, type Decided, type DecisionContext } from './decision.ts';
import { spendManageProof } from './spend-proof.ts';

export interface SetContactsCommand {
  /** Checked and normalised. */
  readonly emails: readonly string[];
  readonly locale: string | null;
  readonly proof?: string | undefined;
}

/** What is told of contacts: how many there are, and none of them. */
export interface ContactsView {
  readonly count: number;
}

/**
 * Says where notices go, in place of what was said before. SECURITY: rule 7, on an enrolled account it takes a proof, for
 * the first contacts too: whoever could redirect the notices could do all else unseen (LIFE-04).
 *
 * @throws TidelockError `engine/proof-required`, `engine/rate-limited`
 */
export function setContacts(
  account: Account,
  { emails, locale, proof }: SetContactsCommand,
  context: DecisionContext,
): Decided<ContactsView> {
  const allowed = spendManageProof(account, proof, context);
  const changesFreeAt = takeChange(allowed, context);
  const salt = newToken('slt', context);
  const id = newToken('con', context);
  const contacts = sealContacts({ emails, locale, salt }, { id, changesFreeAt }, context);
  const record: Account = { ...allowed, contacts };
  return decided(record, { count: emails.length }, { kind: 'contacts-changed' });
}

/** SECURITY: E1, each change sends mails to old and new addresses, so that changes have a budget. @throws TidelockError `engine/rate-limited` */
function takeChange({ contacts }: Account, { policy, now }: DecisionContext): number {
  const { contactChangesBurst, contactChangeSeconds } = policy;
  const freeAt = Math.max(contacts?.changesFreeAt ?? 0, now) + contactChangeSeconds;
  const wait = freeAt - now - contactChangesBurst * contactChangeSeconds;
  if (wait > 0) throw new TidelockError('engine/rate-limited', { retryAfterSeconds: Math.ceil(wait) });
  return freeAt;
}
