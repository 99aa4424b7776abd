import { keyOf, type AccountId } from '../account/account-id.ts';
import type { AuditEvent } from '../account/audit-event.ts';
import type { AccountChange, AccountStore, StoredEvent } from '../ports/account-store.ts';
import { transactLimits } from '../transact.ts';
import { commitAll } from './copy-mark.ts';

/** How many accounts are asked for their newest event at once. */
const askedAtOnce = 32;

/**
 * Appends a page of a tenant's events in its order; their accounts have no record as long as it was not copied.
 * `mayHaveMore`: events that an account has already are left out.
 */
export async function copyEvents(
  page: readonly StoredEvent[],
  to: AccountStore,
  { mayHaveMore }: { readonly mayHaveMore: boolean },
): Promise<void> {
  const ids = distinctIds(page);
  const stored = await to.load(ids);
  const states = new Map(
    ids.map((id, place) => [
      keyOf(id),
      { version: stored[place]?.version ?? 0, record: stored[place]?.record ?? null, newest: 0 },
    ]),
  );
  if (mayHaveMore) {
    const newest = await newestSequences(to, ids);
    for (const [place, id] of ids.entries()) states.get(keyOf(id))!.newest = newest[place]!;
  }
  const missing = page.filter((event) => event.sequence > states.get(keyOf(event))!.newest);
  for (const run of runsOf(missing)) {
    const changes = run.map((events): AccountChange => {
      const { tenant, account } = events[0]!;
      const state = states.get(keyOf(events[0]!))!;
      return {
        id: { tenant, account },
        expectedVersion: state.version++,
        record: state.record,
        events,
        messages: [],
      };
    });
    await commitAll(to, changes);
  }
}

/**
 * The events cut into runs, in each of which an account stands in one place: one change for each, and so one commit for
 * the run that keeps the order of all of them.
 */
export function runsOf(events: readonly StoredEvent[]): readonly (readonly (readonly AuditEvent[])[])[] {
  const runs: AuditEvent[][][] = [];
  let run: AuditEvent[][] = [];
  let met = new Set<string>();
  let last = '';
  for (const { position: _position, ...event } of events) {
    const key = keyOf(event);
    if (run.length > 0 && key === last) {
      run.at(-1)!.push(event);
      continue;
    }
    if (run.length === 0 || met.has(key) || run.length >= transactLimits.batchMax) {
      run = [];
      met = new Set();
      runs.push(run);
    }
    run.push([event]);
    met.add(key);
    last = key;
  }
  return runs;
}

/** The accounts of events, each once. */
export function distinctIds(events: readonly AccountId[]): readonly AccountId[] {
  const ids = new Map(events.map(({ tenant, account }) => [keyOf({ tenant, account }), { tenant, account }]));
  return [...ids.values()];
}

async function newestSequences(store: AccountStore, ids: readonly AccountId[]): Promise<readonly number[]> {
  const newest: number[] = [];
  for (let start = 0; start < ids.length; start += askedAtOnce)
    newest.push(
      ...(await Promise.all(ids.slice(start, start + askedAtOnce).map((id) => newestSequence(store, id)))),
    );
  return newest;
}

async function newestSequence(store: AccountStore, { tenant, account }: AccountId): Promise<number> {
  for await (const { sequence } of store.readEvents({ tenant, account, limit: 1 })) return sequence;
  return 0;
}
