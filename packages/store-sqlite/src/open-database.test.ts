import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../test-programs/temporary-folder.ts';
import { openConnection } from './connection.ts';
import { OpenDatabase } from './open-database.ts';
import { faultOf } from './store-fault.ts';
import type { FlatChange } from './worker-protocol.ts';

function open(): { database: OpenDatabase; connection: DatabaseSync; path: string } {
  const path = join(temporaryFolder(), 'tidelock.db');
  const options = { path, lockTimeoutSeconds: 1, mayCreate: true };
  const connection = openConnection(options);
  onTestFinished(() => connection.close());
  return { database: new OpenDatabase(options, connection), connection, path };
}

function changeOf(account: string, record: string): FlatChange {
  return [
    'acme',
    account,
    0,
    record,
    [1, 1.5, '{"kind":"locked"}'],
    [`m-${account}`, 'email', 'sealed', 1, 2],
    null,
    null,
  ];
}

function numberOf(connection: DatabaseSync, sql: string): number {
  return Number(Object.values(connection.prepare(sql).get() ?? {})[0]);
}

describe('an open database', () => {
  test('the connection has the settings that durability and erasure rest on', () => {
    const { connection } = open();
    const settings = ['journal_mode', 'synchronous', 'secure_delete', 'trusted_schema'].map(
      (name) => Object.values(connection.prepare(`PRAGMA ${name}`).get() ?? {})[0],
    );
    expect(settings).toEqual(['wal', 2, 1, 0]);
  });

  test('F1: a batch for which there is no room leaves nothing of itself, and fits when there is', () => {
    const { database, connection, path } = open();
    const pages = numberOf(connection, 'PRAGMA page_count');
    connection.exec(`PRAGMA max_page_count = ${pages + 8}`);
    const changes = Array.from({ length: 20 }, (_, index) => changeOf(`user-${index}`, 'x'.repeat(3_000)));
    const fault = (() => {
      try {
        return database.write(() => database.accounts.commit(changes));
      } catch (error) {
        return faultOf(error, path);
      }
    })();
    expect(fault).toMatchObject({ code: 'store/full' });
    expect(connection.isTransaction).toBe(false);
    for (const table of ['tenants', 'accounts', 'events', 'messages']) {
      expect(`${table} ${numberOf(connection, `SELECT count(*) FROM ${table}`)}`).toBe(`${table} 0`);
    }
    connection.exec('PRAGMA max_page_count = 100000');
    expect(database.write(() => database.accounts.commit(changes))).toEqual(changes.map(() => 'committed'));
  });

  test('the log of a tenant is written to its row once a batch, and the chain has every event', () => {
    const { database, connection } = open();
    database.write(() => database.accounts.commit(['a', 'b', 'c'].map((account) => changeOf(account, 'x'))));
    expect(numberOf(connection, 'SELECT last_event FROM tenants')).toBe(3);
    expect(database.events.read(['acme', null, null, 10]).map(([position]) => position)).toEqual([3, 2, 1]);
    expect(database.events.read(['acme', null, 3, 1]).map(([position]) => position)).toEqual([2]);
  });
});
