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
import { CommitStatements } from './commit-statement.ts';
import { Connections } from './connections.ts';
import { lastPosition } from './event-months.ts';
import { OpenTables } from './open-tables.ts';
import { openPool } from './open-pool.ts';
import { partitionCount, partitionOf } from './partition.ts';
import type { PostgresPool } from './pool.ts';
import { accountOf, eventOf, messageOf, summaryOf } from './rows.ts';
import { readTenantEvents } from './tenant-events.ts';
import { statementsFor, type Statements } from './statements.ts';
import { ConnectionLost } from './store-fault.ts';

export interface PostgresStoreOptions {
  /** Where the tables are: a name of a-z, 0-9 and "_", `tidelock` by default. */
  readonly schema?: string;
  /** How long a connection is waited for, and then an answer: 0.1 to 60, 5 by default. */
  readonly timeoutSeconds?: number;
  /** How many connections a pool on a URL has: 1 to 100, 16 by default. */
  readonly connections?: number;
  /** Whether the server keeps plans of the statements that come often: true by default. */
  readonly preparedStatements?: boolean;
  /**
   * Whether the partitions of the tables stand on several servers (Citus and its like): a batch then stays inside one partition, and no
   * commit needs a transaction over two servers. False by default: on one server a batch is of all accounts that ask at the moment.
   */
  readonly sharded?: boolean;
}

const defaults: Required<PostgresStoreOptions> = Object.freeze({
  schema: 'tidelock',
  timeoutSeconds: 5,
  connections: partitionCount,
  preparedStatements: true,
  sharded: false,
});

/**
 * Keeps accounts in PostgreSQL 13 or later. It connects at the first call, which also reports what keeps it from connecting;
 * the first write makes the tables. Any number of processes may share them.
 *
 * @param poolOrUrl a pool of `pg`, which stays the caller's to end, or a URL (`postgres://…`) for one of the store's own. In a
 *   URL with several hosts (`postgres://user@one,two/database`) the one that takes writes is looked for.
 * @throws TypeError, RangeError when an argument is none of the allowed; a fault comes from the calls, as `store/…`.
 * @example
 * const store = postgresStore('postgres://tidelock@db.example/tidelock');
 * const tidelock = createTidelock({ issuer: 'Acme', store, keys });
 */
export function postgresStore(
  poolOrUrl: PostgresPool | string,
  options: PostgresStoreOptions = {},
): AccountStore {
  for (const key of Object.keys(options)) {
    if (!(key in defaults)) throw new TypeError(`postgresStore has no option "${key}".`);
  }
  const { schema, timeoutSeconds, connections, preparedStatements, sharded } = { ...defaults, ...options };
  // It stands in statements as it is.
  if (typeof schema !== 'string' || !/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw new RangeError('schema is a name of a-z, 0-9 and "_", of 63 characters at most.');
  if (typeof timeoutSeconds !== 'number' || !(timeoutSeconds >= 0.1 && timeoutSeconds <= 60))
    throw new RangeError('timeoutSeconds is a number from 0.1 to 60.');
  if (!Number.isInteger(connections) || connections < 1 || connections > 100)
    throw new RangeError('connections is a whole number from 1 to 100.');
  if (typeof preparedStatements !== 'boolean') throw new TypeError('preparedStatements is true or false.');
  if (typeof sharded !== 'boolean') throw new TypeError('sharded is true or false.');
  const pool =
    typeof poolOrUrl === 'string' ? openPool(poolOrUrl, { timeoutSeconds, connections }) : poolOrUrl;
  const end = async (): Promise<void> => {
    if (pool !== poolOrUrl) await pool.end();
  };
  const lines = new Connections(pool, { timeoutSeconds, preparedStatements });
  return new PostgresStore(lines, { schema, sharded, end });
}

interface PostgresStoreRooms {
  readonly schema: string;
  readonly sharded: boolean;
  /** Ends the pool, where it is the store's own. */
  readonly end: () => Promise<void>;
}

class PostgresStore implements AccountStore {
  readonly #sharded: boolean;
  readonly #tables: OpenTables;
  readonly #commits: CommitStatements;
  readonly #statements: Statements;
  readonly #end: () => Promise<void>;
  readonly #inFlight = new Set<Promise<unknown>>();
  /** The day on which the tables of the log were last seen to. */
  #day = 0;
  #closing: Promise<void> | null = null;

  constructor(connections: Connections, { schema, sharded, end }: PostgresStoreRooms) {
    this.#sharded = sharded;
    this.#tables = new OpenTables(connections, schema);
    this.#commits = new CommitStatements(schema);
    this.#statements = statementsFor(schema);
    this.#end = end;
  }

  async load(ids: readonly AccountId[]): Promise<readonly (StoredAccount | null)[]> {
    const copies = ids.map(({ tenant, account }) => ({ tenant, account }));
    const rows = await this.#call(async () =>
      copies.length === 0 ? [] : this.#tables.read(this.#statements.load(copies)),
    );
    const accounts = new Map(rows.map((row) => [Number(row['place']) - 1, row]));
    return copies.map((id, index) => {
      const row = accounts.get(index);
      return row === undefined ? null : accountOf(row, id);
    });
  }

  async commit(changes: readonly AccountChange[]): Promise<readonly CommitResult[]> {
    const statement = this.#commits.of(changes);
    try {
      const rows = await this.#call(async () => (changes.length === 0 ? [] : this.#tables.commit(statement)));
      this.#keepMonths(Number(rows[0]?.['day'] ?? 0));
      const won = new Set(rows.map((row) => Number(row['place']) - 1));
      return changes.map((_, index) => (won.has(index) ? 'committed' : 'conflict'));
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      return changes.map(() => 'unknown');
    }
  }

  partitionOf(id: AccountId): number {
    return this.#sharded ? partitionOf(id) : 0;
  }

  async *readEvents({ tenant, account, before, limit }: EventQuery): AsyncIterable<StoredEvent> {
    assertPageLimit(limit);
    const end = before === undefined ? lastPosition : positionOf(before);
    const rows = await this.#call(() =>
      account === undefined
        ? readTenantEvents(this.#tables, this.#statements, { tenant, end, limit })
        : this.#tables.read({
            text: this.#statements.accountEvents,
            values: [tenant, partitionOf({ tenant, account }), account, String(end), limit],
          }),
    );
    for (const row of rows) yield eventOf(row, tenant);
  }

  async listAccounts({ tenant, cursor, limit }: AccountQuery): Promise<Page<AccountSummary>> {
    assertPageLimit(limit);
    const { listAccounts } = this.#statements;
    const rows = await this.#call(() =>
      this.#tables.read({ text: listAccounts, values: [tenant, cursor ?? '', limit + 1] }),
    );
    const items = rows.slice(0, limit).map((row) => summaryOf(row, tenant));
    return { items, nextCursor: rows.length > limit ? items[limit - 1]!.id.account : null };
  }

  async listTenants({ cursor, limit }: ListQuery): Promise<Page<string>> {
    assertPageLimit(limit);
    const { listTenants } = this.#statements;
    const rows = await this.#call(() =>
      this.#tables.read({ text: listTenants, values: [cursor ?? null, limit + 1] }),
    );
    const items = rows.slice(0, limit).map((row) => String(row['tenant']));
    return { items, nextCursor: rows.length > limit ? items[limit - 1]! : null };
  }

  async listMessages({ cursor, limit }: ListQuery): Promise<Page<OutgoingMessage>> {
    assertPageLimit(limit);
    const { listMessages } = this.#statements;
    const rows = await this.#call(() =>
      this.#tables.read({ text: listMessages, values: [cursor ?? '', limit + 1] }),
    );
    const items = rows.slice(0, limit).map(messageOf);
    return { items, nextCursor: rows.length > limit ? items[limit - 1]!.id : null };
  }

  async claimMessages(limit: number, leaseSeconds: number, now: number): Promise<readonly OutgoingMessage[]> {
    assertPageLimit(limit);
    const values = [limit, now, now + leaseSeconds];
    const rows = await this.#call(() => this.#tables.write({ text: this.#statements.claim, values: values }));
    return rows.map(messageOf);
  }

  async settleMessages(results: readonly MessageResult[]): Promise<void> {
    const settled = new Set(results.filter(({ outcome }) => outcome === 'settled').map(({ id }) => id));
    const again = new Map(
      results.filter(({ id }) => !settled.has(id)).map(({ id, dueAt }) => [id, dueAt ?? null]),
    );
    const values = [[...settled], [...again.keys()], [...again.values()]];
    await this.#call(async () =>
      results.length === 0 ? [] : this.#tables.write({ text: this.#statements.settle, values: values }),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain().then(this.#end);
    return this.#closing;
  }

  /** Once a day, by the server's clock, and for nobody to wait for. */
  #keepMonths(day: number): void {
    if (day <= this.#day) return;
    this.#day = day;
    // Where it fails, events go on into the month before, and tomorrow it is tried again.
    const work = this.#tables.keepMonths(day).catch(() => undefined);
    this.#inFlight.add(work);
    void work.then(() => this.#inFlight.delete(work));
  }

  async #drain(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
  }

  async #call<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closing !== null) throw new TidelockError('store/closed');
    const call = work();
    this.#inFlight.add(call);
    try {
      return await call;
    } finally {
      this.#inFlight.delete(call);
    }
  }
}

function positionOf(before: string): bigint {
  if (!/^[1-9][0-9]{0,17}$/.test(before))
    throw new RangeError('"before" is the position of an event that this store gave.');
  return BigInt(before);
}
