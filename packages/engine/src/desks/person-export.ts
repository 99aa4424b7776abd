import { keyOf, type AccountId } from '../account/account-id.ts';
import type { AuditEvent } from '../account/audit-event.ts';
import type { RecoveryView } from '../decisions/recovery/recovery-view.ts';
import type { KeptOfPerson } from '../decisions/export-account.ts';
import type { AccountStore, OutgoingMessage } from '../ports/account-store.ts';
import { pageLimitMax } from '../ports/page-limit.ts';
import { readEventPage } from './event-page.ts';
import type { AccountView } from './account-view.ts';

/** Everything that is kept of one person. It holds no secret. */
export interface PersonExport extends KeptOfPerson {
  readonly account: AccountView;
  readonly recovery: RecoveryView | null;
  /** Newest first, ten thousand at most. */
  readonly events: readonly AuditEvent[];
  /** For `events`, from where these end; null where they are all. */
  readonly nextCursor: string | null;
}

const eventsMax = 10_000;

/** The newest events of an account, as many as one document holds. */
export async function readPersonEvents(
  store: AccountStore,
  { tenant, account }: AccountId,
): Promise<Pick<PersonExport, 'events' | 'nextCursor'>> {
  const events: AuditEvent[] = [];
  let nextCursor: string | null = null;
  do {
    const page = { limit: pageLimitMax, ...(nextCursor === null ? {} : { cursor: nextCursor }) };
    const read = await readEventPage(store, { tenant, account }, page);
    events.push(...read.items);
    nextCursor = read.nextCursor;
  } while (nextCursor !== null && events.length < eventsMax);
  return { events, nextCursor };
}

/** The messages that wait for an account. The outbox is short: what is delivered is gone from it. */
export async function readPersonMessages(store: AccountStore, id: AccountId): Promise<OutgoingMessage[]> {
  const found: OutgoingMessage[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: pageLimitMax };
    if (cursor !== null) query.cursor = cursor;
    const { items, nextCursor } = await store.listMessages(query);
    found.push(...items.filter(({ accountId }) => keyOf(accountId) === keyOf(id)));
    cursor = nextCursor;
  } while (cursor !== null);
  return found;
}
