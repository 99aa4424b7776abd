import { DatabaseSync } from 'node:sqlite';
import { ensureFile } from './database-file.ts';
import { migrate, migrations, versionOf } from './migrations.ts';
import { primaryCodeOf, sqliteCodes, StoreFault } from './store-fault.ts';
import { memoryPath, type SessionOptions } from './worker-protocol.ts';

/** Measured in `docs/decisions/0003`: the longest wait stays short, and most of the throughput is there. */
const walCheckpointPages = 1_000;
/** 8 MB, in the unit of PRAGMA cache_size (a negative number is KiB): no more throughput came of 32 or of 128. */
const cacheSize = -8_000;
/** After a burst, the write-ahead log is cut back to 64 MB. */
const walSizeBytesMax = 64 * 1024 * 1024;
const busyPauseMs = 20;

/**
 * Opens the database, makes it where it may be made, and brings its tables to the newest shape.
 *
 * @throws StoreFault, or an error of node:sqlite that `faultOf` explains.
 */
export function openConnection(options: SessionOptions): DatabaseSync {
  const { path, lockTimeoutSeconds } = options;
  const isFile = path !== memoryPath;
  if (isFile) ensureFile(path, options.mayCreate);
  const database = new DatabaseSync(path, { timeout: lockTimeoutSeconds * 1_000, defensive: true });
  try {
    // Looked at before the first pragma that would write into another program's file.
    versionOf(database, migrations.length);
    if (isFile) switchToWal(database, path, lockTimeoutSeconds);
    // SECURITY: an answer leaves after the fsync and never before (design §1); the test of system calls goes red without FULL.
    database.exec('PRAGMA synchronous = FULL');
    database.exec(
      `PRAGMA wal_autocheckpoint = ${walCheckpointPages}; PRAGMA journal_size_limit = ${walSizeBytesMax}`,
    );
    // SECURITY: C16, what was erased is overwritten, in pages that nobody uses any more too (`sqlite-store.erasure.test.ts`).
    database.exec(`PRAGMA cache_size = ${cacheSize}; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON`);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Where two processes switch a new file at once, SQLite answers "busy" at once instead of waiting. */
function switchToWal(database: DatabaseSync, path: string, lockTimeoutSeconds: number): void {
  const deadline = performance.now() + lockTimeoutSeconds * 1_000;
  for (;;) {
    try {
      const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
      if (mode === 'wal') return;
      throw new StoreFault(
        'store/unavailable',
        `The file system of ${path} cannot hold a write-ahead log: use a local disk.`,
      );
    } catch (error) {
      if (primaryCodeOf(error) !== sqliteCodes.busy || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyPauseMs);
    }
  }
}
