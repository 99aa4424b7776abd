import type { Account } from '../account/account.ts';
import type { EventDraft } from '../account/audit-event.ts';
import type { ContactBook, Contacts } from '../account/contacts.ts';
import {
  isAboutRecovery,
  noteNotice,
  noticeKindOf,
  stopsRecovery,
  type Notice,
  type NoticeKind,
  type NoticeSettings,
} from '../account/notice.ts';
import { notMeLink } from '../account/not-me-link.ts';
import { openContacts } from './contact-book.ts';
import type { Decided, Decision, DecisionContext } from './decision.ts';
import { recipientsOf, sealMessage } from './message.ts';

/**
 * Adds to a decision the messages that tell the account's owner of it, to every address (LIFE-04): they become durable with
 * what they tell of, or not at all. Where there is nobody to tell or nothing to tell of, the decision is given back as it is.
 */
export function tellOwner<Outcome>(
  before: Account,
  decision: Decision<Outcome>,
  context: DecisionContext,
  settings: NoticeSettings,
): Decision<Outcome> {
  if (decision.kind === 'stale') return decision;
  // Only an erasure takes contacts away, and they hear of it.
  const contacts = decision.record.contacts ?? before.contacts;
  if (contacts === null) return decision;
  const chosen = chooseNotices(before, decision, context);
  if (chosen.notices.length === 0) return decision;
  const books = readBooks(before.contacts, contacts, context);
  const record: Account = { ...decision.record, lastNoticed: chosen.lastNoticed };
  const events = [...decision.events, ...books.faults];
  // The newest book's salt makes the ids, whomever they are for.
  const salt = books.opened[0]?.salt ?? '';
  const messages = chosen.notices.flatMap(({ sequence, notice }) =>
    recipientsOf(books.opened, settings, addresseesOf(notice, context)).map(({ to, locale }) =>
      sealMessage(
        { to, locale, issuer: context.issuer, notice, ...linkOf(notice, decision, context) },
        { salt, about: String(sequence), expiresAt: Math.ceil(context.now) + context.policy.noticeSeconds },
        context,
        settings,
      ),
    ),
  );
  return { ...decision, record, events, messages: [...decision.messages, ...messages] };
}

/** Of a recovery those hear, too, who were taken off the book a short while ago (LIFE-04, LIFE-10). */
function addresseesOf({ kind }: Notice, { now }: DecisionContext) {
  return ({ emails, former }: ContactBook): readonly string[] =>
    isAboutRecovery(kind) && former !== undefined && now < former.until
      ? [...emails, ...former.emails]
      : emails;
}

function linkOf({ kind }: Notice, { notMeToken: token }: Decided<unknown>, { id, notices }: DecisionContext) {
  if (token === undefined || notices === null || notices.publicUrl === null || !stopsRecovery(kind))
    return {};
  return { link: notMeLink(notices.publicUrl, { account: id.account, token }) };
}

interface ChosenNotice {
  /** That of the event that it tells of. */
  readonly sequence: number;
  readonly notice: Notice;
}

function chooseNotices(before: Account, { record, events }: Decided<unknown>, context: DecisionContext) {
  const { noticePauseSeconds } = context.policy;
  const notices: ChosenNotice[] = [];
  let { lastNoticed } = record;
  for (const [place, event] of events.entries()) {
    const kind = noticeKindOf(event, events);
    if (kind === null) continue;
    const noted = noteNotice(lastNoticed, kind, { now: context.now, noticePauseSeconds });
    if (noted === null) continue;
    lastNoticed = noted;
    const label = labelOf(event, [record, before]);
    notices.push({
      sequence: record.eventCount + place + 1,
      notice: noticeOf(kind, event, context.now, label),
    });
  }
  return { notices, lastNoticed };
}

/** SECURITY: rule 4, the members are taken one by one, so that a new one of events is not sent by accident. */
function noticeOf(kind: NoticeKind, event: EventDraft, at: number, label: string | undefined): Notice {
  const { actor, note, codesLeft, until } = event;
  return {
    kind,
    at,
    ...(label === undefined ? {} : { label }),
    ...(actor === undefined ? {} : { actor }),
    ...(note === undefined ? {} : { note }),
    ...(codesLeft === undefined ? {} : { codesLeft }),
    ...(until === undefined ? {} : { until }),
  };
}

/** A factor that was just removed stands in the record before alone. */
function labelOf({ factorId }: EventDraft, accounts: readonly Account[]): string | undefined {
  if (factorId === undefined) return undefined;
  return accounts.flatMap(({ factors }) => factors).find(({ id }) => id === factorId)?.label;
}

/** The addresses of now and, where this decision changed them, those of before: both hear of it (OOB-07). */
function readBooks(before: Contacts | null, now: Contacts, context: DecisionContext) {
  const kept = before === null || before === now ? [now] : [now, before];
  const opened: ContactBook[] = [];
  const faults: EventDraft[] = [];
  for (const contacts of kept) {
    const result = openContacts(contacts, context);
    if (result.outcome === 'opened') opened.push(result.book);
    // Nobody can be told; what was decided stands, and an operator sees why nothing was sent.
    else faults.push({ kind: 'secret-unreadable', method: 'contacts', reason: result.code });
  }
  return { opened, faults };
}
