import { limiterSecret, type KeyRing, type RateLimiter } from '@tidelock/engine';
import type { StoreLocation } from './store-location.ts';

/** What a connection is waited for, and an answer: the guard of the engine gives up after as long. */
const timeoutSeconds = 2;
/** For each process; a spend takes a connection for a moment, and few things are spent. */
const connections = 2;

/**
 * Counts across accounts on the engine that has the store, so that whoever shares the one shares the other: in PostgreSQL and Redis for
 * all processes, on SQLite for those of this machine, by a file beside the store's. It connects at its first call, by connections of its
 * own: accounts and counts do not wait for each other.
 */
export async function openLimiter(location: StoreLocation, keys: KeyRing): Promise<RateLimiter> {
  const limits = await import('@tidelock/limits');
  const secret = limiterSecret(keys);
  if (location.kind === 'sqlite') return limits.sqliteLimiter(`${location.path}-limits`, { secret });
  if (location.kind === 'redis') {
    const { openClient } = await import('@tidelock/store-redis');
    const client = openClient(location.url, timeoutSeconds);
    // Whoever spends is told; unheard, the event would end the process.
    client.on('error', () => undefined);
    // A user of Redis may have the right to the keys of its store alone.
    const { prefix } = location.options;
    const limiter = limits.redisLimiter(client, { secret, ...(prefix === undefined ? {} : { prefix }) });
    return { ...limiter, close: async () => client.disconnect() };
  }
  const { openPool } = await import('@tidelock/store-postgres');
  const pool = openPool(location.url, { connections, timeoutSeconds });
  const { schema } = location.options;
  const limiter = limits.postgresLimiter(pool, { secret, ...(schema === undefined ? {} : { schema }) });
  let ending: Promise<void> | null = null;
  return { ...limiter, close: () => (ending ??= pool.end()) };
}
