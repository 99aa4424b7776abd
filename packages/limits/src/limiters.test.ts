import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { guardLimiter, systemTimer } from '@tidelock/engine';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  hasPostgres,
  startPostgres,
  type PostgresServer,
} from '../../store-postgres/test-programs/postgres-server.ts';
import { postgresStore } from '../../store-postgres/src/postgres-store.ts';
import { hasRedis, startRedis, type RedisServer } from '../../store-redis/test-programs/redis-server.ts';
import { openLimiter } from '../test-programs/open-limiter.ts';
import { memoryLimiter } from './memory-limiter.ts';
import { postgresLimiter } from './postgres-limiter.ts';
import { redisLimiter } from './redis-limiter.ts';
import { sqliteLimiter } from './sqlite-limiter.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidelock-limits-'));
let postgres: PostgresServer;
let redis: RedisServer;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres('fsync = off');
  if (hasRedis('redis-server')) redis = await startRedis();
}, 60_000);
afterAll(async () => {
  await postgres?.dispose();
  await redis?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const onPostgres = { name: 'PostgreSQL', isThere: hasPostgres(), url: () => postgres.url };
const onRedis = { name: 'Redis', isThere: hasRedis('redis-server'), url: () => redis.url };
const onSqlite = { name: 'a file', isThere: true, url: () => `sqlite:${join(folder, 'limits.db')}` };
const inMemory = { name: 'memory', isThere: true, url: () => 'memory:' };

let budgets = 0;
/** A budget that no other test has. */
const newBudget = (points: number, seconds = 60) => {
  budgets += 1;
  return { name: `test-${'abcdefghijklmnopqrstuvwxyz'[budgets]}`, points, seconds };
};

function open(url: string) {
  const opened = openLimiter(url);
  onTestFinished(() => opened.close());
  return opened.limiter;
}

for (const { name, isThere, url } of [inMemory, onSqlite, onPostgres, onRedis]) {
  describe.skipIf(!isThere)(`a limiter in ${name}`, () => {
    test('E1 holds its budget under parallel calls, for each key by itself, and says when the next may come', async () => {
      const limiter = open(url());
      const budget = newBudget(10);
      // Redis connects first.
      await expect
        .poll(() => limiter.spend('first', budget).catch(() => null))
        .toEqual({ outcome: 'allowed' });
      const all = await Promise.all(Array.from({ length: 50 }, () => limiter.spend('a', budget)));
      expect(all.filter(({ outcome }) => outcome === 'allowed')).toHaveLength(10);
      const refused = all.find(({ outcome }) => outcome === 'refused');
      expect(refused).toMatchObject({ outcome: 'refused', reason: 'spent' });
      const { retryAfterSeconds } = refused as { retryAfterSeconds: number };
      expect(retryAfterSeconds).toBeGreaterThan(50);
      expect(retryAfterSeconds).toBeLessThanOrEqual(60);
      expect(await limiter.spend('b', budget)).toEqual({ outcome: 'allowed' });
      expect(await limiter.spend('a', newBudget(1))).toEqual({ outcome: 'allowed' });
    });

    test('gives back what was spent for nothing, and begins anew when its window is over', async () => {
      const limiter = open(url());
      const budget = newBudget(2, 1);
      await expect
        .poll(() => limiter.spend('first', budget).catch(() => null))
        .toEqual({ outcome: 'allowed' });
      expect((await limiter.spend('a', budget)).outcome).toBe('allowed');
      expect((await limiter.spend('a', budget)).outcome).toBe('allowed');
      await limiter.giveBack('a', budget);
      expect((await limiter.spend('a', budget)).outcome).toBe('allowed');
      expect((await limiter.spend('a', budget)).outcome).toBe('refused');
      await pause(1_300);
      expect((await limiter.spend('a', budget)).outcome).toBe('allowed');
    });
  });
}

describe('E1 two processes', () => {
  for (const { name, isThere, url } of [onSqlite, onPostgres, onRedis])
    test.skipIf(!isThere)(`share one budget in ${name}: of 400 at once, 100 are allowed`, async () => {
      const spenders = await Promise.all([startSpender(url()), startSpender(url())]);
      const key = `race-${name}`;
      const outcomes = (await Promise.all(spenders.map((spender) => spend(spender, key, 200)))).flat();
      expect(outcomes.filter((outcome) => outcome === 'allowed')).toHaveLength(100);
      expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(300);
    });
});

describe('E4 where its database is gone', () => {
  test.skipIf(!hasPostgres())(
    'PostgreSQL refuses in two seconds, and counts again when it is back',
    async () => {
      const own = await startPostgres('fsync = off');
      onTestFinished(() => own.dispose());
      const guard = guardLimiter(open(own.url), systemTimer);
      const budget = newBudget(5);
      expect(await guard.spend('a', budget)).toEqual({ outcome: 'allowed' });
      await own.stop('SIGQUIT');
      const began = performance.now();
      const refused = await Promise.all([guard.spend('a', budget), guard.spend('b', budget)]);
      for (const spending of refused)
        expect(spending).toMatchObject({ outcome: 'refused', reason: 'unavailable' });
      expect(performance.now() - began).toBeLessThan(3_000);
      await own.start();
      await expect.poll(() => guard.spend('b', budget), { timeout: 10_000 }).toEqual({ outcome: 'allowed' });
    },
  );

  test.skipIf(!hasPostgres())(
    'a start before its database is one that refuses until it is there',
    async () => {
      const own = await startPostgres('fsync = off');
      onTestFinished(() => own.dispose());
      await own.stop();
      const guard = guardLimiter(open(own.url), systemTimer);
      const budget = newBudget(5);
      expect(await guard.spend('a', budget)).toMatchObject({ reason: 'unavailable' });
      await own.start();
      await expect.poll(() => guard.spend('a', budget), { timeout: 10_000 }).toEqual({ outcome: 'allowed' });
    },
  );

  test.skipIf(!hasRedis('redis-server'))(
    'Redis refuses, frozen or stopped, and counts again',
    async () => {
      const own = await startRedis();
      onTestFinished(() => own.dispose());
      const guard = guardLimiter(open(own.url), systemTimer);
      const budget = newBudget(50);
      const allowed = () =>
        expect.poll(() => guard.spend('a', budget), { timeout: 10_000 }).toEqual({ outcome: 'allowed' });
      await allowed();
      own.freeze();
      expect(await guard.spend('a', budget)).toMatchObject({ reason: 'unavailable' });
      own.thaw();
      await allowed();
      await own.stop('SIGKILL');
      expect(await guard.spend('a', budget)).toMatchObject({ reason: 'unavailable' });
      await own.start();
      await allowed();
    },
    30_000,
  );

  test('a file that is no database refuses', async () => {
    const path = join(folder, 'damaged.db');
    writeFileSync(path, 'no database at all '.repeat(100));
    const guard = guardLimiter(sqliteLimiter(path, { secret: 's' }), systemTimer);
    expect(await guard.spend('a', newBudget(5))).toMatchObject({ reason: 'unavailable' });
    expect(readFileSync(path, 'utf8')).toContain('no database');
  });
});

describe.skipIf(!hasPostgres())('F1 a limiter and a store that begin in one schema', () => {
  const change = {
    id: { tenant: 'acme', account: 'alice' },
    expectedVersion: 0,
    record: 'r',
    events: [],
    messages: [],
  };
  const budget = { name: 'first', points: 5, seconds: 60 };

  test('keep each other out in no order, and not when both begin at once', async () => {
    const pool = new pg.Pool({ connectionString: postgres.url, max: 12 });
    onTestFinished(() => pool.end());
    const limiterIn = (schema: string) => postgresLimiter(pool, { secret: 's', schema });
    const storeIn = (schema: string) => postgresStore(pool, { schema, timeoutSeconds: 30 });

    expect(await limiterIn('limiter_first').spend('a', budget)).toEqual({ outcome: 'allowed' });
    expect(await storeIn('limiter_first').load([change.id])).toEqual([null]);
    expect(await storeIn('limiter_first').commit([change])).toEqual(['committed']);
    expect(await limiterIn('limiter_first').spend('a', budget)).toEqual({ outcome: 'allowed' });

    for (const schema of ['at_once_a', 'at_once_b', 'at_once_c']) {
      const [committed, ...spent] = await Promise.all([
        storeIn(schema).commit([change]),
        ...Array.from({ length: 4 }, () => limiterIn(schema).spend('a', budget)),
      ]);
      expect(committed).toEqual(['committed']);
      expect(spent.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 4 }, () => 'allowed'));
    }
  });
});

describe('C16 nobody is read in what is kept', () => {
  const budget = { name: 'persons', points: 5, seconds: 60 };
  const person = 'alice@example.com';

  test('of a file, which is for its owner alone', async () => {
    const path = join(folder, 'private.db');
    const limiter = sqliteLimiter(path, { secret: 's' });
    await limiter.spend(person, budget);
    const files = readdirSync(folder).filter((file) => file.startsWith('private.db'));
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, file), 'latin1')).not.toContain('alice');
    }
    await limiter.close();
  });

  test.skipIf(!hasPostgres())(
    'of PostgreSQL: a table of hashes, which tell nothing without the secret',
    async () => {
      const limiter = open(postgres.url);
      await limiter.spend(person, budget);
      const client = new pg.Client(postgres.url);
      await client.connect();
      onTestFinished(() => client.end());
      const { rows } = await client.query("SELECT key FROM tidelock.rate_limits WHERE key LIKE '%persons%'");
      expect(rows).toEqual([{ key: expect.stringMatching(/^tidelock:limit:persons:[\w-]{32}$/) }]);
      const pool = new pg.Pool({ connectionString: postgres.url });
      onTestFinished(() => pool.end());
      await postgresLimiter(pool, { secret: 'another' }).spend(person, budget);
      const both = await client.query("SELECT key FROM tidelock.rate_limits WHERE key LIKE '%persons%'");
      expect(both.rows).toHaveLength(2);
    },
  );

  test.skipIf(!hasRedis('redis-server'))('of Redis', async () => {
    const limiter = open(redis.url);
    await expect.poll(() => limiter.spend(person, budget).catch(() => null)).toEqual({ outcome: 'allowed' });
    const keys = await redis.command('KEYS', '*persons*');
    expect(keys).toMatch(/tidelock:limit:persons:[\w-]{32}/);
    expect(keys).not.toContain('alice');
  });
});

describe('memory', () => {
  test('does not grow: the key that came first gives way', async () => {
    const limiter = memoryLimiter({ keysMax: 1000 });
    const budget = newBudget(1);
    for (let key = 0; key < 1000; key += 1) await limiter.spend(`k${key}`, budget);
    expect((await limiter.spend('k0', budget)).outcome).toBe('refused');
    await limiter.spend('one more', budget);
    expect((await limiter.spend('k0', budget)).outcome).toBe('allowed');
    expect((await limiter.spend('k999', budget)).outcome).toBe('refused');
  });

  test('outlives the process where it is a file', async () => {
    const path = join(folder, 'lasting.db');
    const budget = newBudget(1);
    const first = sqliteLimiter(path, { secret: 's' });
    await first.spend('a', budget);
    await first.close();
    const second = sqliteLimiter(path, { secret: 's' });
    expect((await second.spend('a', budget)).outcome).toBe('refused');
    await second.close();
  });
});

test('F3 a window that a clock far ahead began keeps nobody out for longer than its own length', async () => {
  const path = join(folder, 'jumped.db');
  const budget = newBudget(2);
  const limiter = sqliteLimiter(path, { secret: 's' });
  for (let time = 0; time < 3; time += 1) await limiter.spend('a', budget);
  expect((await limiter.spend('a', budget)).outcome).toBe('refused');
  await limiter.close();
  const database = new DatabaseSync(path);
  database.exec(`UPDATE rate_limits SET expire = expire + ${365 * 86_400_000}`);
  database.close();
  const other = sqliteLimiter(path, { secret: 's' });
  const spent = [
    await other.spend('a', budget),
    await other.spend('a', budget),
    await other.spend('a', budget),
  ];
  expect(spent.map(({ outcome }) => outcome)).toEqual(['allowed', 'allowed', 'refused']);
  await other.close();
});

test('a budget or an option that is none is an error', async () => {
  const limiter = memoryLimiter();
  for (const wrong of [
    { name: 'A b', points: 1, seconds: 1 },
    { name: 'a', points: 0, seconds: 1 },
    { name: 'a', points: 1.5, seconds: 1 },
    { name: 'a', points: 1, seconds: 86_401 },
  ])
    await expect(limiter.spend('a', wrong)).rejects.toThrow(RangeError);
  expect(() => memoryLimiter({ keysMax: 0 })).toThrow(RangeError);
  expect(() => postgresLimiter({} as never, { secret: 's', schema: 'a; DROP' })).toThrow(RangeError);
  for (const prefix of ['', 'a b', 'a{b}', 'x'.repeat(65)])
    expect(() => redisLimiter({} as never, { secret: 's', prefix })).toThrow(RangeError);
});

async function startSpender(url: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('../test-programs/spender.ts', import.meta.url));
  const execArgv = ['--conditions=tidelock-source', '--disable-warning=ExperimentalWarning'];
  const child = fork(program, [url], { execArgv });
  onTestFinished(() => void child.kill());
  await once(child, 'message');
  return child;
}

async function spend(child: ChildProcess, key: string, times: number): Promise<readonly string[]> {
  child.send({ key, times });
  const [{ outcomes }] = (await once(child, 'message')) as [{ outcomes: readonly string[] }];
  return outcomes;
}
