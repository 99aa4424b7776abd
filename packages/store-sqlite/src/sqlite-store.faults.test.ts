import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AccountStore } from '@tidelock/engine';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../test-programs/temporary-folder.ts';
import { sqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';

const alice = { tenant: 'acme', account: 'alice' };
const isRoot = process.getuid?.() === 0;

function open(path: string, options?: SqliteStoreOptions): AccountStore {
  const store = sqliteStore(path, options);
  onTestFinished(() => store.close());
  return store;
}

function commit(store: AccountStore, expectedVersion: number, record = 'x') {
  return store.commit([{ id: alice, expectedVersion, record, events: [], messages: [] }]);
}

/** A file system of 600 KB in memory. */
function mountDisk(): string {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  return folder;
}

async function versionOf(store: AccountStore): Promise<number> {
  return (await store.load([alice]))[0]?.version ?? 0;
}

describe('a file that is not ours', () => {
  test('what is no database is refused with store/not-a-database and left as it is', async () => {
    const path = join(temporaryFolder(), 'letter.txt');
    writeFileSync(path, 'Dear Sir or Madam,\n'.repeat(500));
    await expect(open(path).load([alice])).rejects.toMatchObject({ code: 'store/not-a-database' });
    expect(readFileSync(path, 'utf8')).toBe('Dear Sir or Madam,\n'.repeat(500));
  });

  test('a SQLite database of another program is refused and left as it is', async () => {
    const path = join(temporaryFolder(), 'shop.db');
    const shop = new DatabaseSync(path);
    shop.exec('CREATE TABLE orders (id)');
    shop.close();
    const before = readFileSync(path);
    await expect(open(path).load([alice])).rejects.toMatchObject({ code: 'store/not-a-database' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('a database of a newer version is refused with store/newer and left as it is', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const store = sqliteStore(path);
    await commit(store, 0);
    await store.close();
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    await expect(open(path).load([alice])).rejects.toMatchObject({ code: 'store/newer' });
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});

describe('a file that cannot be reached', () => {
  test('a missing folder is named, and the store opens once it is there', async () => {
    const folder = join(temporaryFolder(), 'data');
    const store = open(join(folder, 'tidelock.db'));
    await expect(store.load([alice])).rejects.toMatchObject({
      code: 'store/unavailable',
      message: expect.stringContaining(`${folder} does not exist: make it`),
    });
    mkdirSync(folder);
    expect(await commit(store, 0)).toEqual(['committed']);
  });

  test('a folder is no database', async () => {
    const folder = temporaryFolder();
    await expect(open(folder).load([alice])).rejects.toMatchObject({ code: 'store/unavailable' });
  });

  test('a database that was deleted is not made anew while the store is open', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const store = open(path);
    await commit(store, 0);
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    await expect(commit(store, 1)).rejects.toMatchObject({ code: 'store/unavailable' });
    await expect(commit(store, 0)).rejects.toMatchObject({ code: 'store/unavailable' });
    expect(existsSync(path)).toBe(false);
  });

  test('an older copy that is put in the place of an open database is refused until the next start', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const before = sqliteStore(path);
    await commit(before, 0);
    await before.close();
    copyFileSync(path, `${path}.old`);
    const store = open(path);
    await commit(store, 1);
    renameSync(path, `${path}.new`);
    renameSync(`${path}.old`, path);
    await expect(commit(store, 2)).rejects.toMatchObject({ code: 'store/unavailable' });
    await expect(commit(store, 1)).rejects.toMatchObject({ code: 'store/unavailable' });
  });

  test.skipIf(process.platform === 'win32')(
    'a new database and the files beside it are for their owner alone',
    async () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o777);
      const umask = process.umask(0);
      onTestFinished(() => void process.umask(umask));
      const path = join(folder, 'tidelock.db');
      await commit(open(path), 0);
      for (const suffix of ['', '-wal', '-shm']) {
        expect(`${suffix} ${(statSync(`${path}${suffix}`).mode & 0o777).toString(8)}`).toBe(`${suffix} 600`);
      }
    },
  );
});

describe('a lock that another process holds', () => {
  test('F2: a commit that waited too long fails with store/locked, changes nothing, and the store goes on', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const store = open(path, { lockTimeoutSeconds: 0.1 });
    await commit(store, 0);
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    await expect(commit(store, 1)).rejects.toMatchObject({ code: 'store/locked' });
    expect(await versionOf(store)).toBe(1);
    other.exec('ROLLBACK');
    expect(await commit(store, 1)).toEqual(['committed']);
  });

  test('F2: a new file that another process is about to fill is waited for', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    setTimeout(() => other.exec('ROLLBACK'), 400);
    expect(await commit(open(path), 0)).toEqual(['committed']);
  });

  test('F2: a commit that waits does not hold up the event loop, and goes through when the lock is gone', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const store = open(path);
    await commit(store, 0);
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 50) other.exec('ROLLBACK');
    }, 5);
    expect(await commit(store, 1)).toEqual(['committed']);
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(50);
  });
});

describe.runIf(isRoot && process.platform === 'linux')('a disk of its own', () => {
  test('a full disk is store/full, nothing of the call is there, and the store goes on once there is room', async () => {
    const folder = mountDisk();
    const store = open(join(folder, 'tidelock.db'));
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(200 * 1024));
    let version = 0;
    const fault = await (async () => {
      for (;;) {
        try {
          await commit(store, version, 'x'.repeat(20_000));
          version++;
        } catch (error) {
          return error;
        }
      }
    })();
    expect(fault).toMatchObject({ code: 'store/full' });
    expect(version).toBeGreaterThan(0);
    expect(await versionOf(store)).toBe(version);
    rmSync(join(folder, 'ballast'));
    expect(await commit(store, version, 'x'.repeat(20_000))).toEqual(['committed']);
    expect(await versionOf(store)).toBe(version + 1);
  });

  test('a disk that is full from the start is store/full, and the store opens once there is room', async () => {
    const folder = mountDisk();
    const store = open(join(folder, 'tidelock.db'));
    try {
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(1024 * 1024));
    } catch {
      // As meant: it takes what there is.
    }
    await expect(commit(store, 0)).rejects.toMatchObject({ code: 'store/full' });
    rmSync(join(folder, 'ballast'));
    expect(await commit(store, 0)).toEqual(['committed']);
  });

  test('a disk that became read-only is store/read-only, and the store goes on when it can be written again', async () => {
    const folder = mountDisk();
    const path = join(folder, 'tidelock.db');
    const before = sqliteStore(path);
    await commit(before, 0);
    await before.close();
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const store = open(path);
    await expect(commit(store, 1)).rejects.toMatchObject({ code: 'store/read-only' });
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    expect(await commit(store, 1)).toEqual(['committed']);
  });
});

describe.skipIf(isRoot || process.platform === 'win32')('permissions', () => {
  test('a file that may not be written is store/read-only', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const before = sqliteStore(path);
    await commit(before, 0);
    await before.close();
    chmodSync(path, 0o400);
    await expect(commit(open(path), 1)).rejects.toMatchObject({ code: 'store/read-only' });
  });

  test('a folder that may not be written is store/read-only', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    await expect(commit(open(join(folder, 'tidelock.db')), 0)).rejects.toMatchObject({
      code: 'store/read-only',
    });
    chmodSync(folder, 0o700);
  });
});

describe('misuse', () => {
  test('what is no path and what is no option is refused at once', () => {
    expect(() => sqliteStore(7 as never)).toThrow(TypeError);
    expect(() => sqliteStore('')).toThrow(RangeError);
    expect(() => sqliteStore('a\0b')).toThrow(RangeError);
    expect(() => sqliteStore('a', { lockTimeout: 3 } as never)).toThrow('no option "lockTimeout"');
    for (const lockTimeoutSeconds of [-1, Number.NaN, 3_601, '3' as never]) {
      expect(() => sqliteStore('a', { lockTimeoutSeconds })).toThrow(RangeError);
    }
  });
});
