import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CommitResult } from '@tidelock/engine';
import type { EventRows } from './event-rows.ts';
import type { MessageRows } from './message-rows.ts';
import type {
  AccountState,
  FlatAccountQuery,
  FlatChange,
  FlatListQuery,
  FlatSummary,
} from './worker-protocol.ts';

interface TenantRow {
  readonly tenantId: number;
  /** Moves on with each event; written once, at the end of the batch. */
  lastEvent: number | null;
}

type AccountRow = readonly [accountId: number, version: number, lastEvent: number | null];

type LoadedRow = readonly [...row: AccountRow, record: string | null];

/** Rows that were loaded, and mostly are committed in a moment: a commit then need not look for them. */
const rememberedMax = 4_096;

/** The records, and the carrying out of changes on them. Transactions are the business of whoever calls. */
export class AccountRows {
  readonly #events: EventRows;
  readonly #messages: MessageRows;
  readonly #remembered = new Map<string, AccountRow>();
  readonly #load: StatementSync;
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #list: StatementSync;
  readonly #listTenants: StatementSync;
  readonly #findTenant: StatementSync;
  readonly #insertTenant: StatementSync;
  readonly #updateTenant: StatementSync;

  constructor(database: DatabaseSync, events: EventRows, messages: MessageRows) {
    this.#events = events;
    this.#messages = messages;
    this.#load = prepareArrays(
      database,
      `SELECT account_id, version, last_event, record FROM accounts
        WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = ?) AND account = ?`,
    );
    this.#find = prepareArrays(
      database,
      'SELECT account_id, version, last_event FROM accounts WHERE tenant_id = ? AND account = ?',
    );
    this.#insert = database.prepare('INSERT INTO accounts (tenant_id, account, version) VALUES (?, ?, 0)');
    this.#update = database.prepare(
      'UPDATE accounts SET version = ?, record = ?, last_event = ? WHERE account_id = ? AND version = ?',
    );
    this.#list = prepareArrays(
      database,
      `SELECT account, version FROM accounts
        WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = ?) AND account > ? AND record IS NOT NULL
        ORDER BY account LIMIT ?`,
    );
    this.#listTenants = prepareArrays(
      database,
      'SELECT name FROM tenants WHERE ?1 IS NULL OR name > ?1 ORDER BY name LIMIT ?2',
    );
    this.#findTenant = prepareArrays(database, 'SELECT tenant_id, last_event FROM tenants WHERE name = ?');
    this.#insertTenant = database.prepare('INSERT INTO tenants (name) VALUES (?)');
    this.#updateTenant = database.prepare('UPDATE tenants SET last_event = ? WHERE tenant_id = ?');
  }

  /** tenant, account, one after the other; the states in the same order. */
  load(ids: readonly string[]): AccountState[] {
    const states: AccountState[] = [];
    if (this.#remembered.size > rememberedMax) this.#remembered.clear();
    for (let index = 0; index < ids.length; index += 2) {
      const [tenant, account] = [ids[index]!, ids[index + 1]!];
      const row = this.#load.get(tenant, account) as LoadedRow | undefined;
      if (row === undefined) states.push(null);
      else {
        const [accountId, version, lastEvent, record] = row;
        this.#remembered.set(nameOf(tenant, account), [accountId, version, lastEvent]);
        states.push([version, record]);
      }
    }
    return states;
  }

  /** In the order of UTF-8 bytes, which is that of code points. */
  list([tenant, after, limit]: FlatAccountQuery): readonly FlatSummary[] {
    return this.#list.all(tenant, after, limit) as unknown as readonly FlatSummary[];
  }

  listTenants([after, limit]: FlatListQuery): readonly string[] {
    const rows = this.#listTenants.all(after, limit) as unknown as readonly (readonly [string])[];
    return rows.map(([name]) => name);
  }

  /** Carries out each change whose expected version is the stored one. */
  commit(changes: readonly FlatChange[]): CommitResult[] {
    const tenants = new Map<string, TenantRow>();
    this.#events.beginAppending();
    const results = changes.map((change) => this.#carryOut(change, tenants));
    for (const { tenantId, lastEvent } of tenants.values()) this.#updateTenant.run(lastEvent, tenantId);
    return results;
  }

  #carryOut(change: FlatChange, tenants: Map<string, TenantRow>): CommitResult {
    const [tenantName, account, expectedVersion, record, events, messages, erasedAt, prunedThrough] = change;
    const tenant = this.#tenantOf(tenantName, tenants, expectedVersion === 0);
    if (tenant === null) return 'conflict';
    const row = this.#takeRemembered(change) ?? this.#findRow(tenant.tenantId, account);
    const [storedId, version, lastEvent] = row ?? [null, 0, null];
    if (version !== expectedVersion) return 'conflict';
    const accountId = storedId ?? Number(this.#insert.run(tenant.tenantId, account).lastInsertRowid);
    const ends = this.#events.endsAfter({ ofAccount: lastEvent, ofTenant: tenant.lastEvent }, events);
    // Before anything else is written: what was remembered may have been changed by another process since.
    const { changes } = this.#update.run(expectedVersion + 1, record, ends.ofAccount, accountId, version);
    if (Number(changes) === 0) return 'conflict';
    if (erasedAt !== null) {
      this.#events.erase(lastEvent, erasedAt);
      this.#messages.deleteOf(accountId);
    }
    this.#events.append(accountId, events, { ofAccount: lastEvent, ofTenant: tenant.lastEvent });
    // After the new events: what is pruned is then never the end of a chain.
    if (prunedThrough !== null) this.#events.prune(ends, prunedThrough);
    tenant.lastEvent = ends.ofTenant;
    this.#messages.add(accountId, messages);
    return 'committed';
  }

  #findRow(tenantId: number, account: string): AccountRow | undefined {
    return this.#find.get(tenantId, account) as AccountRow | undefined;
  }

  /** The row as it was when its expected version was loaded; a version never repeats, so that all of it belongs together. */
  #takeRemembered([tenant, account, expectedVersion]: FlatChange): AccountRow | undefined {
    const name = nameOf(tenant, account);
    const row = this.#remembered.get(name);
    this.#remembered.delete(name);
    return row?.[1] === expectedVersion ? row : undefined;
  }

  #tenantOf(name: string, tenants: Map<string, TenantRow>, mayInsert: boolean): TenantRow | null {
    const known = tenants.get(name);
    if (known !== undefined) return known;
    const row = this.#findTenant.get(name) as readonly [number, number | null] | undefined;
    if (row === undefined && !mayInsert) return null;
    const [tenantId, lastEvent] = row ?? [Number(this.#insertTenant.run(name).lastInsertRowid), null];
    const tenant: TenantRow = { tenantId, lastEvent };
    tenants.set(name, tenant);
    return tenant;
  }
}

/** A tenant's name has no line break. */
function nameOf(tenant: string, account: string): string {
  return `${tenant}\n${account}`;
}

function prepareArrays(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}
