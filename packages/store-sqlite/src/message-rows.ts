import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FlatListQuery, FlatMessage, RequestOf } from './worker-protocol.ts';

/** The outbox. `claimable_at` is when a message is due or, while it is leased, when its lease is over. */
export class MessageRows {
  readonly #insert: StatementSync;
  readonly #deleteExpired: StatementSync;
  readonly #claim: StatementSync;
  readonly #list: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteOfAccount: StatementSync;
  readonly #postpone: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(`
      INSERT INTO messages (message_id, account_id, channel, payload, due_at, expires_at, claimable_at)
        VALUES (:id, :accountId, :channel, :payload, :dueAt, :expiresAt, :dueAt)`);
    this.#deleteExpired = database.prepare('DELETE FROM messages WHERE expires_at <= ?');
    this.#claim = database.prepare(`
      UPDATE messages SET claimable_at = :leasedUntil
        WHERE rowid IN (SELECT rowid FROM messages WHERE claimable_at <= :now ORDER BY claimable_at LIMIT :limit)
        RETURNING message_id,
          (SELECT t.name FROM accounts a JOIN tenants t USING (tenant_id) WHERE a.account_id = messages.account_id),
          (SELECT a.account FROM accounts a WHERE a.account_id = messages.account_id),
          channel, payload, due_at, expires_at`);
    this.#claim.setReturnArrays(true);
    this.#list = database.prepare(`
      SELECT message_id, t.name, a.account, channel, payload, due_at, expires_at
        FROM messages JOIN accounts a USING (account_id) JOIN tenants t USING (tenant_id)
        WHERE message_id > ? ORDER BY message_id LIMIT ?`);
    this.#list.setReturnArrays(true);
    this.#delete = database.prepare('DELETE FROM messages WHERE message_id = ?');
    this.#deleteOfAccount = database.prepare('DELETE FROM messages WHERE account_id = ?');
    this.#postpone = database.prepare(`
      UPDATE messages SET due_at = coalesce(:dueAt, due_at), claimable_at = coalesce(:dueAt, due_at) WHERE message_id = :id`);
  }

  /** Adds the messages of one change: id, channel, payload, dueAt, expiresAt, one after the other. */
  add(accountId: number, messages: readonly (string | number)[]): void {
    for (let index = 0; index < messages.length; index += 5) {
      const [id, channel, payload, dueAt, expiresAt] = messages.slice(index, index + 5) as [
        string,
        string,
        string,
        number,
        number,
      ];
      this.#insert.run({ id, accountId, channel, payload, dueAt, expiresAt });
    }
  }

  /** The outbox is short, and erasures are rare: they need no index. */
  deleteOf(accountId: number): void {
    this.#deleteOfAccount.run(accountId);
  }

  claim([limit, leaseSeconds, now]: RequestOf<'claim'>): readonly FlatMessage[] {
    this.#deleteExpired.run(now);
    return this.#claim.all({ limit, now, leasedUntil: now + leaseSeconds }) as unknown as FlatMessage[];
  }

  /** By the index of the ids; a message's id is never empty. */
  list([after, limit]: FlatListQuery): readonly FlatMessage[] {
    return this.#list.all(after ?? '', limit) as unknown as FlatMessage[];
  }

  settle(results: RequestOf<'settle'>): void {
    for (const [id, outcome, dueAt] of results) {
      if (outcome === 'settled') this.#delete.run(id);
      else this.#postpone.run({ id, dueAt });
    }
  }
}
