import { inspect } from 'node:util';
import type { AccountStore } from '@tidelock/engine';
import { changeOf } from '@tidelock/engine/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startAnswerCutter } from '../test-programs/answer-cutter.ts';
import { hasRedis, startRedis, type RedisServer } from '../test-programs/redis-server.ts';
import { partitionOf } from './partition.ts';
import { redisStore, type RedisStoreOptions } from './redis-store.ts';

let server: RedisServer;
beforeAll(async () => {
  if (hasRedis()) server = await startRedis();
});
afterAll(() => server?.dispose());
const onServer = describe.runIf(hasRedis());

const alice = { tenant: 'acme', account: 'alice' };
const bob = { tenant: 'acme', account: 'bob' };

function open(options: RedisStoreOptions, url = server.url): AccountStore {
  const store = redisStore(url, options);
  onTestFinished(() => store.close());
  return store;
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error as { code?: unknown }).code,
  );

const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(String, (error: unknown) => (error as Error).message);

/** All that a log can show of a fault. */
const printedOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => inspect(error, { depth: Infinity, showHidden: true }),
  );

async function startAnother(...settings: string[]): Promise<RedisServer> {
  const another = await startRedis({ settings });
  onTestFinished(() => another.dispose());
  return another;
}

onServer('a server that goes and comes', () => {
  test('F1 while it is down every call is store/unavailable, and afterwards the same store goes on', async () => {
    const store = open({ prefix: 'down' });
    await store.commit([changeOf(alice, 0)]);
    await server.stop();
    for (let calls = 0; calls < 3; calls++) {
      expect(await codeOf(store.load([alice]))).toBe('store/unavailable');
      expect(await codeOf(store.commit([changeOf(alice, 1)]))).toBe('store/unavailable');
    }
    await server.start();
    await expect.poll(() => codeOf(store.load([alice])), { timeout: 5_000 }).toBe('resolved');
    expect(await store.commit([changeOf(alice, 1)])).toEqual(['committed']);
    expect((await store.load([alice]))[0]?.version).toBe(2);
  });

  test('F1 one that was never there is store/unavailable at once', async () => {
    const store = open({}, 'redis://127.0.0.1:1');
    const begun = performance.now();
    expect(await codeOf(store.load([alice]))).toBe('store/unavailable');
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  test('B6 nothing that was answered is lost when the server is killed under commits', async () => {
    const store = open({ prefix: 'killed' });
    const ids = Array.from({ length: 40 }, (_, index) => ({ tenant: 'acme', account: `user-${index}` }));
    await store.commit(ids.map((id) => changeOf(id, 0)));
    for (let round = 0; round < 2; round++) {
      const versions = (await store.load(ids)).map((stored) => stored!.version);
      let answered = 0;
      await Promise.all(
        ids.map(async (id, index) => {
          for (;;) {
            const results = await store.commit([changeOf(id, versions[index]!)]).catch(() => null);
            if (results?.[0] !== 'committed') return;
            versions[index]!++;
            if (++answered === 400) void server.stop('SIGKILL');
          }
        }),
      );
      await server.stop('SIGKILL');
      await server.start();
      await expect.poll(() => codeOf(store.load(ids)), { timeout: 5_000 }).toBe('resolved');
      const after = (await store.load(ids)).map((stored) => stored!.version);
      expect(answered).toBeGreaterThanOrEqual(400);
      expect(after.every((version, index) => version - versions[index]! >= 0)).toBe(true);
      expect(after.every((version, index) => version - versions[index]! <= 1)).toBe(true);
    }
  });

  test('F1 one that hangs: a commit under way is unknown, what comes then fails at once, and all recovers by itself', async () => {
    const store = open({ prefix: 'hangs', timeoutSeconds: 1 });
    await store.commit([changeOf(alice, 0), changeOf(bob, 0)]);
    server.freeze();
    onTestFinished(() => server.thaw());
    const [commit, load] = await Promise.all([store.commit([changeOf(alice, 1)]), codeOf(store.load([bob]))]);
    expect([commit, load]).toEqual([['unknown'], 'store/unavailable']);
    expect(await codeOf(store.load([alice]))).toBe('store/unavailable');
    const begun = performance.now();
    for (let calls = 0; calls < 2_000; calls++)
      expect(await codeOf(store.commit([changeOf(bob, 1)]))).toBe('store/unavailable');
    expect(performance.now() - begun).toBeLessThan(1_000);
    server.thaw();
    await expect.poll(() => codeOf(store.load([alice])), { timeout: 5_000 }).toBe('resolved');
    // Whether the one that was given up came through is the server's to say; what was refused did not.
    const [first, second] = await store.load([alice, bob]);
    expect([1, 2]).toContain(first?.version);
    expect(second?.version).toBe(1);
    expect(await store.commit([changeOf(alice, first!.version)])).toEqual(['committed']);
  });
});

onServer('a commit whose answer is lost', () => {
  test('B6 it is unknown and was sent once, whatever the client of the application would do', async () => {
    const cutter = await startAnswerCutter(server.port);
    onTestFinished(() => cutter.close());
    // As it comes, this client sends again what a broken connection has left without an answer.
    const client = new Redis(cutter.port, '127.0.0.1', { lazyConnect: true });
    const store = redisStore(client, { prefix: 'once' });
    onTestFinished(() => store.close());
    await store.commit([changeOf(alice, 0)]);
    const before = await scriptsRun();
    cutter.cutNextAnswer();
    expect(await store.commit([changeOf(alice, 1)])).toEqual(['unknown']);
    await expect.poll(() => codeOf(store.load([alice])), { timeout: 5_000 }).toBe('resolved');
    expect((await store.load([alice]))[0]?.version).toBe(2);
    expect(await scriptsRun()).toBe(before + 1);
    expect(client.status).toBe('wait');
  });

  test('F1 a load without an answer is store/unavailable, and not unknown', async () => {
    const cutter = await startAnswerCutter(server.port);
    onTestFinished(() => cutter.close());
    const store = open({ prefix: 'load' }, `redis://127.0.0.1:${cutter.port}`);
    await store.commit([changeOf(alice, 0)]);
    cutter.cutNextAnswer();
    expect(await codeOf(store.load([alice]))).toBe('store/unavailable');
  });

  async function scriptsRun(): Promise<number> {
    const stats = await server.command('INFO', 'commandstats');
    return Number(/cmdstat_evalsha:calls=([0-9]+)/.exec(stats)?.[1] ?? 0);
  }
});

onServer('what a server must be', () => {
  test.each([
    ['--appendonly no', 'appendonly'],
    ['--appendfsync everysec', 'appendfsync'],
    ['--no-appendfsync-on-rewrite yes', 'no-appendfsync-on-rewrite'],
  ])('B6 with %s it is store/not-durable, and is taken as it is where one says so', async (setting, name) => {
    const weak = await startAnother(setting);
    const store = open({}, weak.url);
    expect(await codeOf(store.load([alice]))).toBe('store/not-durable');
    expect(await codeOf(store.commit([changeOf(alice, 0)]))).toBe('store/not-durable');
    expect(await messageOf(store.load([alice]))).toMatch(new RegExp(`${name} is "\\w+": set it to`));
    expect(await weak.command('DBSIZE')).toBe(':0\r\n');
    const asConfigured = open({ durability: 'as-configured' }, weak.url);
    expect(await asConfigured.commit([changeOf(alice, 0)])).toEqual(['committed']);
    await weak.command(
      'CONFIG',
      'SET',
      ...setting
        .slice(2)
        .split(' ')
        .with(1, name === 'appendfsync' ? 'always' : name === 'appendonly' ? 'yes' : 'no'),
    );
    expect((await store.load([alice]))[0]?.version).toBe(1);
  });

  test('C17 one that evicts accounts is store/not-durable, whatever the option says', async () => {
    const evicting = await startAnother('--maxmemory-policy allkeys-lru');
    for (const durability of ['always', 'as-configured'] as const) {
      const store = open({ durability }, evicting.url);
      expect(await codeOf(store.commit([changeOf(alice, 0)]))).toBe('store/not-durable');
      expect(await messageOf(store.load([alice]))).toContain('maxmemory-policy is "allkeys-lru"');
    }
  });

  test('C17 a policy for keys that expire takes none of ours: when memory is full that is store/full', async () => {
    const small = await startAnother('--maxmemory-policy volatile-lru', '--maxmemory 3mb');
    const store = open({}, small.url);
    await store.commit([changeOf(alice, 0)]);
    const record = 'x'.repeat(30_000);
    let code: unknown = 'resolved';
    let written = 0;
    for (; code === 'resolved' && written < 500; written++) {
      const id = { tenant: 'acme', account: `user-${written}` };
      code = await codeOf(store.commit([changeOf(id, 0, { record })]));
    }
    expect(code).toBe('store/full');
    const ids = Array.from({ length: written }, (_, index) => ({ tenant: 'acme', account: `user-${index}` }));
    const loaded = await store.load([alice, ...ids]);
    expect(loaded.map((stored) => stored?.version)).toEqual([1, ...ids.slice(1).map(() => 1), undefined]);
    await small.command('CONFIG', 'SET', 'maxmemory', '0');
    expect(await store.commit([changeOf(alice, 1)])).toEqual(['committed']);
  });

  test('where CONFIG is forbidden it says which option to set', async () => {
    await server.command('ACL', 'SETUSER', 'plain', 'on', '>secret', '~*', '+@all', '-config');
    const url = `redis://plain:secret@127.0.0.1:${server.port}`;
    const store = open({ prefix: 'acl' }, url);
    expect(await codeOf(store.load([alice]))).toBe('store/not-durable');
    expect(await messageOf(store.load([alice]))).toContain("durability: 'as-configured'");
    const told = open({ prefix: 'acl', durability: 'as-configured' }, url);
    expect(await told.commit([changeOf(alice, 0)])).toEqual(['committed']);
  });

  test('the rights that the README names are enough, and without them it is store/read-only', async () => {
    const rights = [
      '~narrow:*',
      '+@read',
      '+@write',
      '+@scripting',
      '+@connection',
      '+info',
      '+config|get',
      '+time',
      '+wait',
    ];
    await server.command('ACL', 'SETUSER', 'narrow', 'on', '>secret', ...rights);
    const store = open({ prefix: 'narrow' }, `redis://narrow:secret@127.0.0.1:${server.port}`);
    expect(await store.commit([changeOf(alice, 0)])).toEqual(['committed']);
    const elsewhere = open({ prefix: 'wide' }, `redis://narrow:secret@127.0.0.1:${server.port}`);
    expect(await codeOf(elsewhere.commit([changeOf(alice, 0)]))).toBe('store/read-only');
    await server.command('ACL', 'SETUSER', 'narrow', '-time');
    const timeless = open({ prefix: 'narrow' }, `redis://narrow:secret@127.0.0.1:${server.port}`);
    expect(await codeOf(timeless.commit([changeOf(alice, 1)]))).toBe('store/read-only');
  });

  test('a wrong password is store/unavailable, and the message does not repeat it', async () => {
    const store = open(
      {},
      `redis://default:hunter2@127.0.0.1:${(await startAnother('--requirepass right')).port}`,
    );
    expect(await codeOf(store.load([alice]))).toBe('store/unavailable');
    expect(await messageOf(store.load([alice]))).not.toContain('hunter2');
  });

  test('C15 what a fault was caused by holds no password and no record, however much of it is printed', async () => {
    const locked = await startAnother('--requirepass right');
    for (const query of ['', '/?cluster=true']) {
      const store = open({}, `redis://default:hunter2@127.0.0.1:${locked.port}${query}`);
      expect(await printedOf(store.load([alice]))).toMatch(/^(?!.*hunter2).*(?:WRONGPASS|refresh slots)/s);
    }
    const small = await startAnother();
    const store = open({}, small.url);
    await store.commit([changeOf(alice, 0)]);
    await small.command('CONFIG', 'SET', 'maxmemory', '1');
    const printed = await printedOf(store.commit([changeOf(alice, 1, { record: 'sealed-secret' })]));
    expect(printed).toMatch(/^(?!.*sealed-secret)(?!.*alice).*OOM/s);
  });

  test('a replica is store/read-only', async () => {
    const replica = await startAnother(`--replicaof 127.0.0.1 ${server.port}`);
    const store = open({}, replica.url);
    expect(await codeOf(store.load([alice]))).toBe('store/read-only');
    expect(await codeOf(store.commit([changeOf(alice, 0)]))).toBe('store/read-only');
  });

  test('B6 a server that is set to lose what it answers while it serves is refused at the next connection', async () => {
    const changing = await startAnother();
    const store = open({}, changing.url);
    await store.commit([changeOf(alice, 0)]);
    changing.configure(['--appendfsync everysec']);
    await changing.stop();
    await changing.start();
    await expect.poll(() => codeOf(store.load([alice])), { timeout: 5_000 }).toBe('store/not-durable');
  });
});

onServer('whose keys they are', () => {
  test('C17 asking makes no keys; the first commit does', async () => {
    const own = await startAnother();
    const store = open({}, own.url);
    expect(await store.load([alice])).toEqual([null]);
    expect(await store.listTenants({ limit: 1 })).toEqual({ items: [], nextCursor: null });
    expect(await store.claimMessages(1, 60, 0)).toEqual([]);
    await store.settleMessages([{ id: 'm', outcome: 'settled' }]);
    expect(await own.command('DBSIZE')).toBe(':0\r\n');
    expect(await store.commit([changeOf(alice, 0)])).toEqual(['committed']);
  });

  test('C17 data that is gone is not made anew by a store that has seen it', async () => {
    const own = await startAnother();
    const store = open({}, own.url);
    await store.commit([changeOf(alice, 0)]);
    await own.command('FLUSHALL');
    expect(await codeOf(store.load([alice]))).toBe('store/unavailable');
    expect(await codeOf(store.commit([changeOf(alice, 0)]))).toBe('store/unavailable');
    expect(await codeOf(store.listAccounts({ tenant: 'acme', limit: 1 }))).toBe('store/unavailable');
    expect(await codeOf(store.claimMessages(1, 60, 0))).toBe('store/unavailable');
    expect(await own.command('DBSIZE')).toBe(':0\r\n');
  });

  test('C17 a store of which a part is gone is not opened, be it a partition or its root', async () => {
    const own = await startAnother();
    await open({}, own.url).commit([changeOf(alice, 0)]);
    const kept = await own.command('GET', 'tidelock:{tl:00}:store');
    await own.command('DEL', 'tidelock:{tl:00}:store');
    expect(await codeOf(open({}, own.url).load([alice]))).toBe('store/unavailable');
    expect(await codeOf(open({}, own.url).commit([changeOf(alice, 0)]))).toBe('store/unavailable');
    await own.command('SET', 'tidelock:{tl:00}:store', kept.split('\r\n')[1]!);
    expect(await codeOf(open({}, own.url).load([alice]))).toBe('resolved');
    await own.command('DEL', 'tidelock:{tl:07}:accounts');
    expect(await codeOf(open({}, own.url).load([alice]))).toBe('store/unavailable');
    expect(await codeOf(open({}, own.url).commit([changeOf(alice, 0)]))).toBe('store/unavailable');
  });

  test('C17 a partition that has lost its accounts alone is data that is gone, and nobody is sent to another prefix', async () => {
    const own = await startAnother();
    await open({}, own.url).commit([changeOf(alice, 0)]);
    const partition = partitionOf(alice).toString(16).padStart(2, '0');
    await own.command('DEL', `tidelock:{tl:${partition}}:accounts`);
    const keys = await own.command('DBSIZE');
    const gone = async () => {
      const store = open({}, own.url);
      for (const call of [() => store.load([alice]), () => store.commit([changeOf(alice, 0)])]) {
        expect(await codeOf(call())).toBe('store/unavailable');
        expect(await messageOf(call())).toMatch(
          /^(?!.*prefix).*accounts of partition [0-9]+ are not there: bring the data back/,
        );
      }
    };
    await gone();
    expect(await own.command('DBSIZE')).toBe(keys);
    await own.command('DEL', 'tidelock:{tl:00}:store');
    await gone();
  });

  test('a store whose making was broken off is made to its end', async () => {
    const own = await startAnother();
    await open({}, own.url).commit([changeOf(alice, 0)]);
    const root = (await own.command('GET', 'tidelock:{tl:00}:store')).split('\r\n')[1]!;
    await own.command('FLUSHALL');
    await own.command('SET', 'tidelock:{tl:00}:store', root.replace('whole', 'begun'));
    await own.command('HSET', 'tidelock:{tl:03}:accounts', 'mark', root.replace(' whole', ''));
    const store = open({}, own.url);
    expect(await store.load([alice])).toEqual([null]);
    expect(await store.commit([changeOf(alice, 0)])).toEqual(['committed']);
    expect((await own.command('GET', 'tidelock:{tl:00}:store')).includes(root)).toBe(true);
  });

  test('keys of another program are store/not-a-database, those of a newer version store/newer', async () => {
    const own = await startAnother();
    for (const [words, code] of [
      [['SET', 'tidelock:{tl:00}:store', 'hello'], 'store/not-a-database'],
      [['SET', 'tidelock:{tl:00}:store', '2 x whole'], 'store/newer'],
      [['SADD', 'tidelock:{tl:00}:store', 'hello'], 'store/not-a-database'],
      [['SET', 'tidelock:{tl:ff}:accounts', 'hello'], 'store/not-a-database'],
      [['HSET', 'tidelock:{tl:7f}:accounts', 'a', 'b'], 'store/not-a-database'],
      [['RPUSH', 'tidelock:{tl:10}:due', 'a'], 'store/not-a-database'],
    ] as const) {
      await own.command('FLUSHALL');
      await own.command(...words);
      expect(await codeOf(open({}, own.url).load([alice]))).toBe(code);
      expect(await codeOf(open({}, own.url).commit([changeOf(alice, 0)]))).toBe(code);
      expect(await own.command('DBSIZE')).toBe(':1\r\n');
    }
  });

  test('eight stores that begin at once make one', async () => {
    const stores = Array.from({ length: 8 }, () => open({ prefix: 'together' }));
    const results = await Promise.all(stores.map((store) => store.commit([changeOf(alice, 0)])));
    expect(results.flat().filter((result) => result === 'committed').length).toBe(1);
  });

  test('A5 two stores of different prefixes on one server do not see each other', async () => {
    const [one, other] = [open({ prefix: 'one' }), open({ prefix: 'one:two' })];
    await one.commit([changeOf(alice, 0)]);
    expect(await other.load([alice])).toEqual([null]);
  });
});

describe('what a store is made of', () => {
  test('A9 what is no URL, no client, no option is refused when the store is made', () => {
    for (const prefix of ['', 'a{b}', 'a b', 'x'.repeat(65)])
      expect(() => redisStore('redis://db', { prefix })).toThrow(RangeError);
    for (const timeoutSeconds of [0, 61, Number.NaN])
      expect(() => redisStore('redis://db', { timeoutSeconds })).toThrow(RangeError);
    for (const replicas of [-1, 1.5, 6])
      expect(() => redisStore('redis://db', { replicas })).toThrow(RangeError);
    expect(() => redisStore('redis://db', { durability: 'never' as never })).toThrow(RangeError);
    for (const wrong of [{ speed: 1 }, { sharded: 'yes' }])
      expect(() => redisStore('redis://db', wrong as never)).toThrow(TypeError);
    expect(() => redisStore({} as never)).toThrow(TypeError);
    expect(() => redisStore('mysql://u:hunter2@db')).toThrow(/^(?!.*hunter2)/);
    const prefixed = new Redis({ lazyConnect: true, keyPrefix: 'app:' });
    expect(() => redisStore(prefixed)).toThrow(RangeError);
  });
});
