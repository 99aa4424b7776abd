import { accountCodec } from './account/account-record.ts';
import { keyOf, reservedTenant, type AccountId } from './account/account-id.ts';
import { unknownSealed } from './account/sealed-members.ts';
import { reseal, type Resealed, type SealedKind } from './decisions/reseal.ts';
import type { AccountStore, ListQuery, Page } from './ports/account-store.ts';
import { identityId } from './store-identity.ts';
import { TidelockError, type ErrorCode } from './tidelock-error.ts';
import { sealingKeyId, type Vault } from './vault.ts';

/** What a key has sealed: something of a record, or a message that waits. */
export type CountedKind = SealedKind | 'message';

/** How many values each key has sealed, by what they are. */
export type SealedCounts = ReadonlyMap<string, { readonly [kind in CountedKind]?: number }>;

/** A value or a record that cannot be read. It was left as it is. */
export interface KeyFault {
  readonly id: AccountId;
  readonly code: ErrorCode;
}

/** What is sealed by which key in a whole store. */
export interface KeyCensus {
  readonly accounts: number;
  /** By the ids of the keys; one that has sealed nothing has no entry. */
  readonly sealed: SealedCounts;
  readonly faultCount: number;
  /** Whole records among them. */
  readonly unreadableRecords: number;
  /** The first of them, 100 at most. */
  readonly faults: readonly KeyFault[];
}

const pageLimit = 200;
const faultsMax = 100;

/** Counts while a store is walked through. */
export class KeyCensusTaker {
  accounts = 0;
  readonly #sealed = new Map<string, { [kind in CountedKind]?: number }>();
  readonly #faults: KeyFault[] = [];
  #faultCount = 0;
  #unreadableRecords = 0;

  note(id: AccountId, { texts, unreadable }: Pick<Resealed, 'texts' | 'unreadable'>): void {
    this.accounts += 1;
    for (const { keyId, kind } of texts) this.noteSealed(keyId, kind);
    for (const { code } of unreadable) this.#push({ id, code });
  }

  noteSealed(keyId: string, kind: CountedKind): void {
    const counts = this.#sealed.get(keyId) ?? {};
    counts[kind] = (counts[kind] ?? 0) + 1;
    this.#sealed.set(keyId, counts);
  }

  /** A whole record that could not be looked at: nobody knows what is in it. */
  noteFault(id: AccountId, code: ErrorCode): void {
    this.accounts += 1;
    this.#unreadableRecords += 1;
    this.#push({ id, code });
  }

  census(): KeyCensus {
    return {
      accounts: this.accounts,
      sealed: this.#sealed,
      faultCount: this.#faultCount,
      unreadableRecords: this.#unreadableRecords,
      faults: this.#faults,
    };
  }

  #push(fault: KeyFault): void {
    this.#faultCount += 1;
    if (this.#faults.length < faultsMax) this.#faults.push(fault);
  }
}

export interface CensusRooms {
  readonly store: AccountStore;
  readonly vault: Vault;
  /** Seconds since the epoch: a message that has run out by then counts no more. */
  readonly now: number;
}

/** Counts what each key has sealed, and opens all of it; it changes nothing. @throws TidelockError `store/…` */
export async function takeKeyCensus(
  { store, vault, now }: CensusRooms,
  onProgress?: (visited: number) => void,
): Promise<KeyCensus> {
  const taker = new KeyCensusTaker();
  for await (const ids of eachAccountPage(store)) {
    for (const stored of await store.load(ids)) {
      if (stored === null || stored.record === null) continue;
      const { id, record } = stored;
      try {
        taker.note(id, reseal(accountCodec.decode(record), { mayWrite: false }, { vault, id }).outcome);
      } catch (error) {
        taker.noteFault(id, error instanceof TidelockError ? error.code : 'engine/record-unreadable');
      }
    }
    onProgress?.(taker.accounts);
  }
  await countReserved(store, taker);
  await countMessages(store, taker, now);
  return taker.census();
}

/** The accounts of all tenants, page by page. */
export async function* eachAccountPage(store: AccountStore): AsyncGenerator<readonly AccountId[]> {
  for await (const tenant of eachItem((query) => store.listTenants(query))) {
    if (tenant !== reservedTenant) yield* pagesOf(store, tenant);
  }
}

async function* pagesOf(store: AccountStore, tenant: string): AsyncGenerator<readonly AccountId[]> {
  for await (const page of eachPage((query) => store.listAccounts({ tenant, ...query })))
    yield page.map(({ id }) => id);
}

/**
 * Tidelock's own records seal nothing but the audit key, which each start seals by each key of its ring. Should one of them
 * ever hold more, its key is not retired unseen.
 */
export async function countReserved(store: AccountStore, taker: KeyCensusTaker): Promise<void> {
  const none: ReadonlySet<string> = new Set();
  for await (const ids of pagesOf(store, reservedTenant)) {
    const others = ids.filter((id) => keyOf(id) !== keyOf(identityId));
    for (const stored of others.length === 0 ? [] : await store.load(others)) {
      if (stored === null) continue;
      try {
        for (const keyId of unknownSealed(JSON.parse(stored.record ?? 'null') as unknown, none))
          taker.noteSealed(keyId, 'unknown');
      } catch {
        taker.noteFault(stored.id, 'engine/record-unreadable');
      }
    }
  }
}

/** What waits in the outbox: it is not sealed anew, since it goes out or expires by itself. */
export async function countMessages(store: AccountStore, taker: KeyCensusTaker, now: number): Promise<void> {
  for await (const message of eachItem((query) => store.listMessages(query))) {
    const keyId = sealingKeyId(message.payload);
    if (keyId !== null && message.expiresAt > now) taker.noteSealed(keyId, 'message');
  }
}

async function* eachItem<Item>(list: (query: ListQuery) => Promise<Page<Item>>): AsyncGenerator<Item> {
  for await (const page of eachPage(list)) yield* page;
}

async function* eachPage<Item>(
  list: (query: ListQuery) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[]> {
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await list(
      cursor === null ? { limit: pageLimit } : { cursor, limit: pageLimit },
    );
    yield page.items;
    ({ nextCursor: cursor } = page);
  } while (cursor !== null);
}
