import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  hasPostgres,
  startPostgres,
  type PostgresServer,
} from '../../packages/store-postgres/test-programs/postgres-server.ts';
import {
  hasRedis,
  startRedis,
  type RedisServer,
} from '../../packages/store-redis/test-programs/redis-server.ts';

/** An engine that stores stand on; every test of the service that is about the store runs on each. */
export interface StoreEngine {
  readonly name: string;
  /** Whether it can be started here; where it cannot, the run has said so, and in CI it has failed. */
  readonly isHere: boolean;
  start(): Promise<RunningEngine>;
}

/** One engine of a test's own. */
export interface RunningEngine {
  /** Where it listens; null where it is no server. */
  readonly port: number | null;
  /** A store that is empty, as `TIDELOCK_STORE` takes it; another one each time. It is reached by `port` where that is given. */
  newStore(by?: StoreLine): string;
  /** Everything that the engine has written to its disk so far, logs and journals among it, and what can be read from it. */
  raw(): Promise<string>;
  stop(): Promise<void>;
}

export interface StoreLine {
  /** Of a proxy before the engine. */
  readonly port?: number;
  /** Parameters for the URL. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const sqlite: StoreEngine = {
  name: 'SQLite',
  isHere: true,
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'tidelock-sqlite-'));
    let count = 0;
    return {
      port: null,
      newStore: () => `sqlite:${join(folder, `tidelock-${(count += 1)}.db`)}`,
      raw: async () => {
        // The journal: an account's secret would be there before it is in the file.
        if (!readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('-wal')))
          throw new Error('There is no write-ahead log to look into.');
        return filesOf(folder);
      },
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

const redis: StoreEngine = {
  name: 'Redis',
  isHere: hasRedis(),
  async start() {
    // What is in the log only, and as it is: nothing compressed.
    const server = await startRedis({ settings: ['--rdbcompression no'] });
    return onRedis(server);
  },
};

/** Stores under prefixes of one server. */
function onRedis(server: RedisServer): RunningEngine {
  let count = 0;
  return {
    port: server.port,
    newStore: (by) =>
      urlOf(server.url, { ...by, parameters: { prefix: `store-${(count += 1)}`, ...by?.parameters } }),
    raw: async () => filesOf(server.folder),
    stop: () => server.dispose(),
  };
}

/** Stores in schemas of one server. */
function onPostgres(server: PostgresServer): RunningEngine {
  let count = 0;
  return {
    port: Number(new URL(server.url).port),
    newStore: (by) =>
      urlOf(server.url, { ...by, parameters: { schema: `store_${(count += 1)}`, ...by?.parameters } }),
    // PostgreSQL may compress what is long, so that rows are looked at as they are read, too.
    raw: async () =>
      filesOf(server.folder) +
      execFileSync('pg_dump', [server.url], { encoding: 'latin1', maxBuffer: 2 ** 28 }),
    stop: () => server.dispose(),
  };
}

function urlOf(server: string, { port, parameters = {} }: StoreLine): string {
  const url = new URL(server);
  if (port !== undefined) url.port = String(port);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** All engines, for `describe.each`. */
export const storeEngines: readonly StoreEngine[] = [sqlite, postgres, redis];

/** Those that stand behind a line, which can be cut. */
export const serverEngines: readonly StoreEngine[] = [postgres, redis];

/** The content of every file in a folder, byte by byte. */
export function filesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => withoutPadding(readFileSync(path)).toString('latin1'))
    .join('\n');
}

/** A journal's file is as long as it may become. */
function withoutPadding(content: Buffer): Buffer {
  return content.subarray(0, content.findLastIndex((byte) => byte !== 0) + 1);
}
