import type { AccountId } from '../account/account-id.ts';
import type { AuditEvent } from '../account/audit-event.ts';

/** A record as the store holds it. */
export interface StoredAccount {
  readonly id: AccountId;
  /** 1 at the first commit, one more with each; it never repeats, not even after an erasure. */
  readonly version: number;
  /** The record's text, opaque to the store; null once it was erased. */
  readonly record: string | null;
}

/** All that one decision changes: it becomes durable together, or nothing of it does. */
export interface AccountChange {
  readonly id: AccountId;
  /** The version that was loaded; 0 where there was none. */
  readonly expectedVersion: number;
  /** The new record, written whole under the version `expectedVersion + 1`; null erases it and keeps the version. */
  readonly record: string | null;
  /** In order; their `sequence` goes on from the account's last. */
  readonly events: readonly AuditEvent[];
  readonly messages: readonly OutgoingMessage[];
  /**
   * An erasure, seconds since the epoch: every event that was committed before becomes a {@link tombstoneOf} of this instant,
   * and every message that waits for the account is deleted. Nothing of what they said may be left in the store.
   */
  readonly erasedAt?: number;
  /** Retention: the events up to this sequence, itself included, are deleted; those of other accounts stay where they are. */
  readonly prunedThrough?: number;
}

/** `unknown`: the connection broke during the commit, and nobody can say whether it was carried out. */
export type CommitResult = 'committed' | 'conflict' | 'unknown';

/** An event with its place in the store, which is a cursor for {@link EventQuery.before}. */
export interface StoredEvent extends AuditEvent {
  /** Opaque; grows with the order in which one account's events were committed. */
  readonly position: string;
}

/** Which events to read, newest first. */
export interface EventQuery {
  readonly tenant: string;
  /** One account's only; all of the tenant where it is left out. */
  readonly account?: string;
  /** Only those that stand before this position. */
  readonly before?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** Which accounts to list, in the order of their ids. */
export interface AccountQuery {
  readonly tenant: string;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** Which part of a list: tenants in the order of their names, messages in that of their ids. */
export interface ListQuery {
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface AccountSummary {
  readonly id: AccountId;
  readonly version: number;
}

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A message that waits in the outbox until a channel has delivered it. */
export interface OutgoingMessage {
  /**
   * Unique over the whole store, since tenant and account are hashed into it: a store refuses a second one that waits for the
   * same account, and need not look at others. Channels hand it on as the idempotency key.
   */
  readonly id: string;
  readonly accountId: AccountId;
  /** Which channel delivers it. */
  readonly channel: string;
  /** Sealed: the store sees neither recipient nor text. */
  readonly payload: string;
  /** Seconds since the epoch; not claimed before. */
  readonly dueAt: number;
  /** Seconds since the epoch; deleted unsent afterwards. */
  readonly expiresAt: number;
}

/** What became of a claimed message: delivered or given up (both delete it), or to be tried again later. */
export interface MessageResult {
  readonly id: string;
  readonly outcome: 'settled' | 'retry';
  /** For `retry`, seconds since the epoch: not claimed again before. */
  readonly dueAt?: number;
}

/**
 * What Tidelock needs of a database: compare-and-swap on a record, and appending to a log.
 * Every store passes `testing/store-contract.ts`. A promise that rejects says that nothing was changed.
 */
export interface AccountStore {
  /** The newest record of each id, in the order of `ids`, or null where there never was one; one round trip. @throws TidelockError `store/…` */
  load(ids: readonly AccountId[]): Promise<readonly (StoredAccount | null)[]>;
  /**
   * Carries out each change atomically (record, events and messages); durable when the promise resolves. One change an
   * account in one call. @throws TidelockError `store/…`: nothing of the whole call was written.
   */
  commit(changes: readonly AccountChange[]): Promise<readonly CommitResult[]>;
  /** Accounts of one number may be loaded and committed together (a hash slot, a shard). */
  partitionOf(id: AccountId): number;
  /** Events, newest first. @throws TidelockError `store/…` */
  readEvents(query: EventQuery): AsyncIterable<StoredEvent>;
  /** @throws TidelockError `store/…` */
  listAccounts(query: AccountQuery): Promise<Page<AccountSummary>>;
  /** Every tenant that has a record or had one, the reserved tenant too: what visits all accounts begins here. @throws TidelockError `store/…` */
  listTenants(query: ListQuery): Promise<Page<string>>;
  /** Every message of the outbox, leased or not, without leasing any. @throws TidelockError `store/…` */
  listMessages(query: ListQuery): Promise<Page<OutgoingMessage>>;
  /**
   * Leases up to `limit` messages that are due, so that no other process sends them for `leaseSeconds`. `now` is in
   * seconds since the epoch; what has expired by then is deleted. @throws TidelockError `store/…`
   */
  claimMessages(limit: number, leaseSeconds: number, now: number): Promise<readonly OutgoingMessage[]>;
  /** @throws TidelockError `store/…` */
  settleMessages(results: readonly MessageResult[]): Promise<void>;
  /** Waits for what was begun, then lets go of the database; later calls are refused with `store/closed`. */
  close(): Promise<void>;
}
