import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { contractOn } from '../test-programs/contract-on.ts';
import { startRedisCluster, type RedisCluster } from '../test-programs/redis-cluster.ts';
import { hasRedis } from '../test-programs/redis-server.ts';
import { redisStore } from './redis-store.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  if (hasRedis()) cluster = await startRedisCluster();
});
afterAll(() => cluster?.dispose());

contractOn('redisStore on a cluster of six', { isHere: hasRedis(), url: () => cluster.url });

const alice = { tenant: 'acme', account: 'alice' };
const change = { id: alice, expectedVersion: 0, record: 'r', events: [], messages: [] };

test.runIf(hasRedis())('a client of the application shows the way, and stays as it is', async () => {
  const [first] = cluster.nodes;
  const client = new Cluster([{ host: '127.0.0.1', port: first!.port }], { lazyConnect: true });
  const store = redisStore(client, { prefix: 'client', replicas: 1 });
  onTestFinished(() => store.close());
  expect(await store.commit([change])).toEqual(['committed']);
  expect(client.status).toBe('wait');
});

test.runIf(hasRedis())(
  'one node of a cluster that is named alone says that it is one of a cluster',
  async () => {
    const [first] = cluster.nodes;
    const store = redisStore(new Redis(first!.port, '127.0.0.1', { lazyConnect: true }));
    onTestFinished(() => store.close());
    await expect(store.load([alice])).rejects.toThrow(/cluster=true/);
  },
);

test.runIf(hasRedis())(
  'B6 a cluster of which one node may lose what it answers is store/not-durable',
  async () => {
    const [, , , , , last] = cluster.nodes;
    await last!.command('CONFIG', 'SET', 'appendfsync', 'everysec');
    const store = redisStore(cluster.url, { prefix: 'weak' });
    onTestFinished(() => store.close());
    await expect(store.commit([change])).rejects.toMatchObject({ code: 'store/not-durable' });
    await last!.command('CONFIG', 'SET', 'appendfsync', 'always');
    expect(await store.commit([change])).toEqual(['committed']);
  },
);

test.runIf(hasRedis())(
  'C17 a node that was silent when it was looked at is looked at when it is back, whatever the client of the application would do',
  async () => {
    const last = (await cluster.masters()).at(-1);
    await last!.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    last!.freeze();
    onTestFinished(async () => {
      last!.thaw();
      await last!.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    });
    // One whose nodes connect anew by themselves, which nobody hears of.
    const client = new Cluster([{ host: '127.0.0.1', port: cluster.nodes[0]!.port }], {
      lazyConnect: true,
      clusterNodeRetryStrategy: () => 50,
    });
    const store = redisStore(client, { prefix: 'silent', timeoutSeconds: 0.4 });
    onTestFinished(() => store.close());
    // So short a silence that no replica takes over.
    await expect(store.load([alice])).rejects.toMatchObject({ code: 'store/unavailable' });
    last!.thaw();
    const codeOfLoad = () =>
      store.load([alice]).then(
        () => 'resolved',
        (error: unknown) => (error as { code?: unknown }).code,
      );
    await expect.poll(codeOfLoad, { timeout: 5_000 }).toBe('store/not-durable');
  },
);

test.runIf(hasRedis())(
  'a partition that moves to another node is followed, and no commit is lost on the way',
  async () => {
    const store = redisStore(cluster.url, { prefix: 'moving' });
    onTestFinished(() => store.close());
    await store.commit([change]);
    let isOver = false;
    let version = 1;
    const committing = (async () => {
      while (!isOver) {
        const [result] = await store.commit([{ ...change, expectedVersion: version }]);
        expect(result).toBe('committed');
        version++;
      }
    })();
    await cluster.moveSlotOf('moving:{tl:1b}:accounts');
    isOver = true;
    await committing;
    expect((await store.load([alice]))[0]?.version).toBe(version);
  },
);
