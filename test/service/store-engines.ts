import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  hasPostgres,
  startPostgres,
  type PostgresServer,
} from '../../packages/store-postgres/test-programs/postgres-server.ts';

/** An engine that stores stand on; every test of the service that is about the store runs on each. */
export interface StoreEngine {
  readonly name: string;
  /** Whether it can be started here; where it cannot, the run has said so, and in CI it has failed. */
  readonly isHere: boolean;
  start(): Promise<RunningEngine>;
}

/** One engine of a test's own. */
export interface RunningEngine {
  /** A store that is empty, as `TIDELOCK_STORE` takes it; another one each time. */
  newStore(): string;
  /** Everything that the engine has written to its disk so far, logs and journals among it. */
  raw(): string;
  stop(): Promise<void>;
}

const sqlite: StoreEngine = {
  name: 'SQLite',
  isHere: true,
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'tidelock-sqlite-'));
    let count = 0;
    return {
      newStore: () => `sqlite:${join(folder, `store-${(count += 1)}`, 'tidelock.db')}`,
      raw: () => contentOf(folder),
      stop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

const postgres: StoreEngine = {
  name: 'PostgreSQL',
  isHere: hasPostgres(),
  async start() {
    const server = await startPostgres();
    return onPostgres(server);
  },
};

/** Stores in schemas of one server. */
function onPostgres(server: PostgresServer): RunningEngine {
  let count = 0;
  return {
    newStore: () => `${server.url}?schema=store_${(count += 1)}`,
    raw: () => contentOf(server.folder),
    stop: () => server.dispose(),
  };
}

/** All engines, for `describe.each`. */
export const storeEngines: readonly StoreEngine[] = [sqlite, postgres];

function contentOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}
