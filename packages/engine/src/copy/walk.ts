import type { AccountStore, ListQuery, OutgoingMessage, Page, StoredEvent } from '../ports/account-store.ts';
import { pageLimitMax } from '../ports/page-limit.ts';

/** Pages of a list, from behind `after` on, each with what comes before the next. */
export async function* eachPage<Item>(
  list: (query: ListQuery) => Promise<Page<Item>>,
  after: string | null = null,
): AsyncGenerator<{ readonly items: readonly Item[]; readonly nextCursor: string | null }> {
  let cursor = after;
  do {
    const page: Page<Item> = await list(
      cursor === null ? { limit: pageLimitMax } : { limit: pageLimitMax, cursor },
    );
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** The names of all tenants, the reserved one too, in their order. */
export async function listAllTenants(store: AccountStore): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { items } of eachPage((query) => store.listTenants(query))) names.push(...items);
  return names;
}

/** Pages of the outbox, by the ids of messages. */
export function eachMessagePage(
  store: AccountStore,
  after: string | null = null,
): AsyncGenerator<{ readonly items: readonly OutgoingMessage[]; readonly nextCursor: string | null }> {
  return eachPage((query) => store.listMessages(query), after);
}

/** A tenant's log, newest first, page by page. */
export async function* eachEventPage(
  store: AccountStore,
  tenant: string,
): AsyncGenerator<readonly StoredEvent[]> {
  let before: string | null = null;
  for (;;) {
    const page: readonly StoredEvent[] = await readEventPage(store, tenant, before);
    if (page.length > 0) yield page;
    if (page.length < pageLimitMax) return;
    before = page.at(-1)!.position;
  }
}

/**
 * A tenant's log, oldest first, page by page, from behind the position `after` on, or, where that is gone, from its beginning on.
 * Stores read backwards; so the way back is gone over twice, and a position is kept for each page, however long the log is.
 */
export async function* eachEventPageForward(
  store: AccountStore,
  tenant: string,
  after: string | null,
): AsyncGenerator<{
  readonly events: readonly StoredEvent[];
  /** Whether `after` is gone. */ readonly isAnew: boolean;
}> {
  const starts: (string | null)[] = [];
  let isAnew = after !== null;
  let before: string | null = null;
  for (;;) {
    starts.push(before);
    const page: readonly StoredEvent[] = await readEventPage(store, tenant, before);
    if (page.some(({ position }) => position === after)) isAnew = false;
    if ((after !== null && !isAnew) || page.length < pageLimitMax) break;
    before = page.at(-1)!.position;
  }
  for (const start of starts.toReversed()) {
    const page = (await readEventPage(store, tenant, start)).toReversed();
    const rest = page.slice(page.findIndex(({ position }) => position === after) + 1);
    if (rest.length > 0) yield { events: rest, isAnew };
  }
}

async function readEventPage(
  store: AccountStore,
  tenant: string,
  before: string | null,
): Promise<readonly StoredEvent[]> {
  const query = { tenant, limit: pageLimitMax, ...(before === null ? {} : { before }) };
  const events: StoredEvent[] = [];
  for await (const event of store.readEvents(query)) events.push(event);
  return events;
}
