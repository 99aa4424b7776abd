export { postgresStore } from './postgres-store.ts';
export type { PostgresStoreOptions } from './postgres-store.ts';
export { openPool } from './open-pool.ts';
export type { PoolOptions } from './open-pool.ts';
export type { PostgresClient, PostgresPool } from './pool.ts';
