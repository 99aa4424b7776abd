import type { DatabaseSync } from 'node:sqlite';
import { StoreFault } from './store-fault.ts';

/** "TdLk": the mark in the file's header that says whose it is (PRAGMA application_id). */
export const applicationId = 0x54_64_4c_6b;

/**
 * One step of the tables' shape each; a database's `user_version` says how many of them it has had. A step that was
 * released is never changed. Why the tables look like this, with figures: `docs/decisions/0003`.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE tenants (
    tenant_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    last_event INTEGER
  ) STRICT;

  CREATE TABLE accounts (
    account_id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL,
    account TEXT NOT NULL,
    version INTEGER NOT NULL,
    last_event INTEGER,
    record TEXT,
    UNIQUE (tenant_id, account)
  ) STRICT;

  -- No index: each event names the one before it, of its account and of its tenant, so that a write only appends.
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at REAL NOT NULL,
    previous_of_account INTEGER,
    previous_of_tenant INTEGER,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE messages (
    message_id TEXT NOT NULL UNIQUE,
    account_id INTEGER NOT NULL,
    channel TEXT NOT NULL,
    payload TEXT NOT NULL,
    due_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    claimable_at REAL NOT NULL
  ) STRICT;
  CREATE INDEX messages_claimable ON messages (claimable_at);
  CREATE INDEX messages_expiring ON messages (expires_at);
  `,
];

/**
 * Brings the tables to the newest shape. Safe when several processes open one file at once: they wait for each other.
 *
 * @throws StoreFault `store/not-a-database` for another program's file, `store/newer` where the code is the older one.
 */
export function migrate(database: DatabaseSync, steps: readonly string[] = migrations): void {
  if (versionOf(database, steps.length) === steps.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Looked at again under the lock: another process may have been here in between.
    const version = versionOf(database, steps.length);
    for (const step of steps.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** How many steps this database has had; checks first that it is one of ours. @throws StoreFault as {@link migrate}. */
export function versionOf(database: DatabaseSync, newest: number): number {
  const { owner, version, tables } = readMark(database);
  if (owner === 0 && version === 0 && tables === 0) return 0;
  if (owner !== applicationId) {
    throw new StoreFault(
      'store/not-a-database',
      'It is a SQLite database of another program: name another path.',
    );
  }
  if (version > newest) {
    throw new StoreFault(
      'store/newer',
      `Its tables are of version ${version}, this code knows ${newest}: update Tidelock.`,
    );
  }
  return version;
}

/** Of one moment: read one by one, what another process makes just now would look like half of another program's. */
function readMark(database: DatabaseSync) {
  const isAlone = !database.isTransaction;
  if (isAlone) database.exec('BEGIN');
  try {
    return {
      owner: numberOf(database, 'PRAGMA application_id'),
      version: numberOf(database, 'PRAGMA user_version'),
      tables: numberOf(database, 'SELECT count(*) FROM sqlite_schema'),
    };
  } finally {
    if (isAlone && database.isTransaction) database.exec('COMMIT');
  }
}

function numberOf(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
}
