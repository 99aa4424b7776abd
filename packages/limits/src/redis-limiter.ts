import type { RateLimiter } from '@tidelock/engine';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { flexibleLimiter, optionsOf } from './flexible-limiter.ts';

/** As much of a client of `ioredis` (`Redis` or `Cluster`) as shows in its type. */
export interface LimiterRedis {
  readonly status: string;
  connect(): Promise<void>;
}

export interface RedisLimiterOptions {
  /** What keys are hashed with; `limiterSecret(keys)` of the engine. */
  readonly secret: string;
}

/**
 * Counts in Redis or Valkey, for all processes that use it. The client stays the caller's. While it is not connected, it refuses at
 * once. What a fail-over loses of the counts is let through once more.
 */
export function redisLimiter(client: LimiterRedis, { secret }: RedisLimiterOptions): RateLimiter {
  return flexibleLimiter({
    secret,
    async open(budget) {
      // Of a client that connects when it is told to.
      if (client.status === 'wait') await client.connect();
      return new RateLimiterRedis({
        ...optionsOf(budget),
        storeClient: client,
        rejectIfRedisNotReady: true,
      });
    },
  });
}
