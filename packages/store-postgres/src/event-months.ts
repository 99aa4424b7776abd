import type { Connections, Query } from './connections.ts';
import { lockTables } from './lock-tables.ts';
import { partitionCount } from './partition.ts';
import type { Row } from './pool.ts';

/**
 * The events are divided by month and each month by slot. A month is a range of positions: the sequence that positions are drawn
 * from is led to the beginning of a month's range when that month begins. So an event never moves, whatever becomes of its time;
 * positions grow whatever clocks do; a page of the newest events reads the newest months alone; and where nobody turns the page,
 * events go on into the month before.
 */
const positionsOfMonth = 2n ** 40n;
/** There is none after it. */
export const lastPosition: bigint = 2n ** 63n - 1n;

/** The oldest months are put together in one table when so few events are left in each: they move in 0.3 s at most. */
const remainderMax = 10_000;
/** The month before this one stays as it is: transactions may still write into it. */
const monthsKept = 2;
/** A lock on all events is not waited for longer, since everybody else would wait behind it. */
const lockTimeout = '200ms';

const secondsOfDay = 86_400;
const firstYear = 1970;

/** Today by the server's clock, in days since the epoch; statements give it by this name. */
export const daySql = 'floor(extract(epoch FROM now()) / 86400)::integer AS day';

/** Months since 1970, in UTC. */
export function monthOfDay(day: number): number {
  const date = new Date(day * secondsOfDay * 1_000);
  return (date.getUTCFullYear() - firstYear) * 12 + date.getUTCMonth();
}

/** `events_2026_11`: one table of the log. */
export function monthTable(month: number): string {
  const number = String((month % 12) + 1).padStart(2, '0');
  return `events_${firstYear + Math.floor(month / 12)}_${number}`;
}

/** What makes the table of one month, without a lock that events would have to wait for. `$.` is the schema. */
export function makeMonth(month: number): string {
  const [from, to] = [month, month + 1].map(firstPosition);
  return `${makeTable(monthTable(month))}
    ALTER TABLE $.events ATTACH PARTITION $.${monthTable(month)} FOR VALUES FROM (${from}) TO (${to});`;
}

/** From now on positions are those of a month. Under {@link lockTables}: two at once could lead the sequence back. */
export function beginMonth(month: number): string {
  const last = firstPosition(month) - 1n;
  return `SELECT setval('$.event_positions', ${last}) FROM $.event_positions WHERE last_value < ${last};`;
}

/**
 * Makes the tables of the months that come, turns to the month of `day`, and does away with months of which little or
 * nothing is left. Safe when several processes do so at once. @throws as {@link Connections.with}.
 */
export async function keepMonths(connections: Connections, schema: string, day: number): Promise<void> {
  const run = async (text: string): Promise<readonly Row[]> =>
    connections.run({ text: text.replaceAll('$.', `${schema}.`), values: [] });
  const months = await readMonths(run);
  const month = Math.max(monthOfDay(day), months.current);
  const isMissing = (wanted: number): boolean => !months.made.includes(wanted);
  if ([months.current, month, month + 1].some(isMissing))
    await inTransaction(connections, schema, async (query) => {
      const { made } = await readMonths(query);
      for (const wanted of new Set([months.current, month, month + 1]))
        if (!made.includes(wanted)) await query(makeMonth(wanted));
    });
  // Only when the tables are there for good: the sequence would stay where it is when they are rolled back.
  if (month > months.current) await inTransaction(connections, schema, (query) => query(beginMonth(month)));
  for (const old of months.made.filter((made) => made <= month - monthsKept)) {
    const most = old === months.made[0] ? remainderMax : 0;
    if ((await countLeft(run, old, most)) <= most) {
      await inTransaction(connections, schema, (query) => clearMonth(query, old));
      // One a time is enough: what has gathered is done within days.
      return;
    }
  }
}

/** Drops the table of a month in which nothing is left; what little is left of the oldest goes to those of before. */
async function clearMonth(query: Query, month: number): Promise<void> {
  await query(`SET LOCAL lock_timeout = '${lockTimeout}'`);
  // Whoever writes an event holds this table from before its position is drawn until it is committed.
  await query('LOCK TABLE ONLY $.events IN ACCESS EXCLUSIVE MODE');
  const { made, current, hasRemainder } = await readMonths(query);
  if (!made.includes(month) || month > current - monthsKept) return;
  const left = await countLeft(query, month, remainderMax);
  const table = monthTable(month);
  if (left === 0) await query(`DROP TABLE $.${table}`);
  if (left === 0 || left > remainderMax || month !== made[0]) return;
  await query(
    hasRemainder ? 'ALTER TABLE $.events DETACH PARTITION $.events_before' : makeTable('events_before'),
  );
  await query(`
    ALTER TABLE $.events DETACH PARTITION $.${table};
    INSERT INTO $.events_before SELECT * FROM $.${table};
    DROP TABLE $.${table};
    ALTER TABLE $.events ATTACH PARTITION $.events_before FOR VALUES FROM (MINVALUE) TO (${firstPosition(month + 1)});`);
}

export interface Months {
  /** The month of the last position that was drawn. */
  readonly current: number;
  /** Those that have a table, from the oldest on. */
  readonly made: readonly number[];
  /** Whether there is a table for what is left of older ones. */
  readonly hasRemainder: boolean;
}

/** The statement whose one row {@link monthsOf} reads. */
export function monthsSql(schema: string): string {
  return `
    SELECT last_value::text AS last, ARRAY(SELECT c.relname::text FROM pg_inherits i
      JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = '${schema}.events'::regclass) AS tables
    FROM ${schema}.event_positions`;
}

export function monthsOf(row: Row): Months {
  const tables = row['tables'] as readonly string[];
  const made = tables.flatMap((table) => {
    const [, year, month] = /^events_(\d{4,})_(\d\d)$/.exec(table) ?? [];
    return year === undefined ? [] : [(Number(year) - firstYear) * 12 + Number(month) - 1];
  });
  return {
    // The next position counts: the last one before a month's range leads to that month.
    current: Number((BigInt(String(row['last'])) + 1n) / positionsOfMonth),
    made: made.toSorted((a, b) => a - b),
    hasRemainder: tables.includes('events_before'),
  };
}

async function readMonths(query: (text: string) => Promise<readonly Row[]>): Promise<Months> {
  const [row] = await query(monthsSql('$'));
  return monthsOf(row!);
}

/** How many events a month has; where there are more than `most`, it is not said how many. */
async function countLeft(
  query: (text: string) => Promise<readonly Row[]>,
  month: number,
  most: number,
): Promise<number> {
  const [row] = await query(
    `SELECT count(*)::integer AS count FROM (SELECT FROM $.${monthTable(month)} LIMIT ${most + 1}) AS first`,
  );
  return Number(row!['count']);
}

async function inTransaction(
  connections: Connections,
  schema: string,
  work: (query: Query) => Promise<unknown>,
): Promise<void> {
  await connections.with(async (query) => {
    await query('BEGIN');
    await query(lockTables);
    await work((text, values) => query(text.replaceAll('$.', `${schema}.`), values));
    await query('COMMIT');
  });
}

function makeTable(table: string): string {
  const slots = Array.from(
    { length: partitionCount },
    (_, slot) => `CREATE TABLE $.${table}_${slot} PARTITION OF $.${table} FOR VALUES IN (${slot});`,
  );
  return `CREATE TABLE $.${table} (LIKE $.events INCLUDING ALL) PARTITION BY LIST (slot);\n${slots.join('\n')}`;
}

/** Where a month's range of positions begins. */
export function firstPosition(month: number): bigint {
  return BigInt(month) * positionsOfMonth;
}
