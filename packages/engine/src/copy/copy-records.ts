import { keyOf, type AccountId } from '../account/account-id.ts';
import type { AccountChange, AccountStore, OutgoingMessage, StoredAccount } from '../ports/account-store.ts';
import { pageLimitMax } from '../ports/page-limit.ts';
import { transactLimits } from '../transact.ts';
import { commitAll } from './copy-mark.ts';
import { distinctIds } from './copy-events.ts';

/** Writes the records of these accounts as the other store has them; those that are the same are left alone. */
export async function copyRecords(
  ids: readonly AccountId[],
  from: AccountStore,
  to: AccountStore,
): Promise<void> {
  const [wanted, present] = await Promise.all([from.load(ids), to.load(ids)]);
  const changes = wanted.flatMap((stored, place): AccountChange[] => {
    const record = stored?.record ?? null;
    if (record === null || record === present[place]?.record) return [];
    return [changeOf(ids[place]!, present[place] ?? null, { record })];
  });
  for (const batch of batchesOf(changes, to)) await commitAll(to, batch);
}

/** Puts a page of the outbox into the other one, which may have some of it already. Leases are not copied: who held them is gone. */
export async function copyMessages(
  page: readonly OutgoingMessage[],
  to: AccountStore,
  after: string | null,
): Promise<void> {
  const query = after === null ? { limit: pageLimitMax } : { limit: pageLimitMax, cursor: after };
  const there = new Set((await to.listMessages(query)).items.map(({ id }) => id));
  const missing = page.filter(({ id }) => !there.has(id));
  const ids = distinctIds(missing.map(({ accountId }) => accountId));
  const stored = ids.length === 0 ? [] : await to.load(ids);
  const changes = ids.map((id, place) =>
    changeOf(id, stored[place] ?? null, {
      record: stored[place]?.record ?? null,
      messages: missing.filter(({ accountId }) => keyOf(accountId) === keyOf(id)),
    }),
  );
  for (const batch of batchesOf(changes, to)) await commitAll(to, batch);
}

function changeOf(
  id: AccountId,
  present: StoredAccount | null,
  { record, messages = [] }: Pick<AccountChange, 'record'> & Partial<Pick<AccountChange, 'messages'>>,
): AccountChange {
  return { id, expectedVersion: present?.version ?? 0, record, events: [], messages };
}

/** Batches of one partition each. */
function batchesOf(
  changes: readonly AccountChange[],
  store: AccountStore,
): readonly (readonly AccountChange[])[] {
  const partitions = Map.groupBy(changes, ({ id }) => store.partitionOf(id));
  return [...partitions.values()].flatMap((ofPartition) => {
    const batches: AccountChange[][] = [];
    for (let start = 0; start < ofPartition.length; start += transactLimits.batchMax)
      batches.push(ofPartition.slice(start, start + transactLimits.batchMax));
    return batches;
  });
}
