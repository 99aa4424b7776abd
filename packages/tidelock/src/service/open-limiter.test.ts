import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { guardLimiter, keyRing, limiterSecret, systemTimer, type RateLimiter } from '@tidelock/engine';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  hasPostgres,
  startPostgres,
  type PostgresServer,
} from '../../../store-postgres/test-programs/postgres-server.ts';
import { hasRedis, startRedis, type RedisServer } from '../../../store-redis/test-programs/redis-server.ts';
import { temporaryFolder } from '../../test-programs/run-command.ts';
import { openLimiter } from './open-limiter.ts';
import { parseStoreLocation } from './store-location.ts';

const first = `first:${randomBytes(32).toString('base64')}`;
const second = `second:${randomBytes(32).toString('base64')}`;
const budget = { name: 'test', points: 10, seconds: 60 };

let postgres: PostgresServer;
let redis: RedisServer;
beforeAll(async () => {
  if (hasPostgres()) postgres = await startPostgres('fsync = off');
  if (hasRedis()) redis = await startRedis();
}, 60_000);
afterAll(async () => {
  await postgres?.dispose();
  await redis?.dispose();
});

async function open(url: string, keys: string): Promise<RateLimiter> {
  const limiter = await openLimiter(parseStoreLocation(url, '/'), keyRing(keys));
  onTestFinished(() => limiter.close());
  return guardLimiter(limiter, systemTimer);
}

/** As two processes in the middle of a rotation: with the same keys, of which each seals with another. */
async function spendByTwo(url: string): Promise<void> {
  const limiters = [await open(url, `${first},${second}`), await open(url, `${second},${first}`)];
  for (const limiter of limiters)
    await expect
      .poll(() => limiter.spend('connected', { ...budget, name: 'warm-up' }), { timeout: 10_000 })
      .toMatchObject({ outcome: 'allowed' });
  const spent = await Promise.all(
    Array.from({ length: 30 }, (_, place) => limiters[place % 2]!.spend('a', budget)),
  );
  expect(spent.filter(({ outcome }) => outcome === 'allowed')).toHaveLength(10);
  for (const limiter of limiters) await limiter.close();
  // Twice does no harm.
  for (const limiter of limiters) await limiter.close();
}

describe('E1 two services on one store count together', () => {
  test('on SQLite, by a file beside the store’s', () =>
    spendByTwo(`sqlite:${join(temporaryFolder(), 'tidelock.db')}`));
  test.skipIf(!hasPostgres())('on PostgreSQL', () => spendByTwo(postgres.url));
  test.skipIf(!hasPostgres())('on PostgreSQL, in the schema of the store', () =>
    spendByTwo(`${postgres.url}?schema=elsewhere`),
  );
  test.skipIf(!hasRedis())('on Redis', () => spendByTwo(redis.url));
  test.skipIf(!hasRedis())(
    'on Redis under the prefix of the store, with the rights that the store’s README names and no other store’s counts',
    async () => {
      for (const prefix of ['acme', 'other']) {
        const rights = '+@read +@write +@scripting +@connection +info +config|get +time'.split(' ');
        await redis.command('ACL', 'SETUSER', prefix, 'on', '>secret', `~${prefix}:*`, ...rights);
        // Each of them has the whole budget.
        await spendByTwo(`redis://${prefix}:secret@127.0.0.1:${redis.port}?prefix=${prefix}`);
        expect(await redis.command('KEYS', `${prefix}:limit:test:*`)).toMatch(/^\*1\r\n/);
      }
    },
  );
});

test('opening connects to nothing, so that a command that sends nothing waits for nobody', async () => {
  for (const url of ['postgres://127.0.0.1:1/none', 'redis://127.0.0.1:1/0'])
    await (await openLimiter(parseStoreLocation(url, '/'), keyRing(first))).close();
});

test('C16 the secret of the counts is none of the keys, and another for other keys', () => {
  const secret = limiterSecret(keyRing(first));
  expect(secret).toHaveLength(43);
  expect(first).not.toContain(secret);
  expect(limiterSecret(keyRing(second))).not.toBe(secret);
});
