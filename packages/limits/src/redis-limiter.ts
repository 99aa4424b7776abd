import type { RateLimiter } from '@tidelock/engine';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { flexibleLimiter, optionsOf } from './flexible-limiter.ts';

/** As much of a client of `ioredis` as is needed, single or cluster. */
export interface LimiterRedis {
  readonly status: string;
  defineCommand(name: string, definition: { readonly lua: string; readonly numberOfKeys?: number }): void;
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
    open: (budget) =>
      new RateLimiterRedis({ ...optionsOf(budget), storeClient: client, rejectIfRedisNotReady: true }),
  });
}
