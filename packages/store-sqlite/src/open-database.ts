import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AccountRows } from './account-rows.ts';
import { openConnection } from './connection.ts';
import { fileIdentity } from './database-file.ts';
import { EventRows } from './event-rows.ts';
import { MessageRows } from './message-rows.ts';
import { primaryCodeOf, sqliteCodes, StoreFault } from './store-fault.ts';
import { memoryPath, type SessionOptions } from './worker-protocol.ts';

/** How long an erasure waits for others before it leaves the log as it is: nobody's verification waits much longer for it. */
const logWaitMs = 100;

/** COMMIT itself failed, in a way that does not say whether the transaction will be there after a crash. */
export class CommitUnclear extends Error {
  override readonly name = 'CommitUnclear';
}

/** A connection with its statements. */
export class OpenDatabase {
  readonly accounts: AccountRows;
  readonly events: EventRows;
  readonly messages: MessageRows;
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #lockTimeoutMs: number;
  readonly #fileIdentity: string | null;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;

  /** @throws StoreFault, or an error of node:sqlite that `faultOf` explains. */
  constructor(options: SessionOptions, database: DatabaseSync = openConnection(options)) {
    this.#path = options.path;
    this.#lockTimeoutMs = options.lockTimeoutSeconds * 1_000;
    this.#database = database;
    this.#fileIdentity = this.#identify();
    this.events = new EventRows(database);
    this.messages = new MessageRows(database);
    this.accounts = new AccountRows(database, this.events, this.messages);
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  /**
   * One transaction: what `work` wrote is durable when this returns, and nothing of it is there when this throws.
   *
   * @throws CommitUnclear when neither can be said.
   */
  write<Result>(work: () => Result): Result {
    this.#begin.run();
    try {
      this.#assertSameFile();
      const result = work();
      this.#finish();
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Brings the write-ahead log into the file and empties it: it still holds the pages as they were before. Where somebody
   * reads or writes at this moment, it waits shortly, and leaves it to the next checkpoint.
   */
  emptyLog(): void {
    if (this.#path === memoryPath) return;
    this.#database.exec(`PRAGMA busy_timeout = ${logWaitMs}`);
    try {
      this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${this.#lockTimeoutMs}`);
    }
  }

  close(): void {
    this.#database.close();
  }

  #finish(): void {
    try {
      this.#commit.run();
    } catch (error) {
      const code = primaryCodeOf(error);
      // SQLite rolls back by itself where it could not write the log (full) or was not let (busy). Where the fsync failed,
      // the log may hold the whole transaction, and a crash now would bring it to life.
      if (code === sqliteCodes.full || code === sqliteCodes.busy) throw error;
      throw new CommitUnclear('COMMIT failed', { cause: error });
    }
  }

  /** A file that was moved or deleted can still be written, and nobody would ever read it again. */
  #assertSameFile(): void {
    if (this.#identify() === this.#fileIdentity) return;
    throw new StoreFault(
      'store/unavailable',
      `${this.#path} was replaced or deleted while it was open: start again.`,
    );
  }

  #identify(): string | null {
    return this.#path === memoryPath ? null : fileIdentity(this.#path);
  }
}
