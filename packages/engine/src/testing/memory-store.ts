import { keyOf } from '../account/account-id.ts';
import type { AccountId } from '../account/account-id.ts';
import { tombstoneOf } from '../account/audit-event.ts';
import type {
  AccountChange,
  AccountQuery,
  AccountStore,
  AccountSummary,
  CommitResult,
  EventQuery,
  ListQuery,
  MessageResult,
  OutgoingMessage,
  Page,
  StoredAccount,
  StoredEvent,
} from '../ports/account-store.ts';
import { assertPageLimit } from '../ports/page-limit.ts';
import { TidelockError } from '../tidelock-error.ts';
import { compareCodePoints } from '../account/code-point-order.ts';
import { MemoryOutbox } from './memory-outbox.ts';

/**
 * A store that lives as long as the process: for tests and demos, and the plainest reading of what {@link AccountStore}
 * asks for. It copies what goes in and out, and nothing that it holds can be changed from outside.
 */
export function memoryStore(): AccountStore {
  return new MemoryStore();
}

class MemoryStore implements AccountStore {
  readonly #accounts = new Map<string, StoredAccount>();
  /** Events of all tenants, in the order of their commits; an event's position is its index plus one; null was pruned. */
  readonly #events: (StoredEvent | null)[] = [];
  readonly #outbox = new MemoryOutbox();
  #open = true;

  async load(ids: readonly AccountId[]): Promise<readonly (StoredAccount | null)[]> {
    this.#assertOpen();
    return ids.map((id) => {
      const stored = this.#accounts.get(keyOf(id));
      return stored === undefined ? null : { ...stored, id: { ...stored.id } };
    });
  }

  async commit(changes: readonly AccountChange[]): Promise<readonly CommitResult[]> {
    this.#assertOpen();
    for (const { id: accountId, expectedVersion, messages } of changes) {
      // What lost its race is a conflict, though the winner has sent the same.
      if ((this.#accounts.get(keyOf(accountId))?.version ?? 0) !== expectedVersion) continue;
      for (const { id } of messages) {
        if (this.#outbox.has(id))
          throw new TidelockError('store/refused', { detail: `Two messages have the id ${id}.` });
      }
    }
    return changes.map((change) => this.#carryOut(change));
  }

  partitionOf(): number {
    return 0;
  }

  async *readEvents(query: EventQuery): AsyncIterable<StoredEvent> {
    this.#assertOpen();
    assertPageLimit(query.limit);
    let left = query.limit;
    let index = query.before === undefined ? this.#events.length : positionOf(query.before) - 1;
    while (left > 0 && --index >= 0) {
      const event = this.#events[index];
      if (event === null || event?.tenant !== query.tenant) continue;
      if (query.account !== undefined && event.account !== query.account) continue;
      left--;
      yield { ...event };
    }
  }

  async listAccounts({ tenant, cursor, limit }: AccountQuery): Promise<Page<AccountSummary>> {
    this.#assertOpen();
    assertPageLimit(limit);
    const items = [...this.#accounts.values()]
      .filter(({ id, record }) => id.tenant === tenant && record !== null)
      .map(({ id, version }) => ({ id: { ...id }, version }));
    return pageOf(items, ({ id }) => id.account, { cursor, limit });
  }

  async listTenants({ cursor, limit }: ListQuery): Promise<Page<string>> {
    this.#assertOpen();
    assertPageLimit(limit);
    const names = new Set([...this.#accounts.values()].map(({ id }) => id.tenant));
    return pageOf([...names], (name) => name, { cursor, limit });
  }

  async listMessages({ cursor, limit }: ListQuery): Promise<Page<OutgoingMessage>> {
    this.#assertOpen();
    assertPageLimit(limit);
    return pageOf(this.#outbox.all(), ({ id }) => id, { cursor, limit });
  }

  async claimMessages(limit: number, leaseSeconds: number, now: number): Promise<readonly OutgoingMessage[]> {
    this.#assertOpen();
    assertPageLimit(limit);
    return this.#outbox.claim(limit, leaseSeconds, now);
  }

  async settleMessages(results: readonly MessageResult[]): Promise<void> {
    this.#assertOpen();
    for (const result of results) this.#outbox.settle(result);
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #carryOut(change: AccountChange): CommitResult {
    const { id, expectedVersion, record, events, messages, erasedAt, prunedThrough } = change;
    const key = keyOf(id);
    if ((this.#accounts.get(key)?.version ?? 0) !== expectedVersion) return 'conflict';
    if (erasedAt !== undefined) {
      this.#replaceEvents(id, (event) => ({ ...tombstoneOf(event, erasedAt), position: event.position }));
      this.#outbox.deleteOf(id);
    }
    if (prunedThrough !== undefined)
      this.#replaceEvents(id, (event) => (event.sequence <= prunedThrough ? null : event));
    this.#accounts.set(key, { id: { ...id }, version: expectedVersion + 1, record });
    for (const event of events) this.#events.push({ ...event, position: String(this.#events.length + 1) });
    for (const message of messages) this.#outbox.add(message);
    return 'committed';
  }

  #replaceEvents(id: AccountId, replace: (event: StoredEvent) => StoredEvent | null): void {
    for (const [index, event] of this.#events.entries())
      if (event !== null && keyOf(event) === keyOf(id)) this.#events[index] = replace(event);
  }

  #assertOpen(): void {
    if (!this.#open) throw new TidelockError('store/closed');
  }
}

/** The items whose names stand behind the cursor, in the order of their code points. */
function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
): Page<Item> {
  const behind = items
    .filter((item) => cursor === undefined || compareCodePoints(nameOf(item), cursor) > 0)
    .sort((left, right) => compareCodePoints(nameOf(left), nameOf(right)));
  const page = behind.slice(0, limit);
  return { items: page, nextCursor: behind.length > limit ? nameOf(page[limit - 1]!) : null };
}

function positionOf(before: string): number {
  if (!/^[1-9][0-9]{0,15}$/.test(before))
    throw new RangeError('"before" is the position of an event that this store gave.');
  return Number(before);
}
