import { TidelockError } from '@tidelock/engine';
import type { PostgresClient, PostgresPool } from './pool.ts';

/** A pool for each of several hosts, of which one takes writes; which one it is may change. */
export class HostsPool implements PostgresPool {
  readonly #pools: readonly PostgresPool[];
  /** The host that was the right one last. */
  #current = 0;

  constructor(pools: readonly PostgresPool[]) {
    this.#pools = pools;
  }

  /** Asks one after the other, the one that was right last time first. @throws what the first one threw that is no standby. */
  async connect(): Promise<PostgresClient> {
    const first = this.#current;
    let fault: unknown = null;
    for (const step of this.#pools.keys()) {
      const index = (first + step) % this.#pools.length;
      try {
        const client = await this.#pools[index]!.connect();
        this.#current = index;
        return client;
      } catch (error) {
        if (fault === null || isStandby(fault)) fault = error;
      }
    }
    throw fault;
  }

  async end(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }
}

function isStandby(error: unknown): boolean {
  return error instanceof TidelockError && error.code === 'store/read-only';
}
