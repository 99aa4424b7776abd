import type { Epoch } from './account/epoch.ts';
import { createAuditChain } from './audit-chain.ts';
import { assertNoUnfinishedCopy } from './copy/copy-mark.ts';
import { pageLimitMax } from './ports/page-limit.ts';
import type { AccountStore } from './ports/account-store.ts';
import type { Clock } from './ports/clock.ts';
import type { KeyRing } from './ports/key-ring.ts';
import { nodePlatform } from './platform/node-crypto.ts';
import { beginEpoch, openIdentity, type AuditKey } from './store-identity.ts';
import { createTransact } from './transact.ts';

export interface RestoreOptions {
  /** Who brought the backup back, for the store's log. */
  readonly actor: string;
  /** Until when the lost store may have accepted something, seconds since the epoch; now where left out. */
  readonly restoredAt?: number;
  readonly clock?: Clock;
}

/** What `tidelock store restored` did. */
export interface RestoredStore {
  readonly epoch: number;
  /** Until then everything counts as spent, seconds since the epoch. */
  readonly restoredAt: number;
}

/**
 * Says that a store was brought back from a backup, before any service runs on it: what may have been used up since the
 * backup counts as spent. Accounts are brought up to it one by one, each as it is asked for.
 *
 * @throws RangeError for an instant that is to come, or before something that the backup has; TidelockError `store/…`, `keys/not-of-this-store`
 */
export async function restoreStore(
  store: AccountStore,
  keys: KeyRing,
  { actor, restoredAt, clock = nodePlatform.clock }: RestoreOptions,
): Promise<RestoredStore> {
  await assertNoUnfinishedCopy(store);
  const platform = { ...nodePlatform, clock };
  const auditKey: AuditKey = { current: null };
  const chain = createAuditChain(platform, () => auditKey.current);
  const transact = createTransact({ store, clock, timer: platform.timer, chain });
  await openIdentity({ transact, keys, platform, auditKey }, 'refuse');
  const now = clock.now();
  if (restoredAt !== undefined) assertPossible(restoredAt, { now, newest: await newestEventAt(store) });
  const { number: epoch, restoredAt: until }: Epoch = await beginEpoch(transact, {
    actor,
    now,
    restoredAt: restoredAt ?? now,
  });
  return { epoch, restoredAt: until };
}

/** SECURITY: A1, an instant before the backup was made is a slip, and would let spent codes count again. */
function assertPossible(
  restoredAt: number,
  { now, newest }: { readonly now: number; readonly newest: number },
): void {
  if (!(restoredAt <= now)) throw new RangeError('A store was lost at an instant of the past.');
  if (restoredAt < newest)
    throw new RangeError(
      `The backup itself has an event of ${new Date(newest * 1000).toISOString()}: the store was lost later than that.`,
    );
}

/** When the newest event of any tenant was written; 0 where there is none. */
async function newestEventAt(store: AccountStore): Promise<number> {
  let newest = 0;
  let cursor: string | undefined;
  do {
    const page = await store.listTenants(
      cursor === undefined ? { limit: pageLimitMax } : { cursor, limit: pageLimitMax },
    );
    for (const tenant of page.items)
      for await (const { at } of store.readEvents({ tenant, limit: 1 })) newest = Math.max(newest, at);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return newest;
}
