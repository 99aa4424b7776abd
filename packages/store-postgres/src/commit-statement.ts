import type { AccountChange } from '@tidelock/engine';
import { daySql } from './event-months.ts';
import { partitionOf } from './partition.ts';
import type { Statement } from './statement.ts';
import { batchSlot, nameOf, sameAccount, tableOf } from './statement.ts';

/**
 * One statement that carries out a whole batch and answers with the places (`place`, from 1) of the changes that won, and with
 * the server's `day`.
 *
 * The rows are locked first and in order, so that two batches never wait for each other; a row that somebody else has locked
 * is skipped, which is a conflict. FOR UPDATE looks at the newest version of a row, and since versions only grow, a row
 * with the expected one is the row that this statement's snapshot has, its events with it.
 */
export class CommitStatements {
  readonly #schema: string;
  /** A text for each shape that has occurred; a batch of one partition names its tables, and has one for each partition. */
  readonly #texts = new Map<string, Pick<Statement, 'text' | 'name'>>();

  constructor(schema: string) {
    this.#schema = schema;
  }

  of(changes: readonly AccountChange[]): Statement {
    const slots = changes.map(({ id }) => partitionOf(id));
    const shape = shapeOf(changes, slots);
    const values = valuesOf(changes, slots, shape);
    // Seldom, and with many forms.
    if (shape.upkeepSlots.length > 0) return { text: commitText(this.#schema, shape), values };
    const key = Object.values(shape).join();
    let statement = this.#texts.get(key);
    if (statement === undefined) {
      const text = commitText(this.#schema, shape);
      statement = isFrequent(shape) ? { text, name: nameOf(text) } : { text };
      this.#texts.set(key, statement);
    }
    return { ...statement, values };
  }
}

/** What a statement has to do: it has no part for what does not occur in its batch. */
interface CommitShape {
  /** The partition of all changes; null where there are several. */
  readonly slot: number | null;
  /** Accounts that are new, and accounts that are not. */
  readonly begins: boolean;
  readonly goesOn: boolean;
  readonly logs: boolean;
  readonly sends: boolean;
  readonly erases: boolean;
  readonly prunes: boolean;
  /** The partitions of the accounts that are erased or pruned. */
  readonly upkeepSlots: readonly number[];
}

function isUpkeep({ erasedAt, prunedThrough }: AccountChange): boolean {
  return erasedAt !== undefined || prunedThrough !== undefined;
}

function shapeOf(changes: readonly AccountChange[], slots: readonly number[]): CommitShape {
  return {
    slot: batchSlot(slots),
    begins: changes.some(({ expectedVersion }) => expectedVersion === 0),
    goesOn: changes.some(({ expectedVersion }) => expectedVersion !== 0),
    logs: changes.some(({ events }) => events.length > 0),
    sends: changes.some(({ messages }) => messages.length > 0),
    erases: changes.some(({ erasedAt }) => erasedAt !== undefined),
    prunes: changes.some(({ prunedThrough }) => prunedThrough !== undefined),
    upkeepSlots: [...new Set(slots.filter((_, index) => isUpkeep(changes[index]!)))],
  };
}

/** A plan takes 0.2 MB of the server for each connection: only what comes with every verification is prepared. */
function isFrequent({ begins, sends, erases, prunes }: CommitShape): boolean {
  return !begins && !sends && !erases && !prunes;
}

type Column = readonly [name: string, type: string];

const changeColumns: readonly Column[] = [
  ['tenant', 'text'],
  ['account', 'text'],
  ['slot', 'smallint'],
  ['expected', 'bigint'],
  ['record', 'text'],
];
const upkeepColumns: readonly Column[] = [
  ['erased_at', 'double precision'],
  ['pruned_through', 'bigint'],
];
const eventColumns: readonly Column[] = [
  ['change_place', 'bigint'],
  ['sequence', 'bigint'],
  ['at', 'double precision'],
  ['body_hash', 'text'],
  ['link', 'text'],
  ['body', 'text'],
];
const messageColumns: readonly Column[] = [
  ['change_place', 'bigint'],
  ['message_id', 'text'],
  ['channel', 'text'],
  ['payload', 'text'],
  ['due_at', 'double precision'],
  ['expires_at', 'double precision'],
];

/** The values of the parameters, column by column in the order in which {@link commitText} numbers them. */
function valuesOf(
  changes: readonly AccountChange[],
  slots: readonly number[],
  shape: CommitShape,
): readonly unknown[] {
  const values: unknown[] = [
    changes.map(({ id }) => id.tenant),
    changes.map(({ id }) => id.account),
    slots,
    changes.map(({ expectedVersion }) => expectedVersion),
    changes.map(({ record }) => record),
  ];
  if (shape.erases || shape.prunes)
    values.push(
      changes.map(({ erasedAt }) => erasedAt ?? null),
      changes.map(({ prunedThrough }) => prunedThrough ?? null),
    );
  if (shape.logs) values.push(...eventValues(changes));
  if (shape.sends) values.push(...messageValues(changes));
  return values;
}

function eventValues(changes: readonly AccountChange[]): readonly unknown[] {
  const events = changes.flatMap((change, index) => change.events.map((event) => ({ event, index })));
  const bodies = events.map(({ event }) => {
    const { tenant: _tenant, account: _account, sequence: _sequence, at: _at, ...rest } = event;
    const { bodyHash: _bodyHash, link: _link, ...body } = rest;
    return JSON.stringify(body);
  });
  return [
    events.map(({ index }) => index + 1),
    events.map(({ event }) => event.sequence),
    events.map(({ event }) => event.at),
    events.map(({ event }) => event.bodyHash),
    events.map(({ event }) => event.link),
    bodies,
  ];
}

function messageValues(changes: readonly AccountChange[]): readonly unknown[] {
  const messages = changes.flatMap((change, index) => change.messages.map((message) => ({ message, index })));
  return [
    messages.map(({ index }) => index + 1),
    messages.map(({ message }) => message.id),
    messages.map(({ message }) => message.channel),
    messages.map(({ message }) => message.payload),
    messages.map(({ message }) => message.dueAt),
    messages.map(({ message }) => message.expiresAt),
  ];
}

function commitText(schema: string, shape: CommitShape): string {
  const keepsHouse = shape.erases || shape.prunes;
  const parameters = new Parameters();
  const parts = [
    `change AS (${parameters.table(keepsHouse ? [...changeColumns, ...upkeepColumns] : changeColumns)})`,
    ...accountParts(schema, shape),
    ...upkeepParts(schema, shape),
  ];
  if (shape.logs)
    parts.push(
      `event AS (${parameters.table(eventColumns)})`,
      // Positions are drawn while the account's row is locked: they grow in the order of its commits.
      `logged AS (
        INSERT INTO ${schema}.events (slot, tenant, account, position, sequence, at, body_hash, link, body)
          SELECT slot, tenant, account, nextval('${schema}.event_positions'), sequence, at, body_hash, link, body
            FROM (SELECT c.slot, c.tenant, c.account, e.* FROM event e JOIN won c ON c.place = e.change_place
              ORDER BY e.place) ordered)`,
    );
  const columns = 'message_id, channel, payload, due_at, expires_at';
  if (shape.sends)
    parts.push(
      `message AS (${parameters.table(messageColumns)})`,
      `queued AS (
        INSERT INTO ${tableOf(schema, 'messages', shape.slot)} (slot, tenant, account, ${columns}, claimable_at)
          SELECT c.slot, c.tenant, c.account, ${columns}, due_at FROM message m JOIN won c ON c.place = m.change_place)`,
    );
  return `WITH ${parts.join(', ')} ${answerSql}`;
}

/**
 * SECURITY: an answer leaves after the WAL is on the disk and never before (design §1), whatever the server, the database or
 * the role is set to; the test that kills the server goes red without this. `remote_apply` asks for more, and stays.
 */
const answerSql = `
  SELECT place::integer AS place, ${daySql},
    CASE WHEN current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
      THEN set_config('synchronous_commit', 'on', true) END AS durable
  FROM won`;

/** Compare-and-swap on the records. */
function accountParts(schema: string, { slot, begins, goesOn }: CommitShape): readonly string[] {
  const accounts = tableOf(schema, 'accounts', slot);
  const same = sameAccount('a', slot);
  const parts: string[] = [];
  if (goesOn)
    parts.push(
      `locked AS (
        SELECT c.place FROM change c JOIN ${accounts} a ON ${same} AND a.version = c.expected
          ORDER BY a.tenant, a.account FOR UPDATE OF a SKIP LOCKED)`,
      `updated AS (
        UPDATE ${accounts} a SET version = c.expected + 1, record = c.record
          FROM change c JOIN locked l USING (place) WHERE ${same} RETURNING c.place)`,
    );
  if (begins)
    parts.push(
      `inserted AS (
        INSERT INTO ${accounts} (slot, tenant, account, version, record)
          SELECT slot, tenant, account, 1, record FROM change WHERE expected = 0 ORDER BY tenant, account
          ON CONFLICT DO NOTHING RETURNING tenant, account)`,
    );
  const won = [
    ...(goesOn ? ['place IN (SELECT place FROM updated)'] : []),
    ...(begins ? ['expected = 0 AND (tenant, account) IN (SELECT tenant, account FROM inserted)'] : []),
  ];
  return [...parts, `won AS (SELECT c.* FROM change c WHERE ${won.join(' OR ')})`];
}

/** What an erasure or a pruning does to what was there before; the statement's own events are not there yet. */
function upkeepParts(schema: string, { slot, erases, prunes, upkeepSlots }: CommitShape): readonly string[] {
  // Of each month the server then plans and locks the tables of these partitions alone, and not all.
  const sameEvent = `${sameAccount('e', slot)} AND e.slot IN (${upkeepSlots.join()})`;
  const parts: string[] = [];
  if (erases)
    parts.push(
      `erased AS (
        UPDATE ${schema}.events e SET at = c.erased_at, body = '{"kind":"erased","salt":""}' FROM won c
          WHERE ${sameEvent} AND c.erased_at IS NOT NULL AND e.sequence > coalesce(c.pruned_through, 0))`,
      `unsent AS (
        DELETE FROM ${tableOf(schema, 'messages', slot)} m USING won c
          WHERE ${sameAccount('m', slot)} AND c.erased_at IS NOT NULL)`,
    );
  if (prunes)
    parts.push(
      `pruned AS (
        DELETE FROM ${schema}.events e USING won c
          WHERE ${sameEvent} AND e.sequence <= c.pruned_through)`,
    );
  return parts;
}

/** Numbers parameters as they come. */
class Parameters {
  #count = 0;

  /**
   * Columns as arrays, put together to rows that know their `place`, from 1. The server is not to see how long they are
   * when it makes a plan (`SELECT`): it would then make one for each batch and never keep one.
   */
  table(columns: readonly Column[]): string {
    const arrays = columns.map(([, type]) => `(SELECT $${++this.#count}::${type}[])`);
    const names = columns.map(([name]) => name);
    return `SELECT * FROM unnest(${arrays.join(', ')}) WITH ORDINALITY AS t (${names.join(', ')}, place)`;
  }
}
