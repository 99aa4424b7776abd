import type { AccountChange, AccountStore, StoredEvent } from '@tidelock/engine';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres, startPostgres, type PostgresServer } from '../test-programs/postgres-server.ts';
import { CommitStatements } from './commit-statement.ts';
import { Connections } from './connections.ts';
import { beginMonth, keepMonths, lastPosition, makeMonth, monthOfDay, monthTable } from './event-months.ts';
import { partitionOf } from './partition.ts';
import type { PostgresClient, PostgresQuery } from './pool.ts';
import { postgresStore } from './postgres-store.ts';
import { statementsFor } from './statements.ts';

let server: PostgresServer;
let pool: pg.Pool;
beforeAll(async () => {
  if (!hasPostgres()) return;
  server = await startPostgres('fsync = off\nautovacuum = off');
  pool = new pg.Pool({ connectionString: server.url, max: 30 });
  pool.on('error', () => undefined);
});
afterAll(async () => {
  await pool?.end();
  await server?.dispose();
});

const alice = { tenant: 'acme', account: 'alice' };
const bob = { tenant: 'acme', account: 'bob' };
const limit = 1_000;

interface Log {
  readonly store: AccountStore;
  readonly schema: string;
  /** The month in which its tables were made. */
  readonly first: number;
  /** What a store does by itself on the first day of a month. */
  turnTo(month: number): Promise<void>;
  /** One more event of an account, with what else the change is to do. */
  log(id: AccountChange['id'], rest?: Partial<AccountChange>): Promise<void>;
  events(id?: AccountChange['id']): Promise<StoredEvent[]>;
  /** Which tables the log has, and how many events are in each. */
  tables(): Promise<Record<string, number>>;
}

const versions = new Map<string, number>();

async function openLog(schema: string): Promise<Log> {
  const store = postgresStore(pool, { schema, timeoutSeconds: 30 });
  onTestFinished(() => store.close());
  const connections = new Connections(pool, { timeoutSeconds: 30, preparedStatements: true });
  await store.commit([
    { id: { tenant: '', account: 'first' }, expectedVersion: 0, record: '', events: [], messages: [] },
  ]);
  const { rows } = await pool.query<{ day: number }>(
    'SELECT floor(extract(epoch FROM now()) / 86400)::integer AS day',
  );
  return {
    store,
    schema,
    first: monthOfDay(rows[0]!.day),
    turnTo: (month) => keepMonths(connections, schema, Date.UTC(1970, month, 1) / 86_400_000),
    async log(id, rest = {}) {
      const key = `${schema} ${id.account}`;
      const version = versions.get(key) ?? 0;
      const event = { ...id, kind: 'locked', sequence: version + 1, at: 1_700_000_000, salt: '' } as const;
      const events = [{ ...event, bodyHash: '', link: '' }];
      const change = { id, expectedVersion: version, record: 'r', events, messages: [], ...rest };
      expect(await store.commit([change])).toEqual(['committed']);
      versions.set(key, version + 1);
    },
    async events(id) {
      const events: StoredEvent[] = [];
      const query = id === undefined ? { tenant: 'acme', limit } : { ...id, limit };
      for await (const event of store.readEvents(query)) events.push(event);
      return events;
    },
    async tables() {
      const { rows: parts } = await pool.query<{ table: string }>(
        `SELECT relname AS table FROM pg_inherits JOIN pg_class ON oid = inhrelid
          WHERE inhparent = '${schema}.events'::regclass ORDER BY relname`,
      );
      const counts: Record<string, number> = {};
      for (const { table } of parts) {
        const { rows: count } = await pool.query(`SELECT count(*)::integer AS n FROM ${schema}.${table}`);
        counts[table] = count[0].n;
      }
      return counts;
    },
  };
}

/** A client whose process stands still once it has locked the log; it learns of its connection's end as any other. */
function freezing(client: pg.PoolClient, onLocked: () => void): PostgresClient {
  const on = (event: string, listener: (value: never) => void) =>
    client.on(event as 'error', listener as () => void);
  const removeListener = (event: string, listener: (value: never) => void) =>
    client.removeListener(event, listener as () => void);
  const query = async (asked: PostgresQuery) => {
    const result = await client.query(asked);
    if (asked.text.startsWith('LOCK TABLE')) {
      onLocked();
      await new Promise((_, reject) => client.once('error', reject));
    }
    return result;
  };
  return { query, on, removeListener, release: (destroy) => client.release(destroy) };
}

const sequencesOf = (events: readonly StoredEvent[]): number[] => events.map(({ sequence }) => sequence);

describe.runIf(hasPostgres())('the months of the log', () => {
  test('an event goes into the month of its commit, and the month after it is made ahead', async () => {
    const log = await openLog('turning');
    const { first } = log;
    await log.log(alice);
    expect(await log.tables()).toEqual({ [monthTable(first)]: 1, [monthTable(first + 1)]: 0 });
    await log.turnTo(first + 1);
    await log.log(alice);
    await log.log(bob);
    const names = [first, first + 1, first + 2].map(monthTable);
    expect(await log.tables()).toEqual({ [names[0]!]: 1, [names[1]!]: 2, [names[2]!]: 0 });
    expect(sequencesOf(await log.events(alice))).toEqual([2, 1]);
    expect((await log.events()).map(({ account }) => account)).toEqual(['bob', 'alice', 'alice']);
  });

  test('LOG-05 what is left of old months is put together, nothing is lost, and every page is as it was', async () => {
    const log = await openLog('gathering');
    const { first } = log;
    for (let month = first; month < first + 5; month++) {
      await log.turnTo(month);
      await log.log(alice);
      await log.log(bob);
    }
    const before = await log.events();
    // Each day does away with one.
    for (let day = 0; day < 4; day++) await log.turnTo(first + 5);
    const tables = await log.tables();
    expect(Object.keys(tables)).toEqual([
      ...[first + 4, first + 5, first + 6].map(monthTable).toSorted(),
      'events_before',
    ]);
    expect(tables['events_before']).toBe(8);
    expect(await log.events()).toEqual(before);
    expect(sequencesOf(await log.events(alice))).toEqual([5, 4, 3, 2, 1]);
    await log.log(alice, { prunedThrough: 3 });
    expect(sequencesOf(await log.events(alice))).toEqual([6, 5, 4]);
  });

  test('LOG-05 a month is dropped when a pruning has emptied it, and not while one event is still wanted', async () => {
    const log = await openLog('pruning');
    const { first, schema } = log;
    // Too many to be put together with others, but for the pruning.
    await pool.query(`INSERT INTO ${schema}.events
      SELECT ${partitionOf(bob)}, 'acme', 'bob', nextval('${schema}.event_positions'), n, 1, '', '', '{"kind":"locked","salt":""}'
        FROM generate_series(1, 10001) n`);
    await log.log(alice);
    await log.turnTo(first + 1);
    await log.log(alice);
    for (let day = 0; day < 3; day++) await log.turnTo(first + 3);
    expect((await log.tables())[monthTable(first)]).toBe(10_002);
    await log.log(bob, { prunedThrough: 10_001, events: [] });
    await log.log(alice, { prunedThrough: 1 });
    for (let day = 0; day < 3; day++) await log.turnTo(first + 3);
    const tables = await log.tables();
    expect(Object.keys(tables)).not.toContain(monthTable(first));
    expect(tables['events_before']).toBe(1);
    expect(sequencesOf(await log.events())).toEqual([3, 2]);
  });

  test('C16 an erasure leaves its tombstones in the months where the events were', async () => {
    const log = await openLog('erasing');
    const { first } = log;
    for (let month = first; month < first + 2; month++) {
      await log.turnTo(month);
      await log.log(alice);
    }
    await log.log(alice, { erasedAt: 4_000_000_000 });
    const names = [first, first + 1].map(monthTable);
    expect(await log.tables()).toMatchObject({ [names[0]!]: 1, [names[1]!]: 2 });
    expect((await log.events(alice)).map(({ kind }) => kind)).toEqual(['locked', 'erased', 'erased']);
  });

  test('F3 a clock that goes ahead by a year and back again loses no event and turns no order round', async () => {
    const log = await openLog('jumping');
    for (const month of [log.first, log.first + 12, log.first, log.first + 1]) {
      await log.turnTo(month);
      await log.log(alice);
    }
    expect(sequencesOf(await log.events(alice))).toEqual([4, 3, 2, 1]);
  });

  test('F1 eight processes turn the month while others write, and every event is there once and in its order', async () => {
    const log = await openLog('crowded');
    const writers = ['a', 'b', 'c', 'd'].map(async (account) => {
      for (let count = 0; count < 100; count++) await log.log({ tenant: 'acme', account });
    });
    for (let month = log.first + 1; month < log.first + 6; month++)
      await Promise.allSettled(Array.from({ length: 8 }, () => log.turnTo(month)));
    await Promise.all(writers);
    const events = await log.events();
    expect([events.length, new Set(events.map(({ position }) => position)).size]).toEqual([400, 400]);
    const order = Array.from({ length: 100 }, (_, index) => 100 - index);
    for (const account of ['a', 'b', 'c', 'd'])
      expect(sequencesOf(events.filter((event) => event.account === account))).toEqual(order);
  });

  test('F1 a process that freezes with the log locked is cut off, and the commits behind it go through', async () => {
    const { schema, first, turnTo, log, events } = await openLog('frozen');
    await log(alice);
    await turnTo(first + 1);
    const locked = Promise.withResolvers<void>();
    const connect = async () => freezing(await pool.connect(), () => locked.resolve());
    const frozen = new Connections(
      { connect, end: async () => {} },
      { timeoutSeconds: 20, preparedStatements: true },
    );
    const turning = keepMonths(frozen, schema, Date.UTC(1970, first + 3, 1) / 86_400_000).catch(String);
    await locked.promise;
    const other = postgresStore(pool, { schema });
    const event = { ...bob, kind: 'locked', sequence: 1, at: 1, salt: '', bodyHash: '', link: '' } as const;
    const change = { id: bob, expectedVersion: 0, record: 'r', events: [event], messages: [] };
    expect(await other.commit([change])).toEqual(['committed']);
    await other.close();
    expect(await turning).toMatch(/idle-in-transaction/);
    expect((await events()).map(({ account }) => account)).toEqual(['bob', 'alice']);
  });

  test('a store turns to the new month by itself with the first commit of a day', async () => {
    const log = await openLog('by_itself');
    const { first, schema } = log;
    await pool.query(
      `${makeMonth(first - 1)} SELECT setval('$.event_positions', 1);`.replaceAll('$.', `${schema}.`),
    );
    await pool.query(beginMonth(first - 1).replaceAll('$.', `${schema}.`));
    const store = postgresStore(pool, { schema });
    const change = { id: alice, record: 'r', messages: [] };
    const event = { ...alice, kind: 'locked', at: 1, salt: '', bodyHash: '', link: '' } as const;
    await store.commit([{ ...change, expectedVersion: 0, events: [{ ...event, sequence: 1 }] }]);
    // It waits for what it began.
    await store.close();
    const again = postgresStore(pool, { schema });
    await again.commit([{ ...change, expectedVersion: 1, events: [{ ...event, sequence: 2 }] }]);
    await again.close();
    expect(await log.tables()).toMatchObject({ [monthTable(first - 1)]: 1, [monthTable(first)]: 1 });
  });
});

describe.runIf(hasPostgres())('a log of a year', () => {
  test('the newest page of a tenant, of an account, and one in the middle read the months that they need', async () => {
    const log = await openLog('year');
    const { schema, first } = log;
    const accounts = 200;
    const slots = Array.from({ length: accounts }, (_, index) =>
      partitionOf({ tenant: 'acme', account: `user-${index}` }),
    );
    for (let month = first; month < first + 12; month++) {
      await log.turnTo(month);
      await pool.query(
        `INSERT INTO ${schema}.events SELECT ($1::smallint[])[n % ${accounts} + 1], 'acme', 'user-' || n % ${accounts},
            nextval('${schema}.event_positions'), ${month - first} * 60 + n / ${accounts}, 1, 'hash', 'link', '{"kind":"locked","salt":""}'
          FROM generate_series(0, 11999) n`,
        [slots],
      );
    }
    await pool.query('ANALYZE');
    const { tenantEvents, accountEvents } = statementsFor(schema);
    const middle = String(BigInt(first + 6) * 2n ** 40n + 6_000n);
    const ofAccount = ['acme', slots[7]!, 'user-7'];
    const months = (...which: number[]): string[] =>
      which.map((index) => monthTable(first + index)).toSorted();
    const end = String(lastPosition);
    expect(await tablesRead(tenantEvents, ['acme', 0, end, 50])).toEqual(months(11, 12));
    expect(await tablesRead(accountEvents, [...ofAccount, end, 50])).toEqual(months(11, 12));
    expect(await tablesRead(tenantEvents, ['acme', 0, middle, 50])).toEqual(months(6));
    // 30 of this account are left in that month.
    expect(await tablesRead(accountEvents, [...ofAccount, middle, 20])).toEqual(months(6));
  });

  test('an erasure or a pruning touches the tables of its account, whatever else is in its batch', async () => {
    const { schema, first, turnTo } = await openLog('upkeep');
    for (let month = first; month < first + 3; month++) await turnTo(month);
    const ids = Array.from({ length: 20 }, (_, index) => ({ tenant: 'acme', account: `user-${index}` }));
    for (const upkeep of [{ erasedAt: 1 }, { prunedThrough: 1 }]) {
      const changes = ids.map((id, index) => ({
        ...{ id, expectedVersion: 1, record: 'r', events: [], messages: [] },
        ...(index === 7 ? upkeep : {}),
      }));
      const { text, values } = new CommitStatements(schema).of(changes);
      const { rows } = await pool.query({ text: `EXPLAIN ${text}`, values: [...values] });
      const plan = rows.map((row: Record<string, unknown>) => row['QUERY PLAN']).join('\n');
      const slots = [...plan.matchAll(/events_(?:\d+_\d\d|before)_(\d+)/g)].map(([, slot]) => Number(slot));
      expect(new Set(slots)).toEqual(new Set([partitionOf(ids[7]!)]));
    }
  });

  /** The months whose tables a statement has really looked into. */
  async function tablesRead(text: string, values: unknown[]): Promise<string[]> {
    const { rows } = await pool.query({ text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values });
    const read = new Set<string>();
    const visit = (plan: Plan): void => {
      const [month] = /^events_\d+_\d\d/.exec(plan['Relation Name'] ?? '') ?? [];
      if (month !== undefined && plan['Actual Loops'] > 0) read.add(month);
      expect(plan['Node Type']).not.toMatch(/Seq Scan|^Sort/);
      plan.Plans?.forEach(visit);
    };
    visit(rows[0]['QUERY PLAN'][0].Plan);
    return [...read].toSorted();
  }
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}
