import type { RateLimiter } from '@tidelock/engine';
import { memoryLimiter, postgresLimiter, redisLimiter, sqliteLimiter } from '@tidelock/limits';
import { Redis } from 'ioredis';
import pg from 'pg';

/** A limiter with what ends it. */
export interface OpenedLimiter {
  readonly limiter: RateLimiter;
  close(): Promise<void>;
}

const secret = 'a secret that all processes of a test have';

/** By `memory:`, `sqlite:PATH`, `postgres://…` or `redis://…`. */
export function openLimiter(url: string): OpenedLimiter {
  if (url.startsWith('postgres:')) {
    const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 1500 });
    pool.on('error', () => undefined);
    return { limiter: postgresLimiter(pool, { secret }), close: () => pool.end() };
  }
  if (url.startsWith('redis:')) {
    const client = new Redis(url, { commandTimeout: 1500, retryStrategy: () => 100 });
    client.on('error', () => undefined);
    return {
      limiter: redisLimiter(client, { secret }),
      async close() {
        client.disconnect();
      },
    };
  }
  const limiter = url.startsWith('sqlite:')
    ? sqliteLimiter(url.slice('sqlite:'.length), { secret })
    : memoryLimiter();
  return { limiter, close: () => limiter.close() };
}
