import type { AccountChange } from '@tidelock/engine';
import { partitionOf } from './partition.ts';

/** A statement and the values of its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * One statement that carries out a whole batch and answers with the places (`place`, from 1) of the changes that won.
 *
 * The rows are locked first and in order, so that two batches never wait for each other; a row that somebody else has locked
 * is skipped, which is a conflict. FOR UPDATE looks at the newest version of a row, and since versions only grow, a row
 * with the expected one is the row that this statement's snapshot has, its events with it.
 */
export function commitStatement(schema: string, changes: readonly AccountChange[]): Statement {
  const parameters = new Parameters();
  const slots = changes.map(({ id }) => partitionOf(id));
  const all = parameters.add([...new Set(slots)], 'smallint[]');
  const change = parameters.table([
    ['tenant', 'text', changes.map(({ id }) => id.tenant)],
    ['account', 'text', changes.map(({ id }) => id.account)],
    ['slot', 'smallint', slots],
    ['expected', 'bigint', changes.map(({ expectedVersion }) => expectedVersion)],
    ['record', 'text', changes.map(({ record }) => record)],
    ['erased_at', 'double precision', changes.map(({ erasedAt }) => erasedAt ?? null)],
    ['pruned_through', 'bigint', changes.map(({ prunedThrough }) => prunedThrough ?? null)],
  ]);
  const same = (row: string): string =>
    `${row}.slot = ANY (${all}) AND (${row}.slot, ${row}.tenant, ${row}.account) = (c.slot, c.tenant, c.account)`;
  const parts = [
    `change AS (${change})`,
    `locked AS (
      SELECT c.place FROM change c JOIN ${schema}.accounts a ON ${same('a')} AND a.version = c.expected
        ORDER BY a.tenant, a.account FOR UPDATE OF a SKIP LOCKED)`,
    `updated AS (
      UPDATE ${schema}.accounts a SET version = c.expected + 1, record = c.record
        FROM change c JOIN locked l USING (place) WHERE ${same('a')} RETURNING c.place)`,
    `inserted AS (
      INSERT INTO ${schema}.accounts (slot, tenant, account, version, record)
        SELECT slot, tenant, account, 1, record FROM change WHERE expected = 0 ORDER BY tenant, account
        ON CONFLICT DO NOTHING RETURNING tenant, account)`,
    `won AS (
      SELECT c.* FROM change c WHERE place IN (SELECT place FROM updated)
        OR expected = 0 AND (tenant, account) IN (SELECT tenant, account FROM inserted))`,
    ...upkeepParts(schema, changes, same),
    ...eventParts(schema, changes, parameters),
    ...messageParts(schema, changes, parameters),
  ];
  return { text: `WITH ${parts.join(', ')} ${answerSql}`, values: parameters.values };
}

/**
 * SECURITY: an answer leaves after the WAL is on the disk and never before (design §1), whatever the server, the database or
 * the role is set to; the test that kills the server goes red without this. `remote_apply` asks for more, and stays.
 */
const answerSql = `
  SELECT place::integer AS place,
    CASE WHEN current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
      THEN set_config('synchronous_commit', 'on', true) END AS durable
  FROM won`;

/** What an erasure or a pruning does to what was there before; the statement's own events are not there yet. */
function upkeepParts(
  schema: string,
  changes: readonly AccountChange[],
  same: (row: string) => string,
): readonly string[] {
  const parts: string[] = [];
  if (changes.some(({ erasedAt }) => erasedAt !== undefined))
    parts.push(
      `erased AS (
        UPDATE ${schema}.events e SET at = c.erased_at, body = '{"kind":"erased","salt":""}' FROM won c
          WHERE ${same('e')} AND c.erased_at IS NOT NULL AND e.sequence > coalesce(c.pruned_through, 0))`,
      `unsent AS (DELETE FROM ${schema}.messages m USING won c WHERE ${same('m')} AND c.erased_at IS NOT NULL)`,
    );
  if (changes.some(({ prunedThrough }) => prunedThrough !== undefined))
    parts.push(
      `pruned AS (DELETE FROM ${schema}.events e USING won c WHERE ${same('e')} AND e.sequence <= c.pruned_through)`,
    );
  return parts;
}

/** Positions are drawn while the account's row is locked: they grow in the order of its commits. */
function eventParts(
  schema: string,
  changes: readonly AccountChange[],
  parameters: Parameters,
): readonly string[] {
  const events = changes.flatMap((change, index) => change.events.map((event) => ({ event, index })));
  if (events.length === 0) return [];
  const bodies = events.map(({ event }) => {
    const { tenant: _tenant, account: _account, sequence: _sequence, at: _at, ...rest } = event;
    const { bodyHash: _bodyHash, link: _link, ...body } = rest;
    return JSON.stringify(body);
  });
  const table = parameters.table([
    ['change_place', 'bigint', events.map(({ index }) => index + 1)],
    ['sequence', 'bigint', events.map(({ event }) => event.sequence)],
    ['at', 'double precision', events.map(({ event }) => event.at)],
    ['body_hash', 'text', events.map(({ event }) => event.bodyHash)],
    ['link', 'text', events.map(({ event }) => event.link)],
    ['body', 'text', bodies],
  ]);
  return [
    `event AS (${table})`,
    `logged AS (
      INSERT INTO ${schema}.events (slot, tenant, account, position, sequence, at, body_hash, link, body)
        SELECT slot, tenant, account, nextval('${schema}.event_positions'), sequence, at, body_hash, link, body
          FROM (SELECT c.slot, c.tenant, c.account, e.* FROM event e JOIN won c ON c.place = e.change_place
            ORDER BY e.place) ordered)`,
  ];
}

function messageParts(
  schema: string,
  changes: readonly AccountChange[],
  parameters: Parameters,
): readonly string[] {
  const messages = changes.flatMap((change, index) => change.messages.map((message) => ({ message, index })));
  if (messages.length === 0) return [];
  const table = parameters.table([
    ['change_place', 'bigint', messages.map(({ index }) => index + 1)],
    ['message_id', 'text', messages.map(({ message }) => message.id)],
    ['channel', 'text', messages.map(({ message }) => message.channel)],
    ['payload', 'text', messages.map(({ message }) => message.payload)],
    ['due_at', 'double precision', messages.map(({ message }) => message.dueAt)],
    ['expires_at', 'double precision', messages.map(({ message }) => message.expiresAt)],
  ]);
  const columns = 'message_id, channel, payload, due_at, expires_at';
  return [
    `message AS (${table})`,
    `queued AS (
      INSERT INTO ${schema}.messages (slot, tenant, account, ${columns}, claimable_at)
        SELECT c.slot, c.tenant, c.account, ${columns}, due_at FROM message m JOIN won c ON c.place = m.change_place)`,
  ];
}

/** Numbers parameters as they come. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  /** Columns as arrays, put together to rows that know their `place`, from 1. */
  table(columns: readonly (readonly [name: string, type: string, values: readonly unknown[]])[]): string {
    const arrays = columns.map(([, type, values]) => this.add(values, `${type}[]`));
    const names = columns.map(([name]) => name);
    return `SELECT * FROM unnest(${arrays.join(', ')}) WITH ORDINALITY AS t (${names.join(', ')}, place)`;
  }
}
