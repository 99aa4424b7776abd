import { afterAll, beforeAll } from 'vitest';
import { contractOn } from '../test-programs/contract-on.ts';
import { hasRedis, startRedis, type RedisServer } from '../test-programs/redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  if (hasRedis('valkey-server')) server = await startRedis({ program: 'valkey-server' });
});
afterAll(() => server?.dispose());

contractOn('redisStore on one Valkey', {
  isHere: hasRedis('valkey-server'),
  url: () => server.url.replace('redis:', 'valkey:'),
});
