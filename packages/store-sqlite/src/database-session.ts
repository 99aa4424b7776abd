import type { CommitResult } from '@tidelock/engine';
import { CommitUnclear, OpenDatabase } from './open-database.ts';
import { primaryCodeOf, sqliteCodes, StoreFault } from './store-fault.ts';
import {
  memoryPath,
  type AnswerOf,
  type CallKind,
  type FlatChange,
  type RequestOf,
  type SessionOptions,
} from './worker-protocol.ts';

/** After these the connection is sound: nothing was written, and the next call may do better. */
const harmlessCodes: readonly number[] = [
  sqliteCodes.busy,
  sqliteCodes.locked,
  sqliteCodes.full,
  sqliteCodes.constraint,
];

/**
 * The worker's side of the store: opens at the first call, carries out one call after the other, and opens again after a
 * fault that leaves the connection in doubt.
 */
export class DatabaseSession {
  readonly #options: SessionOptions;
  #open: OpenDatabase | null = null;
  #mayCreate: boolean;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#mayCreate = options.mayCreate;
  }

  /** @throws StoreFault, or an error of node:sqlite that `faultOf` explains; then nothing was changed. */
  handle<Kind extends CallKind>(kind: Kind, request: RequestOf<Kind>): AnswerOf<Kind> {
    try {
      return this.#handlers[kind](request);
    } catch (error) {
      if (!harmlessCodes.includes(primaryCodeOf(error)) && !(error instanceof StoreFault)) this.#drop();
      throw error;
    }
  }

  readonly #handlers: { readonly [Kind in CallKind]: (request: RequestOf<Kind>) => AnswerOf<Kind> } = {
    load: (ids) => this.#database().accounts.load(ids),
    commit: (changes) => this.#commit(changes),
    events: (query) => this.#database().events.read(query),
    accounts: (query) => this.#database().accounts.list(query),
    tenants: (query) => this.#database().accounts.listTenants(query),
    messages: (query) => this.#database().messages.list(query),
    claim: (query) => {
      const database = this.#database();
      return database.write(() => database.messages.claim(query));
    },
    settle: (results) => {
      const database = this.#database();
      database.write(() => database.messages.settle(results));
      return null;
    },
    close: () => {
      this.#open?.close();
      this.#open = null;
      return null;
    },
  };

  #commit(changes: readonly FlatChange[]): readonly CommitResult[] {
    const database = this.#database();
    let results: readonly CommitResult[] = [];
    try {
      database.write(() => (results = database.accounts.commit(changes)));
      if (changes.some(erases)) this.#emptyLog(database);
      return results;
    } catch (error) {
      if (!(error instanceof CommitUnclear)) throw error;
      this.#drop();
      return results.map((result) => (result === 'committed' ? 'unknown' : result));
    }
  }

  /** What was committed is committed, whatever comes of this. */
  #emptyLog(database: OpenDatabase): void {
    try {
      database.emptyLog();
    } catch (error) {
      if (!harmlessCodes.includes(primaryCodeOf(error))) this.#drop();
    }
  }

  #database(): OpenDatabase {
    this.#open ??= new OpenDatabase({ ...this.#options, mayCreate: this.#mayCreate });
    // SECURITY: a file that was there and is gone is a fault. Made anew and empty, it would switch off the second factor of
    // everybody (design §3); `a worker that comes after a deleted file does not make it anew` goes red without this line.
    this.#mayCreate = false;
    return this.#open;
  }

  /** Lets go of a connection in doubt. What lives in memory only is kept: nothing could be opened again. */
  #drop(): void {
    if (this.#open === null || this.#options.path === memoryPath) return;
    const database = this.#open;
    this.#open = null;
    try {
      database.close();
    } catch {
      // It is in doubt, and whatever closing it complains of is what the caller is being told already.
    }
  }
}

function erases(change: FlatChange): boolean {
  const [, , , , , , erasedAt, prunedThrough] = change;
  return erasedAt !== null || prunedThrough !== null;
}
