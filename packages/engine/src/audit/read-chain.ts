import type { AccountId } from '../account/account-id.ts';
import type { AccountStore, StoredAccount, StoredEvent } from '../ports/account-store.ts';
import { pageLimitMax } from '../ports/page-limit.ts';
import type { Checkpoint } from './checkpoint.ts';

/** Where the record of an account says that its chain stands; the same members in every kind of record. */
export interface ChainPlace {
  /** Null where the record cannot be read. */
  readonly count: number | null;
  readonly link: string;
  readonly checkpoint: Checkpoint | null;
}

export function chainPlaceOf({ record }: Pick<StoredAccount, 'record'>): ChainPlace {
  try {
    const { eventCount, eventLink, eventCheckpoint = null } = JSON.parse(record ?? '{}') as RecordWithChain;
    return { count: eventCount ?? null, link: eventLink ?? '', checkpoint: eventCheckpoint };
  } catch {
    return { count: null, link: '', checkpoint: null };
  }
}

interface RecordWithChain {
  readonly eventCount?: number;
  readonly eventLink?: string;
  readonly eventCheckpoint?: Checkpoint | null;
}

/**
 * All events of an account up to a sequence, the oldest first. A store reads backwards; so the way back is gone over twice,
 * and three pages at most are in memory at once, however many events there are.
 */
export async function* readChain(
  store: AccountStore,
  id: AccountId,
  upTo: number,
): AsyncGenerator<StoredEvent> {
  const newest = await readPage(store, id);
  /** After which position each page of the middle begins. */
  const starts: string[] = [];
  let page = newest;
  while (page.length === pageLimitMax) {
    const before = page.at(-1)!.position;
    page = await readPage(store, id, before);
    starts.push(before);
  }
  if (starts.length > 0) yield* page.toReversed();
  for (const before of starts.slice(0, -1).toReversed())
    yield* (await readPage(store, id, before)).toReversed();
  // What came since the record was read is left to the next export.
  yield* newest.filter(({ sequence }) => sequence <= upTo).toReversed();
}

async function readPage(store: AccountStore, id: AccountId, before?: string): Promise<StoredEvent[]> {
  const { tenant, account } = id;
  const place = before === undefined ? {} : { before };
  const events: StoredEvent[] = [];
  for await (const event of store.readEvents({ tenant, account, limit: pageLimitMax, ...place }))
    events.push(event);
  return events;
}

/** Every account of these tenants, or one, in the order of tenants and ids, a page at a time. */
export async function* readAccounts(store: AccountStore, scope: LogScope): AsyncGenerator<StoredAccount[]> {
  if (scope.account !== undefined) {
    yield await load(store, [{ tenant: scope.tenant, account: scope.account }]);
    return;
  }
  for await (const tenant of readTenants(store, scope)) {
    let cursor: string | null = null;
    do {
      const query: { tenant: string; limit: number; cursor?: string } = { tenant, limit: pageLimitMax };
      if (cursor !== null) query.cursor = cursor;
      const { items, nextCursor } = await store.listAccounts(query);
      yield await load(
        store,
        items.map(({ id }) => id),
      );
      cursor = nextCursor;
    } while (cursor !== null);
  }
}

/** Whose log: of one account, of one tenant, or of everybody. */
export type LogScope =
  | { readonly tenant?: string; readonly account?: undefined }
  | { readonly tenant: string; readonly account: string };

async function* readTenants(store: AccountStore, { tenant }: LogScope): AsyncGenerator<string> {
  if (tenant !== undefined) {
    yield tenant;
    return;
  }
  let cursor: string | null = null;
  do {
    const { items, nextCursor }: { items: readonly string[]; nextCursor: string | null } =
      await store.listTenants(cursor === null ? { limit: pageLimitMax } : { limit: pageLimitMax, cursor });
    yield* items;
    cursor = nextCursor;
  } while (cursor !== null);
}

async function load(store: AccountStore, ids: readonly AccountId[]): Promise<StoredAccount[]> {
  if (ids.length === 0) return [];
  return (await store.load(ids)).filter((stored) => stored !== null);
}
