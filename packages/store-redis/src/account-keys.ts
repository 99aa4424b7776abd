import {
  compareCodePoints,
  keyOf,
  TidelockError,
  type AccountChange,
  type AccountId,
  type AccountSummary,
  type CommitResult,
  type StoredAccount,
} from '@tidelock/engine';
import { commitCall, commitScript, refusedAnswer, type ScriptCall } from './commit-script.ts';
import type { KeyNames } from './keys.ts';
import { mergePartitions } from './merge-partitions.ts';
import type { OpenPartitions } from './open-partitions.ts';
import { partitionOf } from './partition.ts';
import { listAccountsScript, listTenantsScript } from './read-scripts.ts';
import { accountOf, listOf, pairsOf } from './rows.ts';

/** Accounts of one script: what comes beyond is another step. */
const accountsMax = 256;

/** Some of a call's accounts that lie in one partition, by their places in the call. */
interface Share {
  readonly partition: number;
  readonly places: readonly number[];
}

/** What the server carries out at once: one partition in a cluster, any number of them on a single server. */
type Step = readonly Share[];

/** The records: each step is loaded by one command and committed by one script. */
export class AccountKeys {
  readonly #partitions: OpenPartitions;
  readonly #names: KeyNames;
  readonly #isOneServer: boolean;

  constructor(partitions: OpenPartitions, names: KeyNames, isOneServer: boolean) {
    this.#partitions = partitions;
    this.#names = names;
    this.#isOneServer = isOneServer;
  }

  async load(ids: readonly AccountId[]): Promise<readonly (StoredAccount | null)[]> {
    const loaded: (StoredAccount | null)[] = ids.map(() => null);
    await Promise.all(
      this.#stepsOf(ids).map(async (step) => {
        const groups = step.map(({ partition, places }) => ({
          key: this.#names.of(partition).accounts,
          fields: places.map((place) => keyOf(ids[place]!)),
        }));
        const texts = await this.#partitions.load(groups);
        for (const [index, place] of placesOf(step).entries()) {
          const text = texts?.[index] ?? null;
          if (text !== null) loaded[place] = accountOf(text, ids[place]!);
        }
      }),
    );
    return loaded;
  }

  /**
   * The engine's batches lie on one server, and are one script. What needs several is looked at first, so that a change that is
   * refused refuses all.
   */
  async commit(changes: readonly AccountChange[]): Promise<readonly CommitResult[]> {
    const ids = changes.map(({ id }) => id);
    const steps = this.#stepsOf(ids);
    // Made before anything is waited for: what was handed in is its owner's afterwards.
    const calls = steps.map((step) =>
      commitCall(
        this.#names,
        step.map(({ partition, places }) => ({ partition, changes: places.map((place) => changes[place]!) })),
      ),
    );
    if (calls.length > 1) await this.#assertNoneRefused(calls);
    const settled = await Promise.allSettled(calls.map((call) => this.#commit(call)));
    const faults = settled.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : null));
    // Where nothing at all was written, the call fails as a whole.
    if (faults.length > 0 && faults.every((fault) => fault instanceof TidelockError)) throw faults[0]!;
    const results: CommitResult[] = changes.map(() => 'unknown');
    for (const [index, outcome] of settled.entries())
      for (const [turn, place] of placesOf(steps[index]!).entries()) results[place] = resultOf(outcome, turn);
    return results;
  }

  /** The accounts of a tenant that have a record, after one of them. */
  async list(tenant: string, after: string, limit: number): Promise<readonly AccountSummary[]> {
    const field = keyOf({ tenant, account: '' });
    return mergePartitions<AccountSummary>({
      limit,
      compare: (left, right) => compareCodePoints(left.id.account, right.id.account),
      fetch: async (partition, before, count) => {
        const keys = [this.#names.of(partition).accounts, this.#names.index(partition, tenant)];
        const values = [before.at(-1)?.id.account ?? after, count, field];
        const rows = pairsOf(await this.#partitions.run(listAccountsScript, keys, values));
        return rows.map(([account, version]) => ({ id: { tenant, account }, version: Number(version) }));
      },
    });
  }

  /** Tenants after one of them, or from the first on. */
  async listTenants(after: string | null, limit: number): Promise<readonly string[]> {
    return mergePartitions<string>({
      limit,
      compare: compareCodePoints,
      fetch: async (partition, before, count) => {
        const { accounts, tenants } = this.#names.of(partition);
        const last = before.at(-1) ?? after;
        const values = [last === null ? '-' : `(${last}`, count];
        return listOf(await this.#partitions.run(listTenantsScript, [accounts, tenants], values));
      },
    });
  }

  #stepsOf(ids: readonly AccountId[]): readonly Step[] {
    const shares = sharesOf(ids, [...ids.keys()]);
    if (this.#isOneServer) return slicesOf(placesOf(shares)).map((some) => sharesOf(ids, some));
    return shares.flatMap(({ partition, places }) =>
      slicesOf(places).map((some) => [{ partition, places: some }]),
    );
  }

  async #assertNoneRefused(calls: readonly ScriptCall[]): Promise<void> {
    const answers = await Promise.all(
      calls.map(({ keys, values }) => this.#partitions.run(commitScript, keys, ['check', ...values])),
    );
    if (answers.includes(refusedAnswer)) throw refusedFault();
  }

  /** A digit for each change. @throws as {@link OpenPartitions.commit}. */
  async #commit({ keys, values }: ScriptCall): Promise<string> {
    const answer = String(await this.#partitions.commit(commitScript, keys, ['commit', ...values]));
    if (answer === refusedAnswer) throw refusedFault();
    return answer;
  }
}

function refusedFault(): TidelockError {
  return new TidelockError('store/refused', { detail: 'A message has the id of one that waits already.' });
}

/** What became of one change of a script, where at least one script of the call may have written something. */
function resultOf(outcome: PromiseSettledResult<string>, turn: number): CommitResult {
  if (outcome.status === 'fulfilled') return outcome.value[turn] === '1' ? 'committed' : 'conflict';
  // Another process got in since the look: nothing was written, and the next call will be refused.
  const isRefused = outcome.reason instanceof TidelockError && outcome.reason.code === 'store/refused';
  return isRefused ? 'conflict' : 'unknown';
}

function placesOf(step: Step): readonly number[] {
  return step.flatMap(({ places }) => places);
}

function slicesOf(places: readonly number[]): readonly (readonly number[])[] {
  const slices: (readonly number[])[] = [];
  for (let from = 0; from < places.length; from += accountsMax)
    slices.push(places.slice(from, from + accountsMax));
  return slices;
}

function sharesOf(ids: readonly AccountId[], some: readonly number[]): readonly Share[] {
  const byPartition = Map.groupBy(some, (place) => partitionOf(ids[place]!));
  return [...byPartition].map(([partition, places]) => ({ partition, places }));
}
