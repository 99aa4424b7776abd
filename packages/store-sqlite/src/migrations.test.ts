import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { join } from 'node:path';
import { applicationId, migrate, migrations } from './migrations.ts';
import { temporaryFolder } from '../test-programs/temporary-folder.ts';

function open(path = ':memory:'): DatabaseSync {
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  return database;
}

function pragma(database: DatabaseSync, name: string): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}

const twoSteps = ['CREATE TABLE notes (text)', "ALTER TABLE notes ADD COLUMN author DEFAULT 'nobody'"];

describe('migrations', () => {
  test('a new database gets all steps, its mark and its version', () => {
    const database = open();
    migrate(database);
    expect(pragma(database, 'application_id')).toBe(applicationId);
    expect(pragma(database, 'user_version')).toBe(migrations.length);
  });

  test('an older database gets the steps that it lacks, and keeps what it holds', () => {
    const database = open();
    migrate(database, twoSteps.slice(0, 1));
    database.exec("INSERT INTO notes VALUES ('old')");
    migrate(database, twoSteps);
    migrate(database, twoSteps);
    expect({ ...database.prepare('SELECT * FROM notes').get() }).toEqual({ text: 'old', author: 'nobody' });
    expect(pragma(database, 'user_version')).toBe(2);
  });

  test('a step that fails takes back the steps before it', () => {
    const database = open();
    expect(() => migrate(database, [...twoSteps, 'CREATE TABLE notes (again)'])).toThrow('already exists');
    expect(pragma(database, 'user_version')).toBe(0);
    expect(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()).toEqual({ count: 0 });
  });

  test('a process that comes second finds the steps done and does none of them again', () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const [first, second] = [open(path), open(path)];
    // The second has looked before the first begins, and looks again under the lock.
    expect(pragma(second, 'user_version')).toBe(0);
    migrate(first, twoSteps);
    migrate(second, twoSteps);
    expect(pragma(second, 'user_version')).toBe(2);
  });

  test('a process that looks while another one makes the tables sees none or all of them, and takes them for its own', () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const [first, second] = [open(path), open(path)];
    first.exec('PRAGMA journal_mode = WAL');
    let isMade = false;
    const interrupted = new Proxy(second, {
      get(database, name) {
        if (name !== 'prepare') {
          const member: unknown = Reflect.get(database, name);
          return typeof member === 'function' ? (member.bind(database) as unknown) : member;
        }
        return (sql: string) => {
          // Between its first look and its second.
          if (sql === 'PRAGMA user_version' && !isMade) {
            isMade = true;
            migrate(first, twoSteps);
          }
          return database.prepare(sql);
        };
      },
    });
    migrate(interrupted, twoSteps);
    expect([isMade, pragma(second, 'user_version')]).toEqual([true, 2]);
  });

  test('a database with more steps than the code knows, or of another program, is refused', () => {
    const newer = open();
    migrate(newer, twoSteps);
    expect(() => migrate(newer, twoSteps.slice(0, 1))).toThrow(
      expect.objectContaining({ code: 'store/newer' }),
    );
    const foreign = open();
    foreign.exec('PRAGMA application_id = 7');
    expect(() => migrate(foreign)).toThrow(expect.objectContaining({ code: 'store/not-a-database' }));
    const unmarked = open();
    unmarked.exec('CREATE TABLE orders (id)');
    expect(() => migrate(unmarked)).toThrow(expect.objectContaining({ code: 'store/not-a-database' }));
  });
});
