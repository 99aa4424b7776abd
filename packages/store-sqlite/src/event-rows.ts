import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FlatEvent, FlatEventQuery } from './worker-protocol.ts';

/** The end of an account's chain of events and of its tenant's; null where there is no event yet. */
export interface EventHeads {
  readonly ofAccount: number | null;
  readonly ofTenant: number | null;
}

/** Sequence, time and body. */
const valuesOfEvent = 3;

type ChainRow = readonly [
  sequence: number,
  previousOfAccount: number | null,
  previousOfTenant: number | null,
  body: string,
];

const columns =
  'e.position, e.account_id, e.sequence, e.at, e.previous_of_account, e.previous_of_tenant, e.body';

/** The audit log: appended to, and read backwards along the chain that its rows make. */
export class EventRows {
  readonly #last: StatementSync;
  readonly #insert: StatementSync;
  /** Of the next event; it is known as long as the transaction lasts that it was read in. */
  #nextPosition = 1;
  readonly #accountEvents: StatementSync;
  readonly #tenantEvents: StatementSync;
  readonly #find: StatementSync;
  readonly #erase: StatementSync;
  readonly #delete: StatementSync;
  readonly #endAccountChain: StatementSync;
  readonly #relinkTenant: StatementSync;

  constructor(database: DatabaseSync) {
    this.#last = database.prepare('SELECT max(position) FROM events');
    this.#last.setReturnArrays(true);
    this.#insert = database.prepare(`
      INSERT INTO events (position, account_id, sequence, at, previous_of_account, previous_of_tenant, body) VALUES (?, ?, ?, ?, ?, ?, ?)`);
    this.#accountEvents = database.prepare(readSql('previous_of_account'));
    this.#tenantEvents = database.prepare(readSql('previous_of_tenant'));
    this.#accountEvents.setReturnArrays(true);
    this.#tenantEvents.setReturnArrays(true);
    this.#find = database.prepare(
      'SELECT sequence, previous_of_account, previous_of_tenant, body FROM events WHERE position = ?',
    );
    this.#find.setReturnArrays(true);
    this.#erase = database.prepare('UPDATE events SET at = ?, body = ? WHERE position = ?');
    this.#delete = database.prepare('DELETE FROM events WHERE position = ?');
    this.#endAccountChain = database.prepare(
      'UPDATE events SET previous_of_account = NULL WHERE position = ?',
    );
    // The tenant's next event mostly stands a few rows further on: rows are looked at one by one until it comes.
    this.#relinkTenant = database.prepare(`
      UPDATE events SET previous_of_tenant = :previous WHERE position = (
        SELECT position FROM events WHERE position > :gone AND previous_of_tenant = :gone ORDER BY position LIMIT 1)`);
  }

  /** Reads where the log ends; within the transaction, nobody else appends to it. */
  beginAppending(): void {
    const [last] = this.#last.get() as unknown as readonly [number | null];
    this.#nextPosition = (last ?? 0) + 1;
  }

  /** Where both chains will end when the events of one change are appended. */
  endsAfter({ ofAccount, ofTenant }: EventHeads, events: readonly (string | number)[]): EventHeads {
    if (events.length === 0) return { ofAccount, ofTenant };
    const last = this.#nextPosition + events.length / valuesOfEvent - 1;
    return { ofAccount: last, ofTenant: last };
  }

  /** Appends the events of one change (sequence, at, body, one after the other) to both chains. */
  append(accountId: number, events: readonly (string | number)[], { ofAccount, ofTenant }: EventHeads): void {
    let [previousOfAccount, previousOfTenant] = [ofAccount, ofTenant];
    for (let index = 0; index < events.length; index += valuesOfEvent) {
      const position = this.#nextPosition++;
      this.#insert.run(
        position,
        accountId,
        events[index]!,
        events[index + 1]!,
        previousOfAccount,
        previousOfTenant,
        events[index + 2]!,
      );
      previousOfAccount = previousOfTenant = position;
    }
  }

  /** Turns an account's events into tombstones, from the end of its chain on. */
  erase(last: number | null, erasedAt: number): void {
    for (const { position, body } of this.#chainFrom(last)) {
      const { bodyHash, link } = JSON.parse(body) as { bodyHash: string; link: string };
      this.#erase.run(erasedAt, JSON.stringify({ kind: 'erased', salt: '', bodyHash, link }), position);
    }
  }

  /** Deletes an account's events up to a sequence, which is never that of its newest; both chains close over the gap. */
  prune({ ofAccount }: EventHeads, through: number): void {
    for (const { position, sequence, previousOfTenant } of this.#chainFrom(ofAccount)) {
      if (sequence === through + 1) this.#endAccountChain.run(position);
      if (sequence > through) continue;
      this.#relinkTenant.run({ previous: previousOfTenant, gone: position });
      this.#delete.run(position);
    }
  }

  /** One lookup an event: an account with a million of them takes no more memory than any other. */
  *#chainFrom(last: number | null) {
    let position = last;
    while (position !== null) {
      const row = this.#find.get(position) as ChainRow | undefined;
      if (row === undefined) return;
      const [sequence, previousOfAccount, previousOfTenant, body] = row;
      yield { position, sequence, previousOfTenant, body };
      position = previousOfAccount;
    }
  }

  /** Newest first. A position that is no event of this query's account and tenant has nothing before it. */
  read([tenant, account, before, limit]: FlatEventQuery): readonly FlatEvent[] {
    const query = { tenant, account, before, limit };
    const statement = account === null ? this.#tenantEvents : this.#accountEvents;
    return statement.all(query) as unknown as readonly FlatEvent[];
  }
}

function readSql(previous: 'previous_of_account' | 'previous_of_tenant'): string {
  const head = previous === 'previous_of_account' ? 'a.last_event' : 't.last_event';
  const isWanted = previous === 'previous_of_account' ? 'a.account = :account' : ':account IS NULL';
  return `
    WITH RECURSIVE
      start (position) AS (
        SELECT ${head} FROM tenants t LEFT JOIN accounts a ON a.tenant_id = t.tenant_id AND a.account = :account
          WHERE :before IS NULL AND t.name = :tenant
        UNION ALL
        SELECT e.${previous} FROM events e JOIN accounts a USING (account_id) JOIN tenants t USING (tenant_id)
          WHERE e.position = :before AND t.name = :tenant AND ${isWanted}
      ),
      chain AS (
        SELECT ${columns} FROM start JOIN events e ON e.position = start.position
        UNION ALL
        SELECT ${columns} FROM chain JOIN events e ON e.position = chain.${previous}
        LIMIT :limit
      )
    SELECT chain.position, a.account, chain.sequence, chain.at, chain.body
      FROM chain JOIN accounts a USING (account_id) ORDER BY chain.position DESC`;
}
