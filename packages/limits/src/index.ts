export { memoryLimiter } from './memory-limiter.ts';
export type { MemoryLimiterOptions } from './memory-limiter.ts';
export { postgresLimiter } from './postgres-limiter.ts';
export type { LimiterClient, LimiterPool, PostgresLimiterOptions } from './postgres-limiter.ts';
export { redisLimiter } from './redis-limiter.ts';
export type { LimiterRedis, RedisLimiterOptions } from './redis-limiter.ts';
export { sqliteLimiter } from './sqlite-limiter.ts';
export type { SqliteLimiterOptions } from './sqlite-limiter.ts';
