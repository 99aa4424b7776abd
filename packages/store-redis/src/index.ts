export { redisStore } from './redis-store.ts';
export type { RedisStoreOptions } from './redis-store.ts';
export { openClient } from './open-client.ts';
export type { RedisClient } from './client.ts';
export type { Durability } from './server-check.ts';
