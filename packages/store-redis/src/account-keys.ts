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

/** Changes that one script carries out: what comes beyond is another step, though in the same partition. */
const changesMax = 256;

/** Some of a call's accounts that lie in one partition, by their places in the call. */
interface Share {
  readonly partition: number;
  readonly places: readonly number[];
}

/** The records: loaded by one command a partition, committed by one script. */
export class AccountKeys {
  readonly #partitions: OpenPartitions;
  readonly #names: KeyNames;

  constructor(partitions: OpenPartitions, names: KeyNames) {
    this.#partitions = partitions;
    this.#names = names;
  }

  async load(ids: readonly AccountId[]): Promise<readonly (StoredAccount | null)[]> {
    const loaded: (StoredAccount | null)[] = ids.map(() => null);
    await Promise.all(
      sharesOf(ids, Number.POSITIVE_INFINITY).map(async ({ partition, places }) => {
        const fields = places.map((place) => keyOf(ids[place]!));
        const texts = await this.#partitions.load(this.#names.of(partition).accounts, fields);
        for (const [index, place] of places.entries()) {
          const text = texts?.[index] ?? null;
          if (text !== null) loaded[place] = accountOf(text, ids[place]!);
        }
      }),
    );
    return loaded;
  }

  /**
   * The engine's batches lie in one partition, and are one script. What lies in several is looked at first, so that a change
   * that is refused refuses all.
   */
  async commit(changes: readonly AccountChange[]): Promise<readonly CommitResult[]> {
    const ids = changes.map(({ id }) => id);
    const shares = sharesOf(ids, changesMax);
    // Made before anything is waited for: what was handed in is its owner's afterwards.
    const calls = shares.map(({ partition, places }) => {
      const ofShare = places.map((place) => changes[place]!);
      return commitCall(this.#names, partition, ofShare);
    });
    if (calls.length > 1) await this.#assertNoneRefused(calls);
    const settled = await Promise.allSettled(calls.map((call) => this.#commit(call)));
    const faults = settled.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : null));
    // Where nothing at all was written, the call fails as a whole.
    if (faults.length > 0 && faults.every((fault) => fault instanceof TidelockError)) throw faults[0]!;
    const results: CommitResult[] = changes.map(() => 'unknown');
    for (const [index, outcome] of settled.entries())
      for (const [turn, place] of shares[index]!.places.entries()) results[place] = resultOf(outcome, turn);
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

function sharesOf(ids: readonly AccountId[], placesMax: number): readonly Share[] {
  const shares: { partition: number; places: number[] }[] = [];
  const open = new Map<number, number[]>();
  for (const [place, id] of ids.entries()) {
    const partition = partitionOf(id);
    let places = open.get(partition);
    if (places === undefined || places.length >= placesMax) {
      places = [];
      open.set(partition, places);
      shares.push({ partition, places });
    }
    places.push(place);
  }
  return shares;
}
