import type { AccountStore } from '../ports/account-store.ts';
import { isStoreInitialised, readSealedAuditKey } from '../store-identity.ts';
import { TidelockError } from '../tidelock-error.ts';
import { compareStores } from './compare-stores.ts';
import { copyEvents } from './copy-events.ts';
import {
  assertNoUnfinishedCopy,
  copyStages,
  readCopyMark,
  writeCopyMark,
  type CopyMark,
  type CopyStage,
} from './copy-mark.ts';
import { copyMessages, copyRecords } from './copy-records.ts';
import type { Difference } from './differences.ts';
import { eachEventPageForward, eachMessagePage, eachPage, listAllTenants } from './walk.ts';

/** How a copy is going: how much of its stage was done by this run. */
export interface CopyProgress {
  readonly stage: CopyStage;
  readonly done: number;
}

export interface CopyOptions {
  readonly onProgress?: (progress: CopyProgress) => void;
}

/** What a copy came to. */
export interface StoreCopy {
  /** Whether it went on from one that had broken off. */
  readonly isResumed: boolean;
  /** Whether it was finished before: it was compared, and nothing was written. */
  readonly wasFinished: boolean;
  readonly accounts: number;
  readonly events: number;
  readonly messages: number;
  readonly differenceCount: number;
  /** The first of them, 100 at most; empty where both stores are alike. */
  readonly differences: readonly Difference[];
}

/**
 * Copies everything that a store holds into an empty one: all tenants with records, events and messages, and what the store knows of itself.
 * Nobody may be served by either meanwhile. Killed at any point it is begun again, and goes on. At the end both are
 * compared, and so are a store and its finished copy; as long as they were not found to be alike, nothing can be served from the copy.
 *
 * @throws TidelockError `store/not-initialised`, `store/not-empty`, `store/copy-unfinished` where `from` is itself a half, `engine/contention`, `store/…`
 */
export async function copyStore(
  from: AccountStore,
  to: AccountStore,
  { onProgress = () => undefined }: CopyOptions = {},
): Promise<StoreCopy> {
  await assertNoUnfinishedCopy(from);
  const { storeId } = await readSealedAuditKey(from);
  const begun = await beginCopy(to, storeId);
  const first = copyStages.indexOf(begun.mark.stage);
  for (const [place, stage] of copyStages.entries()) {
    if (stage === 'comparison' || place < first) continue;
    const mark = place === first ? begun.mark : startOf(storeId, stage, false);
    await carry[stage](new Stage(from, to, { ...begun, mark }, onProgress));
  }
  if (!begun.isFinished) await writeCopyMark(to, startOf(storeId, 'comparison', false));
  const compared = await compareStores(from, to, (done) => onProgress({ stage: 'comparison', done }));
  const { accounts, events, messages, differences } = compared;
  // SECURITY: C17, it can be served only once it was found to be right. What is wrong is looked for from the beginning then.
  if (!begun.isFinished)
    await writeCopyMark(to, differences.count === 0 ? null : startOf(storeId, 'events', true));
  return {
    isResumed: begun.isResumed,
    wasFinished: begun.isFinished,
    accounts,
    events,
    messages,
    differenceCount: differences.count,
    differences: differences.first,
  };
}

interface BegunCopy {
  readonly mark: CopyMark;
  readonly isResumed: boolean;
  /** Nothing is written any more. */
  readonly isFinished: boolean;
}

async function beginCopy(to: AccountStore, from: string): Promise<BegunCopy> {
  const found = await readCopyMark(to);
  if (found?.from === from) return { mark: found, isResumed: true, isFinished: false };
  // The last commit of a copy may have been carried out without anybody hearing of it.
  if (found === null && (await storeIdOf(to)) === from)
    return { mark: startOf(from, 'comparison', false), isResumed: true, isFinished: true };
  const { items } = await to.listTenants({ limit: 1 });
  if (found !== null || items.length > 0)
    throw new TidelockError(
      'store/not-empty',
      found === null ? {} : { detail: 'It is the unfinished copy of another store.' },
    );
  const mark = startOf(from, 'events', false);
  await writeCopyMark(to, mark);
  return { mark, isResumed: false, isFinished: false };
}

async function storeIdOf(store: AccountStore): Promise<string | null> {
  return (await isStoreInitialised(store)) ? (await readSealedAuditKey(store)).storeId : null;
}

function startOf(from: string, stage: CopyStage, mayHaveMore: boolean): CopyMark {
  return { format: 1, from, stage, tenant: null, after: null, mayHaveMore };
}

/** One stage of a copy, from its mark on. */
class Stage {
  readonly from: AccountStore;
  readonly to: AccountStore;
  readonly mark: CopyMark;
  readonly isResumed: boolean;
  readonly #onProgress: (progress: CopyProgress) => void;
  #done = 0;

  constructor(
    from: AccountStore,
    to: AccountStore,
    { mark, isResumed }: BegunCopy,
    onProgress: (progress: CopyProgress) => void,
  ) {
    this.from = from;
    this.to = to;
    this.mark = mark;
    this.isResumed = isResumed;
    this.#onProgress = onProgress;
  }

  /** The tenants that are left, each with what was done of it last. */
  async *tenants(): AsyncGenerator<{ readonly tenant: string; readonly after: string | null }> {
    const names = await listAllTenants(this.from);
    // A tenant that is gone was done: its place is looked for no further.
    const place = this.mark.tenant === null ? 0 : Math.max(0, names.indexOf(this.mark.tenant));
    for (const tenant of names.slice(place))
      yield { tenant, after: tenant === this.mark.tenant ? this.mark.after : null };
  }

  /** So much more was done, up to here. */
  async reach(tenant: string | null, after: string | null, count: number): Promise<void> {
    this.#done += count;
    const { stage } = this.mark;
    await writeCopyMark(this.to, { ...this.mark, tenant, after });
    this.#onProgress({ stage, done: this.#done });
  }
}

async function carryEvents(stage: Stage): Promise<void> {
  const { from, to, mark, isResumed } = stage;
  // What broke off had begun one page at most behind its mark.
  let isFirst = isResumed;
  for await (const { tenant, after } of stage.tenants())
    for await (const { events, isAnew } of eachEventPageForward(from, tenant, after)) {
      await copyEvents(events, to, { mayHaveMore: mark.mayHaveMore || isFirst || isAnew });
      isFirst = false;
      await stage.reach(tenant, events.at(-1)!.position, events.length);
    }
}

async function carryRecords(stage: Stage): Promise<void> {
  const { from, to } = stage;
  for await (const { tenant, after } of stage.tenants())
    for await (const { items } of eachPage((query) => from.listAccounts({ tenant, ...query }), after)) {
      if (items.length === 0) continue;
      await copyRecords(
        items.map(({ id }) => id),
        from,
        to,
      );
      await stage.reach(tenant, items.at(-1)!.id.account, items.length);
    }
}

async function carryMessages(stage: Stage): Promise<void> {
  const { from, to, mark } = stage;
  let { after } = mark;
  for await (const { items } of eachMessagePage(from, after)) {
    if (items.length === 0) continue;
    await copyMessages(items, to, after);
    after = items.at(-1)!.id;
    await stage.reach(null, after, items.length);
  }
}

const carry: {
  readonly [stage in Exclude<CopyStage, 'comparison'>]: (stage: Stage) => Promise<void>;
} = { events: carryEvents, records: carryRecords, messages: carryMessages };
