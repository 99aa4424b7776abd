import { firstPosition, monthsOf } from './event-months.ts';
import type { OpenTables } from './open-tables.ts';
import type { Row } from './pool.ts';
import type { Statements } from './statements.ts';

/** How many months one statement asks for: the time to plan it grows faster than their number (docs/decisions/0015). */
const monthsAtOnce = 3;

export interface TenantEventQuery {
  readonly tenant: string;
  /** The first position that is no longer wanted. */
  readonly end: bigint;
  readonly limit: number;
}

/** The events of a tenant, newest first: a few months at once, until there are enough. @throws TidelockError `store/…` */
export async function readTenantEvents(
  tables: OpenTables,
  { months, tenantEvents }: Statements,
  { tenant, end, limit }: TenantEventQuery,
): Promise<readonly Row[]> {
  const [row] = await tables.read({ text: months, values: [] });
  if (row === undefined) return [];
  const firsts = monthsOf(row)
    .made.map(firstPosition)
    .filter((first) => first < end);
  const events: Row[] = [];
  let to = end;
  do {
    firsts.splice(-monthsAtOnce + 1);
    // The last one takes along what is left of older months.
    const from = firsts.pop() ?? 0n;
    const values = [tenant, String(from), String(to), limit - events.length];
    events.push(...(await tables.read({ text: tenantEvents, values })));
    to = from;
  } while (to > 0n && events.length < limit);
  return events;
}
