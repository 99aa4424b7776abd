import type { AuditEvent } from '../account/audit-event.ts';
import type { AccountStore, EventQuery, Page } from '../ports/account-store.ts';

/** Which page of a list. */
export interface PageRequest {
  /** 1 to 1,000; 50 where left out. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

export type EventPage = Page<AuditEvent>;

const limitDefault = 50;
const limitMax = 1_000;

/** One page of the audit log, newest first. @throws RangeError, TidelockError `store/…` */
export async function readEventPage(
  store: AccountStore,
  whose: Pick<EventQuery, 'tenant' | 'account'>,
  { limit = limitDefault, cursor }: PageRequest,
): Promise<EventPage> {
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax)
    throw new RangeError(`A page has 1 to ${limitMax} items.`);
  if (cursor !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(cursor))
    throw new RangeError('This is not the cursor of a page.');
  const items: AuditEvent[] = [];
  let last = '';
  // One more than asked for says whether there is a next page; the longest page leaves no room for it.
  for await (const { position, ...event } of store.readEvents({
    ...whose,
    limit: Math.min(limit + 1, limitMax),
    ...(cursor === undefined ? {} : { before: cursor }),
  })) {
    if (items.length === limit) return { items, nextCursor: last };
    items.push(event);
    last = position;
  }
  const isLast =
    items.length < limitMax || (await isEmpty(store.readEvents({ ...whose, limit: 1, before: last })));
  return { items, nextCursor: isLast ? null : last };
}

async function isEmpty(events: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _ of events) return false;
  return true;
}
