import { afterAll, beforeAll } from 'vitest';
import { contractOn } from '../test-programs/contract-on.ts';
import { hasRedis, startRedis, type RedisServer } from '../test-programs/redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  if (hasRedis()) server = await startRedis();
});
afterAll(() => server?.dispose());

contractOn('redisStore on one Redis', { isHere: hasRedis(), url: () => server.url });
