import { reservedTenant, type AccountId } from '../account/account-id.ts';
import type { AccountStore } from '../ports/account-store.ts';
import { TidelockError } from '../tidelock-error.ts';

/** Where a copy stands, kept in the store that is copied to until the copy was found to be right. */
export interface CopyMark {
  readonly format: 1;
  /** The id of the store that is copied. */
  readonly from: string;
  /** The stage that is under way; each is gone through for all tenants in their order. */
  readonly stage: CopyStage;
  /** The tenant that is under way; null where the stage begins. */
  readonly tenant: string | null;
  /** What was done last of that tenant: a position or an account id of the store that is copied; null where it begins. */
  readonly after: string | null;
  /** Whether the target may have any of the events already, since a comparison found a difference: they are looked for. */
  readonly mayHaveMore: boolean;
}

/** Events come first, since a record without its events would be one of a broken chain. */
export const copyStages = ['events', 'records', 'messages', 'comparison'] as const;
export type CopyStage = (typeof copyStages)[number];

/** The record under which a store keeps it. */
export const copyMarkId: AccountId = { tenant: reservedTenant, account: 'copy' };

/** The mark of a store; null where it is no unfinished copy. @throws TidelockError `store/…`, `engine/record-unreadable` */
export async function readCopyMark(store: AccountStore): Promise<CopyMark | null> {
  const [stored] = await store.load([copyMarkId]);
  const text = stored?.record ?? null;
  if (text === null) return null;
  const mark = JSON.parse(text) as CopyMark;
  if (mark.format !== 1)
    throw new TidelockError('engine/record-unreadable', {
      detail: 'A copy was begun by a newer version of Tidelock: finish it with that one.',
    });
  return mark;
}

/** Writes the mark, or takes it away. @throws TidelockError `engine/contention` where another copy does so at the same time */
export async function writeCopyMark(store: AccountStore, mark: CopyMark | null): Promise<void> {
  const [stored] = await store.load([copyMarkId]);
  await commitAll(store, [
    {
      id: copyMarkId,
      expectedVersion: stored?.version ?? 0,
      record: mark === null ? null : JSON.stringify(mark),
      events: [],
      messages: [],
    },
  ]);
}

/**
 * SECURITY: C17, a half of a store knows a half of those who are enrolled, and would let the others pass.
 *
 * @throws TidelockError `store/copy-unfinished`
 */
export async function assertNoUnfinishedCopy(store: AccountStore): Promise<void> {
  const mark = await readCopyMark(store);
  if (mark !== null) throw new TidelockError('store/copy-unfinished');
}

/** Commits what nobody else may write. @throws TidelockError `engine/contention`, `store/outcome-unknown`, `store/…` */
export async function commitAll(
  store: AccountStore,
  changes: Parameters<AccountStore['commit']>[0],
): Promise<void> {
  const results = await store.commit(changes);
  if (results.includes('unknown'))
    throw new TidelockError('store/outcome-unknown', { detail: 'Begin the copy again: it goes on.' });
  if (results.includes('conflict'))
    throw new TidelockError('engine/contention', {
      detail:
        'Something else writes into the store that is copied to. Stop it, and begin the copy again: it goes on.',
    });
}
