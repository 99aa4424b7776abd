import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { AccountStore, CommitResult } from '@tidelock/engine';
import { changeOf } from '@tidelock/engine/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, startPostgres, type PostgresServer } from '../test-programs/postgres-server.ts';
import { postgresStore, type PostgresStoreOptions } from './postgres-store.ts';

let server: PostgresServer;
// SECURITY: the server is set to answer before its log is on the disk, and the store is not to be talked into it.
beforeAll(async () => {
  if (hasPostgres()) server = await startPostgres('synchronous_commit = off\nwal_writer_delay = 10s');
});
afterAll(() => server?.dispose());
const onServer = describe.runIf(hasPostgres());

const alice = { tenant: 'acme', account: 'alice' };
const bob = { tenant: 'acme', account: 'bob' };

function open(options: PostgresStoreOptions): AccountStore {
  const store = postgresStore(server.url, { timeoutSeconds: 20, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A connection beside the store's. */
async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error as { code?: unknown }).code,
  );

onServer('a server that goes and comes', () => {
  test('F1 while it is down every call is store/unavailable, and afterwards the same store goes on', async () => {
    const store = open({ schema: 'down' });
    await store.commit([changeOf(alice, 0)]);
    await server.stop();
    expect(await codeOf(store.load([alice]))).toBe('store/unavailable');
    expect(await codeOf(store.commit([changeOf(alice, 1)]))).toBe('store/unavailable');
    await server.start();
    expect(await store.commit([changeOf(alice, 1)])).toEqual(['committed']);
    expect((await store.load([alice]))[0]?.version).toBe(2);
  });

  test('B6 nothing that was answered is lost when the server is killed under commits, whatever synchronous_commit it is set to', async () => {
    const store = open({ schema: 'killed' });
    await store.commit([changeOf(alice, 0)]);
    for (const signal of ['SIGKILL', 'SIGQUIT'] as const) {
      let version = (await store.load([alice]))[0]!.version;
      let result: CommitResult | undefined = 'committed';
      let answered = 0;
      while (result === 'committed') {
        if (answered === 30) void server.stop(signal);
        [result] = await store
          .commit([changeOf(alice, version)])
          .catch((): readonly CommitResult[] => ['unknown']);
        if (result === 'committed') {
          version++;
          answered++;
        }
      }
      expect([result, answered >= 30]).toEqual(['unknown', true]);
      await server.stop(signal);
      await server.start();
      const after = (await store.load([alice]))[0]!.version;
      expect(after - version).toBeGreaterThanOrEqual(0);
      expect(after - version).toBeLessThanOrEqual(1);
    }
  });

  test('a server that takes no writes is store/read-only, and can be read', async () => {
    const store = open({ schema: 'readonly' });
    await store.commit([changeOf(alice, 0)]);
    const admin = await connect();
    await admin.query('ALTER ROLE tidelock SET default_transaction_read_only = on');
    const reader = open({ schema: 'readonly' });
    try {
      expect(await codeOf(reader.commit([changeOf(alice, 1)]))).toBe('store/read-only');
      expect((await reader.load([alice]))[0]?.version).toBe(1);
    } finally {
      await admin.query('ALTER ROLE tidelock RESET default_transaction_read_only');
    }
  });
});

onServer('a database that does not answer', () => {
  test('F1 a host that takes the connection and is silent is store/unavailable within the limit, and nothing is unknown', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const sockets: { destroy(): unknown }[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const store = postgresStore(`postgres://tidelock@127.0.0.1:${port}/postgres`, { timeoutSeconds: 0.2 });
    expect(await codeOf(store.load([alice]))).toBe('store/unavailable');
    expect(await codeOf(store.commit([changeOf(alice, 0)]))).toBe('store/unavailable');
    for (const socket of sockets) socket.destroy();
  });

  test('F1 a commit without an answer is unknown, a load is refused, and both work again when the way is free', async () => {
    const store = open({ schema: 'stuck', timeoutSeconds: 1 });
    // Made by a patient one: the limit above is for what comes then.
    await open({ schema: 'stuck' }).commit([changeOf(alice, 0), changeOf(bob, 0)]);
    expect((await store.load([alice]))[0]?.version).toBe(1);
    const other = await connect();
    await other.query('BEGIN; LOCK TABLE stuck.accounts IN ACCESS EXCLUSIVE MODE');
    const [commit, load] = await Promise.all([
      store.commit([changeOf(alice, 1)]),
      codeOf(store.load([alice])),
    ]);
    expect([commit, load]).toEqual([['unknown'], 'store/unavailable']);
    await other.query('ROLLBACK');
    expect(await open({ schema: 'stuck' }).commit([changeOf(bob, 1)])).toEqual(['committed']);
  });

  test('F1 a commit that the server calls neither done nor undone (40003) is unknown', async () => {
    const store = open({ schema: 'neither' });
    await store.commit([changeOf(alice, 0)]);
    await (
      await connect()
    ).query(`
      CREATE FUNCTION neither.say() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'result is ambiguous' USING ERRCODE = '40003'; END $$;
      CREATE TRIGGER say BEFORE UPDATE ON neither.accounts FOR EACH ROW EXECUTE FUNCTION neither.say()`);
    expect(await store.commit([changeOf(alice, 1)])).toEqual(['unknown']);
  });

  test('A2 a row that another transaction has locked is a conflict at once, and the others of the call are carried out', async () => {
    const store = open({ schema: 'locked' });
    await store.commit([changeOf(alice, 0), changeOf(bob, 0)]);
    const other = await connect();
    await other.query("BEGIN; SELECT FROM locked.accounts WHERE account = 'alice' FOR UPDATE");
    expect(await store.commit([changeOf(alice, 1), changeOf(bob, 1)])).toEqual(['conflict', 'committed']);
    await other.query('ROLLBACK');
    expect(await store.commit([changeOf(alice, 1)])).toEqual(['committed']);
  });
});

onServer('whose tables they are', () => {
  test('C17 asking makes no tables; the first commit does', async () => {
    const store = open({ schema: 'asked' });
    expect(await store.load([alice])).toEqual([null]);
    expect(await store.listTenants({ limit: 1 })).toEqual({ items: [], nextCursor: null });
    const { rows } = await (await connect()).query("SELECT FROM pg_namespace WHERE nspname = 'asked'");
    expect(rows.length).toBe(0);
    expect(await store.commit([changeOf(alice, 0)])).toEqual(['committed']);
  });

  test('C17 tables that are gone are not made anew by a store that has seen them', async () => {
    const store = open({ schema: 'gone' });
    await store.commit([changeOf(alice, 0)]);
    await (await connect()).query('DROP SCHEMA gone CASCADE');
    expect(await codeOf(store.load([alice]))).toBe('store/unavailable');
    expect(await codeOf(store.commit([changeOf(alice, 0)]))).toBe('store/unavailable');
  });

  test('C17 a partition that is gone is store/unavailable, for a store that has seen it and for one that has not, and never accounts that nobody knows', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => ({ tenant: 'acme', account: `user-${index}` }));
    const admin = await connect();
    const ways = [
      'ALTER TABLE partly.accounts DETACH PARTITION partly.accounts_14',
      'DROP TABLE partly.accounts_14',
    ];
    const store = open({ schema: 'partly' });
    await store.commit(ids.map((id) => changeOf(id, 0)));
    for (const way of ways) {
      expect((await store.load(ids)).filter((account) => account === null)).toEqual([]);
      await admin.query(way);
      for (const each of [store, open({ schema: 'partly' })]) {
        expect(await codeOf(each.load(ids))).toBe('store/unavailable');
        expect(await codeOf(each.listAccounts({ tenant: 'acme', limit: 100 }))).toBe('store/unavailable');
        expect(await codeOf(each.listTenants({ limit: 100 }))).toBe('store/unavailable');
      }
      expect(await codeOf(open({ schema: 'partly' }).commit([changeOf(alice, 0)]))).toBe('store/unavailable');
      if (way === ways[0])
        await admin.query(
          'ALTER TABLE partly.accounts ATTACH PARTITION partly.accounts_14 FOR VALUES IN (14)',
        );
    }
  });

  test('tables of another program are store/not-a-database, those of a newer version store/newer', async () => {
    const admin = await connect();
    await admin.query('CREATE SCHEMA foreign_one; CREATE TABLE foreign_one.accounts (id integer)');
    expect(await codeOf(open({ schema: 'foreign_one' }).load([alice]))).toBe('store/not-a-database');
    expect(await codeOf(open({ schema: 'foreign_one' }).commit([changeOf(alice, 0)]))).toBe(
      'store/not-a-database',
    );
    await open({ schema: 'newer' }).commit([changeOf(alice, 0)]);
    await admin.query('UPDATE newer.store_mark SET version = 99');
    expect(await codeOf(open({ schema: 'newer' }).load([alice]))).toBe('store/newer');
  });

  test('eight stores that begin at once make the tables once', async () => {
    const stores = Array.from({ length: 8 }, () => open({ schema: 'together' }));
    const results = await Promise.all(stores.map((store) => store.commit([changeOf(alice, 0)])));
    expect(results.flat().filter((result) => result === 'committed').length).toBe(1);
  });

  test('text with a NUL is store/refused, and nothing of its call is there', async () => {
    const store = open({ schema: 'nul' });
    const bad = changeOf(alice, 0, { record: 'a\0b' });
    expect(await codeOf(store.commit([changeOf(bob, 0), bad]))).toBe('store/refused');
    expect(await store.load([alice, bob])).toEqual([null, null]);
  });

  test('A9 what is no schema, no URL, no option is refused when the store is made', () => {
    expect(() => postgresStore(server.url, { schema: 'a; DROP' })).toThrow(RangeError);
    expect(() => postgresStore(server.url, { timeoutSeconds: 0 })).toThrow(RangeError);
    expect(() => postgresStore(server.url, { speed: 1 } as never)).toThrow(TypeError);
    expect(() => postgresStore(server.url, { connections: 0 })).toThrow(RangeError);
    expect(() => postgresStore(server.url, { preparedStatements: 'yes' as never })).toThrow(TypeError);
    expect(() => postgresStore('postgres://u:hunter2@one,,two/db')).toThrow(/^(?!.*hunter2)/);
    expect(() => postgresStore('mysql://u:hunter2@db')).toThrow(/^(?!.*hunter2)/);
  });
});
