import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyStore, createTidelock, keyRing, TidelockError, type AccountStore } from '@tidelock/engine';
import { overrideStore, virtualClock } from '@tidelock/engine/testing';
import { Totp } from '@tidelock/otp';
import { postgresStore } from '@tidelock/store-postgres';
import { redisStore } from '@tidelock/store-redis';
import { sqliteStore } from '@tidelock/store-sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  hasPostgres,
  startPostgres,
  type PostgresServer,
} from '../../packages/store-postgres/test-programs/postgres-server.ts';
import {
  hasRedis,
  startRedis,
  type RedisServer,
} from '../../packages/store-redis/test-programs/redis-server.ts';

const keys = keyRing('test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=');
const administrator = { actor: 'carol', reason: 'test' };
const hasBoth = hasPostgres() && hasRedis();
const clock = virtualClock();

let folder: string;
let postgres: PostgresServer;
let redis: RedisServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidelock-copy-'));
  if (!hasBoth) return;
  postgres = await startPostgres('fsync = off');
  redis = await startRedis();
}, 120_000);
afterAll(async () => {
  await postgres?.dispose();
  await redis?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const open = {
  sqlite: (name: string): AccountStore => sqliteStore(join(folder, `${name}.db`)),
  postgres: (name: string): AccountStore => postgresStore(postgres.url, { schema: name, timeoutSeconds: 60 }),
  redis: (name: string): AccountStore => redisStore(redis.url, { prefix: name, timeoutSeconds: 60 }),
};

function openEngine(store: AccountStore) {
  return createTidelock({
    issuer: 'Acme',
    store,
    keys,
    clock,
    emptyStore: 'initialise',
    notices: { channel: 'email' },
  });
}

interface Person {
  readonly account: string;
  readonly totp: Totp;
  readonly spent: string;
  readonly backupCodes: readonly string[];
}

/** People of two tenants who sign in, one who is erased, logs that are pruned, messages that wait: more than a page of events. */
async function fill(store: AccountStore): Promise<readonly Person[]> {
  const engine = openEngine(store);
  await engine.directory.createApiKey({ tenant: 'default', scopes: ['verify'], label: 'shop 🔐' });
  const other = engine.forTenant('other');
  const people: Person[] = [];
  for (const account of ["o'brien", 'alice 🔐']) {
    await engine.setContacts(account, { emails: ['somebody@one.example'] });
    const { factor, secret } = await engine.totp.enroll(account);
    const totp = new Totp(secret);
    const activation = await engine.activate(account, {
      factorId: factor.id,
      code: totp.generate({ at: clock.now() }),
    });
    if (activation.outcome !== 'accepted') throw new Error(activation.outcome);
    clock.advance(30);
    const spent = totp.generate({ at: clock.now() });
    await engine.verify(account, { code: spent });
    people.push({ account, totp, spent, backupCodes: activation.backupCodes! });
  }
  for (let round = 0; round < 6; round++) {
    const accounts = Array.from({ length: 250 }, (_, index) => `user-${index}`);
    await Promise.all(
      accounts.map((account) => (Number(account.slice(5)) % 2 === 0 ? engine : other).totp.enroll(account)),
    );
    clock.advance(1);
  }
  await other.eraseUnenrolled('user-3', administrator);
  clock.advance(3);
  await engine.auditLog.prune({ before: clock.now() - 6, tenant: 'other' });
  return people;
}

/** The log of a tenant, newest first. */
async function namesOf(store: AccountStore, tenant: string): Promise<readonly string[]> {
  const names: string[] = [];
  let before: string | undefined;
  for (;;) {
    let count = 0;
    const query = { tenant, limit: 1_000, ...(before === undefined ? {} : { before }) };
    for await (const { account, sequence, position } of store.readEvents(query)) {
      names.push(`${account} ${sequence}`);
      before = position;
      count += 1;
    }
    if (count < 1_000) return names;
  }
}

describe.skipIf(!hasBoth)('a store that is moved from SQLite to PostgreSQL, to Redis and back', () => {
  test('S08 is the same everywhere: records, chains, messages, keys, and what was spent', async () => {
    const source = open.sqlite('source');
    const people = await fill(source);
    const places = [open.postgres('moved'), open.redis('moved'), open.sqlite('moved')];
    let from = source;
    for (const to of places) {
      const copy = await copyStore(from, to);
      expect(copy).toMatchObject({ isResumed: false, differenceCount: 0, accounts: 254 });
      expect(copy.events).toBeGreaterThan(1_000);
      expect(copy.messages).toBeGreaterThan(3);
      from = to;
    }
    // The copy of a copy of a copy against the first: compared, and nothing is written.
    expect(await copyStore(source, places[2]!)).toMatchObject({ isResumed: true, differenceCount: 0 });
    const log = await namesOf(source, 'default');
    expect(await namesOf(places[0]!, 'default')).toEqual(log);
    expect((await namesOf(places[1]!, 'default')).toSorted()).toEqual(log.toSorted());

    clock.advance(30);
    for (const store of places) {
      const engine = openEngine(store);
      for (const { account, totp, spent, backupCodes } of people) {
        expect(await engine.verify(account, { code: spent })).toMatchObject({ outcome: 'rejected' });
        const code = totp.generate({ at: clock.now() });
        const both = await Promise.all([1, 2].map(() => engine.verify(account, { code })));
        expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['accepted', 'rejected']);
        expect(await engine.verify(account, { code: backupCodes[0] })).toMatchObject({ outcome: 'accepted' });
      }
      expect(await engine.directory.listApiKeys()).toMatchObject([{ label: 'shop 🔐' }]);
      await engine.close();
    }
    await source.close();
  }, 120_000);

  test.each(['postgres', 'redis', 'sqlite'] as const)(
    'F1 a copy to %s that breaks off at any of its commits, carried out or not, goes on and ends right',
    async (kind) => {
      const source = open.sqlite(`breaking-${kind}`);
      await fill(source);
      const to = open[kind](`broken_${kind}`);
      let breaks = 0;
      for (;;) {
        let left = 3 + (breaks % 4);
        const breaking = overrideStore(to, {
          async commit(changes) {
            left -= 1;
            if (left === 0 && breaks % 2 === 0) await to.commit(changes);
            if (left === 0) throw new TidelockError('store/unavailable');
            return to.commit(changes);
          },
        });
        try {
          expect(await copyStore(source, breaking)).toMatchObject({ differenceCount: 0, isResumed: true });
          break;
        } catch (error) {
          if (!(error instanceof TidelockError)) throw error;
          expect(error.code).toBe('store/unavailable');
          breaks += 1;
          expect(breaks).toBeLessThan(100);
        }
      }
      expect(breaks).toBeGreaterThan(1);
      expect(await copyStore(source, to)).toMatchObject({ differenceCount: 0 });
      await Promise.all([source.close(), to.close()]);
    },
    120_000,
  );
});

test.skipIf(hasBoth)('the moves between engines are skipped: PostgreSQL or Redis is missing', () => {
  console.warn('apt-get install postgresql redis-server');
});
