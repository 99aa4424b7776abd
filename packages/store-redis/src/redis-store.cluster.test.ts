import { afterAll, beforeAll } from 'vitest';
import { contractOn } from '../test-programs/contract-on.ts';
import { startRedisCluster, type RedisCluster } from '../test-programs/redis-cluster.ts';
import { hasRedis } from '../test-programs/redis-server.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  if (hasRedis()) cluster = await startRedisCluster();
});
afterAll(() => cluster?.dispose());

contractOn('redisStore on a cluster of six', { isHere: hasRedis(), url: () => cluster.url });
