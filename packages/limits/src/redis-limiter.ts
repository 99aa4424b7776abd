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
  /** What every key begins with, that of the store as a rule: letters, digits, "_", "-", "." and ":"; `tidelock` by default. */
  readonly prefix?: string;
}

/**
 * Counts in Redis or Valkey, for all processes that use it. The client stays the caller's. While it is not connected, it refuses at
 * once. What a fail-over loses of the counts is let through once more.
 *
 * @throws RangeError when `prefix` is none.
 */
export function redisLimiter(client: LimiterRedis, { secret, prefix }: RedisLimiterOptions): RateLimiter {
  if (prefix !== undefined && !/^[A-Za-z0-9_.:-]{1,64}$/.test(prefix))
    throw new RangeError('prefix is 1 to 64 letters, digits, "_", "-", "." and ":".');
  return flexibleLimiter({
    secret,
    async open(budget) {
      // Of a client that connects when it is told to.
      if (client.status === 'wait') await client.connect();
      return new RateLimiterRedis({
        ...optionsOf(budget, prefix),
        storeClient: client,
        rejectIfRedisNotReady: true,
      });
    },
  });
}
