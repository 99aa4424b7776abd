import type { AccountId } from '@tidelock/engine';
import { monthsSql } from './event-months.ts';
import { partitionCount, partitionOf } from './partition.ts';
import { batchSlot, nameOf, sameAccount, tableOf, type Statement } from './statement.ts';

/** The statements besides the commit, for the tables of one schema. Numbers that may be large come as text. */
export interface Statements {
  load(ids: readonly AccountId[]): Statement;
  /** tenant, after, limit. */
  readonly listAccounts: string;
  /** after (null before the first page), limit. */
  readonly listTenants: string;
  /** after, limit. */
  readonly listMessages: string;
  /** tenant, slot, account, first position no longer wanted, limit. */
  readonly accountEvents: string;
  /** The tables of the log. */
  readonly months: string;
  /** tenant, first position, first one no longer wanted, limit. */
  readonly tenantEvents: string;
  /** limit, now, end of the lease. */
  readonly claim: string;
  /** ids of what is settled; ids and new times (or null) of what is to be tried again. */
  readonly settle: string;
}

const messageColumns = 'm.message_id, m.tenant, m.account, m.channel, m.payload, m.due_at, m.expires_at';

export function statementsFor(schema: string): Statements {
  return {
    load: loader(schema),
    listAccounts: `
      SELECT account, version::text AS version FROM ${schema}.accounts
        WHERE tenant = $1 AND account > $2 AND record IS NOT NULL AND ${wholeSql(schema)} ORDER BY account LIMIT $3`,
    // From one name to the next by the index: a tenant may have a million accounts.
    listTenants: `
      WITH RECURSIVE t (tenant, number) AS (
        (SELECT tenant, 1 FROM ${schema}.accounts WHERE $1::text IS NULL OR tenant > $1::text ORDER BY tenant LIMIT 1)
        UNION ALL
        SELECT (SELECT a.tenant FROM ${schema}.accounts a WHERE a.tenant > t.tenant ORDER BY a.tenant LIMIT 1), number + 1
          FROM t WHERE t.tenant IS NOT NULL AND number < $2
      )
      SELECT tenant FROM t WHERE tenant IS NOT NULL AND ${wholeSql(schema)} ORDER BY tenant LIMIT $2`,
    listMessages: `
      SELECT ${messageColumns} FROM ${schema}.messages m WHERE message_id > $1 ORDER BY message_id LIMIT $2`,
    accountEvents: eventsSql(schema, 'tenant = $1 AND slot = $2 AND account = $3 AND position < $4', 5),
    months: monthsSql(schema),
    tenantEvents: eventsSql(schema, 'tenant = $1 AND position >= $2 AND position < $3', 4),
    claim: `
      WITH expired AS (
        DELETE FROM ${schema}.messages WHERE (slot, message_id) IN (
          SELECT slot, message_id FROM ${schema}.messages WHERE expires_at <= $2 FOR UPDATE SKIP LOCKED)
      ),
      due AS (
        SELECT slot, message_id FROM ${schema}.messages WHERE claimable_at <= $2 AND expires_at > $2
          ORDER BY claimable_at LIMIT $1 FOR UPDATE SKIP LOCKED
      )
      UPDATE ${schema}.messages m SET claimable_at = $3 FROM due d
        WHERE (m.slot, m.message_id) = (d.slot, d.message_id) RETURNING ${messageColumns}`,
    settle: `
      WITH again AS (SELECT * FROM unnest($2::text[], $3::double precision[]) AS t (message_id, due_at)),
      locked AS (
        SELECT slot, message_id FROM ${schema}.messages WHERE message_id = ANY ($1::text[] || $2::text[])
          ORDER BY slot, message_id FOR UPDATE
      ),
      settled AS (
        DELETE FROM ${schema}.messages m USING locked l
          WHERE (m.slot, m.message_id) = (l.slot, l.message_id) AND m.message_id = ANY ($1::text[])
      )
      UPDATE ${schema}.messages m SET due_at = coalesce(a.due_at, m.due_at), claimable_at = coalesce(a.due_at, m.due_at)
        FROM again a JOIN locked l USING (message_id)
        WHERE (m.slot, m.message_id) = (l.slot, l.message_id)`,
  };
}

/** A text for batches of several partitions, and one for each partition. */
function loader(schema: string): Statements['load'] {
  const textOf = (slot: number | null): string => `
    SELECT c.place::integer AS place, a.version::text AS version, a.record
      FROM unnest((SELECT $1::text[]), (SELECT $2::text[]), (SELECT $3::smallint[]))
        WITH ORDINALITY AS c (tenant, account, slot, place)
      JOIN ${tableOf(schema, 'accounts', slot)} a ON ${sameAccount('a', slot)}${slot === null ? ` WHERE ${wholeSql(schema)}` : ''}`;
  const named = (slot: number | null): Pick<Statement, 'text' | 'name'> => {
    const text = textOf(slot);
    return { text, name: nameOf(text) };
  };
  const several = named(null);
  const one = Array.from({ length: partitionCount }, (_, slot) => named(slot));
  return (ids) => {
    const slots = ids.map(partitionOf);
    const slot = batchSlot(slots);
    const values = [ids.map(({ tenant }) => tenant), ids.map(({ account }) => account), slots];
    return { ...(slot === null ? several : one[slot]!), values };
  };
}

/**
 * True, or the error of a table that is not there (42P01). SECURITY: C17, a partition that was dropped or detached is a fault, and
 * never accounts that nobody knows (`a partition that is gone`). A statement of one partition names its table. 0.04 ms.
 */
function wholeSql(schema: string): string {
  return `(
    SELECT CASE WHEN count(*) <> ${partitionCount} THEN '"a partition of accounts"' END
      FROM pg_catalog.pg_inherits WHERE inhparent = '${schema}.accounts'::regclass)::regclass IS NULL`;
}

function eventsSql(schema: string, which: string, limitParameter: number): string {
  return `
    SELECT account, position::text AS position, sequence::text AS sequence, at, body_hash, link, body
      FROM ${schema}.events WHERE ${which} ORDER BY events.position DESC LIMIT $${limitParameter}`;
}
