import { TidelockError } from '@tidelock/engine';
import type { PostgresClient, PostgresPool } from './pool.ts';

/** What breaks while a server is asked is told by its answer, too; unheard, the event would end the process. */
function ignore(): void {}

/** A pool for each of several hosts, of which one takes writes; which one it is may change. */
export class HostsPool implements PostgresPool {
  readonly #pools: readonly PostgresPool[];
  readonly #check: (client: PostgresClient) => Promise<void>;
  /** Connections that lead to a server which took writes when they were made; it ends them when it no longer does. */
  readonly #checked = new WeakSet<PostgresClient>();
  /** The host that was the right one last. */
  #current = 0;

  /** @param check rejects where the server of a connection is not the one that is looked for. */
  constructor(pools: readonly PostgresPool[], check: (client: PostgresClient) => Promise<void>) {
    this.#pools = pools;
    this.#check = check;
  }

  /** Asks one after the other, the one that was right last time first. @throws what the first one threw that is no standby. */
  async connect(): Promise<PostgresClient> {
    const first = this.#current;
    let fault: unknown = null;
    for (const step of this.#pools.keys()) {
      const index = (first + step) % this.#pools.length;
      try {
        const client = await this.#connectTo(this.#pools[index]!);
        this.#current = index;
        return client;
      } catch (error) {
        if (fault === null || isStandby(fault)) fault = error;
      }
    }
    throw fault;
  }

  async #connectTo(pool: PostgresPool): Promise<PostgresClient> {
    const client = await pool.connect();
    if (this.#checked.has(client)) return client;
    client.on('error', ignore);
    try {
      await this.#check(client);
    } catch (error) {
      client.release(true);
      throw error;
    }
    client.removeListener('error', ignore);
    this.#checked.add(client);
    return client;
  }

  async end(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }
}

function isStandby(error: unknown): boolean {
  return error instanceof TidelockError && error.code === 'store/read-only';
}
