import { withoutRepeats, type ContactBook } from '../account/contacts.ts';
import type { Notice, NoticeSettings } from '../account/notice.ts';
import type { OutgoingMessage } from '../ports/account-store.ts';
import type { DecisionContext } from './decision.ts';

/** What is in the sealed payload of a message: all that a channel needs. */
export interface MessagePayload {
  readonly to: string;
  readonly locale: string;
  readonly issuer: string;
  readonly notice: Notice;
  /** For a message that brings a code, as it is read: `7KQ2-M9XD`. */
  readonly code?: string;
  /** For a notice of what can still be stopped: the link that stops it. */
  readonly link?: string;
}

const encoder = new TextEncoder();

/** Addresses of the owner, each once, with the language of its account, or of the service. */
export function recipientsOf(
  books: readonly ContactBook[],
  settings: NoticeSettings,
  emailsOf: (book: ContactBook) => readonly string[],
): readonly Pick<MessagePayload, 'to' | 'locale'>[] {
  const emails = withoutRepeats(books.flatMap(emailsOf));
  return emails.map((to) => ({
    to,
    locale: books.find((book) => emailsOf(book).includes(to))?.locale ?? settings.locale,
  }));
}

/** What makes the id of a message, and until when it may wait. */
export interface MessageShape {
  /** That of the address book. */
  readonly salt: string;
  /** What it tells of: the sequence of an event, or the id of a code. */
  readonly about: string;
  readonly expiresAt: number;
}

/** One message for one address, as the outbox keeps it: durable with what it tells of, or not at all. */
export function sealMessage(
  payload: MessagePayload,
  { salt, about, expiresAt }: MessageShape,
  { epoch, id, now, platform, policy, vault }: DecisionContext,
  { channel }: NoticeSettings,
): OutgoingMessage {
  const parts = [salt, id.tenant, id.account, about, payload.to];
  // After a backup was brought back the sequences of events come again, and what they tell of is something else.
  if (epoch > 0) parts.push(String(epoch));
  // SECURITY: one event, one address, one id: a message that comes twice is known by it. The salt keeps addresses unguessed.
  const messageId = `msg_${platform.digest(parts.map((part) => `${part.length}:${part}`).join(''))}`;
  const plaintext = encoder.encode(JSON.stringify(payload));
  return {
    id: messageId,
    accountId: id,
    channel,
    payload: vault.seal(plaintext, { id, holder: messageId, purpose: 'message' }),
    // Somebody sits before a page and waits for a code: it is due as if it had waited as long as a notice may, so that no backlog of
    // notices, of whatever tenant, is before it. One that failed and is tried again stands where they stand.
    dueAt: payload.code === undefined ? now : now - policy.noticeSeconds,
    expiresAt,
  };
}
