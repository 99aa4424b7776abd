import { resolve } from 'node:path';
import {
  assertPageLimit,
  TidelockError,
  type AccountChange,
  type AccountId,
  type AccountQuery,
  type AccountStore,
  type AccountSummary,
  type CommitResult,
  type EventQuery,
  type ListQuery,
  type MessageResult,
  type OutgoingMessage,
  type Page,
  type StoredAccount,
  type StoredEvent,
} from '@tidelock/engine';
import { flattenChange, flattenIds, unflattenEvent, unflattenMessage } from './flat-form.ts';
import { WorkerLink, WorkerLost } from './worker-link.ts';
import { memoryPath, type AnswerOf, type CallKind, type RequestOf } from './worker-protocol.ts';

export interface SqliteStoreOptions {
  /** How long a call waits while another process writes, before it fails with `store/locked`: 0 to 3,600, 10 by default. */
  readonly lockTimeoutSeconds?: number;
}

/** Ten seconds are longer than a queue of 50 writers ever takes (`docs/decisions/0003`). */
const defaults: Required<SqliteStoreOptions> = Object.freeze({ lockTimeoutSeconds: 10 });
const lockTimeoutSecondsMax = 3_600;

/**
 * Keeps accounts in a SQLite file. It is opened in a worker thread at the first call, which also reports what keeps it from
 * opening; a file that does not exist is made, with mode 0600. Several processes of one machine may share it.
 *
 * @param path where the file is or shall be, or `:memory:` for a store that ends with the process.
 * @throws TypeError, RangeError when an argument is none of the allowed; a fault comes from the calls, as `store/…`.
 * @example
 * const store = sqliteStore('data/tidelock.db');
 * const tidelock = createTidelock({ issuer: 'Acme', store, keys });
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): AccountStore {
  if (typeof path !== 'string') throw new TypeError('The path of a SQLite store is a string.');
  if (path === '' || path.includes('\0'))
    throw new RangeError('The path of a SQLite store is not empty and has no NUL.');
  for (const key of Object.keys(options)) {
    if (!(key in defaults)) throw new TypeError(`sqliteStore has no option "${key}".`);
  }
  const { lockTimeoutSeconds } = { ...defaults, ...options };
  const isNumber = typeof lockTimeoutSeconds === 'number';
  if (!isNumber || !(lockTimeoutSeconds >= 0 && lockTimeoutSeconds <= lockTimeoutSecondsMax)) {
    throw new RangeError(`lockTimeoutSeconds is a number from 0 to ${lockTimeoutSecondsMax}.`);
  }
  const absolute = path === memoryPath ? path : resolve(path);
  return new SqliteStore(new WorkerLink({ path: absolute, lockTimeoutSeconds, mayCreate: true }));
}

class SqliteStore implements AccountStore {
  readonly #link: WorkerLink;
  #closing: Promise<void> | null = null;

  constructor(link: WorkerLink) {
    this.#link = link;
  }

  async load(ids: readonly AccountId[]): Promise<readonly (StoredAccount | null)[]> {
    const states = await this.#call('load', flattenIds(ids));
    return states.map((state, index) => {
      if (state === null) return null;
      const { tenant, account } = ids[index]!;
      return { id: { tenant, account }, version: state[0], record: state[1] };
    });
  }

  async commit(changes: readonly AccountChange[]): Promise<readonly CommitResult[]> {
    this.#assertOpen();
    try {
      return await this.#link.call('commit', changes.map(flattenChange));
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      return changes.map(() => 'unknown');
    }
  }

  partitionOf(): number {
    return 0;
  }

  async *readEvents({ tenant, account, before, limit }: EventQuery): AsyncIterable<StoredEvent> {
    assertPageLimit(limit);
    const position = before === undefined ? null : positionOf(before);
    const events = await this.#call('events', [tenant, account ?? null, position, limit]);
    for (const event of events) yield unflattenEvent(event, tenant);
  }

  async listAccounts({ tenant, cursor, limit }: AccountQuery): Promise<Page<AccountSummary>> {
    assertPageLimit(limit);
    const rows = await this.#call('accounts', [tenant, cursor ?? '', limit + 1]);
    const items = rows.slice(0, limit).map(([account, version]) => ({ id: { tenant, account }, version }));
    return { items, nextCursor: rows.length > limit ? items[limit - 1]!.id.account : null };
  }

  async listTenants({ cursor, limit }: ListQuery): Promise<Page<string>> {
    assertPageLimit(limit);
    const names = await this.#call('tenants', [cursor ?? null, limit + 1]);
    const items = names.slice(0, limit);
    return { items, nextCursor: names.length > limit ? items[limit - 1]! : null };
  }

  async listMessages({ cursor, limit }: ListQuery): Promise<Page<OutgoingMessage>> {
    assertPageLimit(limit);
    const rows = await this.#call('messages', [cursor ?? null, limit + 1]);
    const items = rows.slice(0, limit).map(unflattenMessage);
    return { items, nextCursor: rows.length > limit ? items[limit - 1]!.id : null };
  }

  async claimMessages(limit: number, leaseSeconds: number, now: number): Promise<readonly OutgoingMessage[]> {
    assertPageLimit(limit);
    const messages = await this.#call('claim', [limit, leaseSeconds, now]);
    return messages.map(unflattenMessage);
  }

  async settleMessages(results: readonly MessageResult[]): Promise<void> {
    await this.#call(
      'settle',
      results.map(({ id, outcome, dueAt }) => [id, outcome, dueAt ?? null]),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#link.close();
    return this.#closing;
  }

  async #call<Kind extends CallKind>(kind: Kind, request: RequestOf<Kind>): Promise<AnswerOf<Kind>> {
    this.#assertOpen();
    try {
      return await this.#link.call(kind, request);
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      throw new TidelockError('store/unavailable', { detail: error.message, cause: error.cause });
    }
  }

  #assertOpen(): void {
    if (this.#closing !== null) throw new TidelockError('store/closed');
  }
}

function positionOf(before: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(before))
    throw new RangeError('"before" is the position of an event that this store gave.');
  return Number(before);
}
