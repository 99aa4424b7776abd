import { TidelockError } from '@tidelock/engine';
import type { Connections, Query } from './connections.ts';
import { beginMonth, daySql, makeMonth, monthOfDay } from './event-months.ts';
import { lockTables } from './lock-tables.ts';
import { partitionCount } from './partition.ts';

/** The mark that says whose tables these are. */
export const program = 'tidelock';

/**
 * One step of the tables' shape each; `store_mark` says how many of them there were. A step that was released is never
 * changed. The schema's name stands in for `$`.
 */
export const migrations: readonly string[] = [firstStep()];

/** An event can be written from the first moment on, and the month after this one needs nobody either. */
async function makeFirstMonths(query: Query, schema: string): Promise<void> {
  const [today] = await query(`SELECT ${daySql}`);
  const month = monthOfDay(Number(today!['day']));
  for (const text of [makeMonth(month), makeMonth(month + 1), beginMonth(month)])
    await query(text.replaceAll('$.', `${schema}.`));
}

/** All text in the order of its bytes, which is that of code points. */
function firstStep(): string {
  const tables = `
  CREATE TABLE $.accounts (
    slot smallint NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    record text,
    PRIMARY KEY (tenant, account, slot)
  ) PARTITION BY LIST (slot);

  CREATE SEQUENCE $.event_positions;
  CREATE TABLE $.events (
    slot smallint NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    sequence bigint NOT NULL,
    at double precision NOT NULL,
    body_hash text NOT NULL,
    link text NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (tenant, account, position, slot)
  ) PARTITION BY RANGE (position);
  CREATE INDEX events_of_tenant ON $.events (tenant, position);

  CREATE TABLE $.messages (
    slot smallint NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    channel text NOT NULL,
    payload text NOT NULL,
    due_at double precision NOT NULL,
    expires_at double precision NOT NULL,
    claimable_at double precision NOT NULL,
    PRIMARY KEY (message_id, slot)
  ) PARTITION BY LIST (slot);
  CREATE INDEX messages_claimable ON $.messages (claimable_at);
  CREATE INDEX messages_expiring ON $.messages (expires_at);
  `;
  const partitions = Array.from({ length: partitionCount }, (_, slot) =>
    ['accounts', 'messages'].map((table) => {
      // Room beside each record, so that its next version stays on the page and no index is touched.
      const room = table === 'accounts' ? ' WITH (fillfactor = 70)' : '';
      return `CREATE TABLE $.${table}_${slot} PARTITION OF $.${table} FOR VALUES IN (${slot})${room};`;
    }),
  );
  return tables + partitions.flat().join('\n');
}

/**
 * How many steps the tables of a schema have had; null where there are none.
 *
 * @throws TidelockError `store/not-a-database` for another program's tables, `store/newer` where the code is the older one,
 *   `store/unavailable` where accounts are gone.
 */
export async function versionOf(
  connections: Connections,
  schema: string,
  newest: number = migrations.length,
): Promise<number | null> {
  const query: Query = (text, values = []) => connections.run({ text, values });
  const [state] = await query(stateSql, [schema, `${schema}.store_mark`]);
  return readVersion(query, schema, state!, newest);
}

/** A limiter (`@tidelock/limits`) may have made its table here before the store has made any. */
const stateSql = `
  SELECT to_regclass($2) IS NOT NULL AS marked,
    EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname NOT IN ('rate_limits', 'rate_limits_pkey')) AS filled,
    EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS there,
    current_setting('server_encoding') AS encoding`;

async function readVersion(
  query: Query,
  schema: string,
  state: Readonly<Record<string, unknown>>,
  newest: number,
): Promise<number | null> {
  if (state['encoding'] !== 'UTF8')
    throw new TidelockError('store/unavailable', {
      detail: `The database is in ${String(state['encoding'])}: create one in UTF8.`,
    });
  if (state['marked'] !== true) {
    if (state['filled'] !== true) return null;
    throw new TidelockError('store/not-a-database', {
      detail: `The schema "${schema}" holds tables of another program: name another database or schema.`,
    });
  }
  const [mark] = await query(`SELECT program, version::text FROM ${schema}.store_mark`);
  if (mark?.['program'] !== program)
    throw new TidelockError('store/not-a-database', {
      detail: `The tables in the schema "${schema}" bear another program's mark.`,
    });
  const version = Number(mark['version']);
  if (version > newest)
    throw new TidelockError('store/newer', {
      detail: `Its tables are of version ${version}, this code knows ${newest}: update Tidelock.`,
    });
  await assertWhole(query, schema);
  return version;
}

/** SECURITY: C17, as in the statements that read all partitions; one whose detaching was never finished counts as gone too. */
async function assertWhole(query: Query, schema: string): Promise<void> {
  const [row] = await query(
    'SELECT count(*)::integer AS count FROM pg_partition_tree(to_regclass($1)) WHERE isleaf AND level = 1',
    [`${schema}.accounts`],
  );
  const count = Number(row!['count']);
  if (count !== partitionCount)
    throw new TidelockError('store/unavailable', {
      detail: `The table ${schema}.accounts has ${count} of its ${partitionCount} partitions: bring back those that are gone.`,
    });
}

/**
 * Brings the tables to the newest shape. Safe when several processes do so at once: they wait for each other.
 *
 * @throws TidelockError as {@link versionOf}.
 */
export async function migrate(
  connections: Connections,
  schema: string,
  steps: readonly string[] = migrations,
): Promise<void> {
  await connections.with(async (query) => {
    await query('BEGIN');
    await query(lockTables);
    // Looked at under the lock: another process may have been here in between.
    const [state] = await query(stateSql, [schema, `${schema}.store_mark`]);
    const version = await readVersion(query, schema, state!, steps.length);
    if (version === null && state!['there'] !== true) await query(`CREATE SCHEMA ${schema}`);
    if (version === null)
      await query(`CREATE TABLE ${schema}.store_mark (program text NOT NULL, version integer NOT NULL)`);
    for (const step of steps.slice(version ?? 0)) await query(step.replaceAll('$.', `${schema}.`));
    if (version === null) await makeFirstMonths(query, schema);
    if (version === null)
      await query(`INSERT INTO ${schema}.store_mark VALUES ($1, $2)`, [program, steps.length]);
    else await query(`UPDATE ${schema}.store_mark SET version = $1`, [steps.length]);
    await query('COMMIT');
  });
}
