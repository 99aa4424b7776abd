import type { Account } from '../account/account.ts';
import type { EventDraft } from '../account/audit-event.ts';
import type { ContactBook } from '../account/contacts.ts';
import { maskEmail } from '../account/email-address.ts';
import {
  formatMailedCode,
  generateMailedCode,
  holderOf,
  withoutCodes,
  type MailedCode,
  type MailedCodePurpose,
} from '../account/mailed-code.ts';
import type { NoticeKind } from '../account/notice.ts';
import { noteSend, waitForSend } from '../account/send-budget.ts';
import type { OutgoingMessage } from '../ports/account-store.ts';
import { TidelockError } from '../tidelock-error.ts';
import { openContacts } from './contact-book.ts';
import { newToken, type DecisionContext } from './decision.ts';
import { recipientsOf, sealMessage } from './message.ts';

const encoder = new TextEncoder();

/** What is told of a code that was mailed. */
export interface SentCode {
  /** The addresses, masked: `a•••@e•••.org`. */
  readonly sentTo: readonly string[];
  /** When the code is dead, seconds since the epoch. */
  readonly expiresAt: number;
}

/** A code on its way: all of it becomes durable in one commit. */
export interface MailedCodeDraft {
  readonly account: Account;
  readonly messages: readonly OutgoingMessage[];
  readonly event: EventDraft;
  readonly sent: SentCode;
}

/** Which code is mailed, and what about. */
export interface MailCodeOrder {
  readonly purpose: MailedCodePurpose;
  /** The factor or the recovery that it is for. */
  readonly subject: string;
  readonly factorId?: string;
  /** The name of the device, where it is about one. */
  readonly label?: string;
}

const noticeOfPurpose: { readonly [purpose in MailedCodePurpose]: NoticeKind } = {
  activate: 'activation-code',
  recover: 'recovery-code',
  vouch: 'contact-code',
  'carry-out': 'recovery-last-code',
};

/** Whether anything could be mailed: somebody said where to, and there is a channel. */
export function canMail(account: Account, { notices }: DecisionContext): boolean {
  return notices !== null && account.contacts !== null;
}

/**
 * A new code for one purpose, mailed to the owner's addresses; that for `vouch` to those whom the owner trusts, and to nobody else. One that was mailed before for the same purpose dies (A16); what was
 * guessed and sent before still counts (B5).
 *
 * @throws TidelockError `engine/rate-limited`; `vault/…` where the addresses do not open: what cannot be mailed is not waived (E4)
 */
export function mailCode(account: Account, order: MailCodeOrder, context: DecisionContext): MailedCodeDraft {
  const { id, issuer, now, notices, platform, policy, vault } = context;
  const wait = waitForSend(account.sends, policy, now);
  if (wait > 0) throw new TidelockError('engine/rate-limited', { retryAfterSeconds: Math.ceil(wait) });
  const { purpose, subject, factorId } = order;
  const book = bookOf(account, context);
  // Whoever is asked to vouch must know for whom.
  const label = purpose === 'vouch' ? maskEmail(book.emails[0] ?? '') : order.label;
  const code = generateMailedCode(platform.random);
  const codeId = newToken('cod', context);
  // Never later than the most that the standards allow (OOB-01), so it is not rounded up.
  const expiresAt = Math.floor(now) + policy.mailedCodeSeconds;
  const hash = encoder.encode(platform.digest(code));
  const sealedHash = vault.seal(hash, {
    id,
    holder: holderOf({ id: codeId, purpose, subject }),
    purpose: 'mailed-code',
  });
  const mailed: MailedCode = { id: codeId, purpose, subject, sealedHash, expiresAt, failures: 0 };
  const notice = {
    kind: noticeOfPurpose[purpose],
    at: now,
    until: expiresAt,
    ...(label === undefined ? {} : { label }),
  };
  const emailsOf = (from: ContactBook) => (purpose === 'vouch' ? (from.trusted ?? []) : from.emails);
  const recipients = notices === null ? [] : recipientsOf([book], notices, emailsOf);
  const messages = recipients.map(({ to, locale }) =>
    sealMessage(
      { to, locale, issuer, notice, code: formatMailedCode(code) },
      { salt: book.salt, about: codeId, expiresAt },
      context,
      notices!,
    ),
  );
  const record: Account = {
    ...account,
    mailedCodes: [...withoutCodes(account.mailedCodes, order), mailed],
    sends: noteSend(account.sends, policy, now),
  };
  const about = factorId === undefined ? {} : { factorId };
  const event: EventDraft = { kind: 'code-sent', method: 'email', purpose, until: expiresAt, ...about };
  return {
    account: record,
    messages,
    event,
    sent: { sentTo: recipients.map(({ to }) => maskEmail(to)), expiresAt },
  };
}

/** The addresses of an account that has some. @throws TidelockError `vault/…` */
export function bookOf({ contacts }: Account, context: DecisionContext): ContactBook {
  if (contacts === null) throw new TypeError('A code is mailed where there are contacts.');
  const opened = openContacts(contacts, context);
  if (opened.outcome !== 'opened') throw new TidelockError(opened.code);
  return opened.book;
}
