import { createHash } from 'node:crypto';

/** A statement and the values of its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** The server keeps the plan of a statement with a name for the next time that it comes on the same connection. */
  readonly name?: string;
}

/**
 * A name that belongs to one text alone. SECURITY: behind a pool of connections a name may have been given by another process,
 * of another version or for another schema; what it stands for must then be the same.
 */
export function nameOf(text: string): string {
  return `tidelock_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** The partition of a whole batch; null where it has several. */
export function batchSlot(slots: readonly number[]): number | null {
  const [first] = slots;
  return first !== undefined && slots.every((slot) => slot === first) ? first : null;
}

/** The table of one partition, so that the server neither plans nor locks the others; or the whole. */
export function tableOf(schema: string, table: 'accounts' | 'messages', slot: number | null): string {
  return slot === null ? `${schema}.${table}` : `${schema}.${table}_${slot}`;
}

/** That a row is one of the account in a row `c`. */
export function sameAccount(row: string, slot: number | null): string {
  return `${row}.slot = ${slot ?? 'c.slot'} AND ${row}.tenant = c.tenant AND ${row}.account = c.account`;
}
