import { keyOf } from './account/account-id.ts';
import {
  decideWork,
  refuse,
  settle,
  type AccountWork,
  type DecidedWork,
  type DecidingRooms,
  type Job,
  type Transaction,
} from './account-work.ts';
import type { Stale } from './decisions/decision.ts';
import { FairQueue } from './fair-queue.ts';
import type { AccountStore, CommitResult, StoredAccount } from './ports/account-store.ts';
import type { Timer } from './ports/timer.ts';
import { TidelockError, type ErrorCode } from './tidelock-error.ts';

/** How much waits, goes together and is tried again. */
export const transactLimits = {
  /** Requests in one batch: beyond this one commit grows longer without serving more a second. */
  batchMax: 256,
  /** Of those, how many may be of one account: the others of a moment do not wait for one that is attacked. */
  batchMaxOfAccount: 16,
  /** Batches of one partition at once: while one becomes durable, the next one is decided. */
  batchesAtOnce: 2,
  /** Requests that may wait before further ones are refused: a bound on memory. */
  queueMax: 20_000,
  /** Of those, how many may be of one account. */
  queueMaxOfAccount: 2_000,
  /** Tries of one request against writers in other processes. */
  triesMax: 12,
  /** The wait before the third try, doubled with each further one. */
  pauseSeconds: 0.002,
  /** The longest wait; all of them are half a second, which a commit to a standby far away takes at most. */
  pauseSecondsMax: 0.1,
} as const;

/** The only road from a request to a store. */
export interface Transact {
  /**
   * Loads the record, decides, and commits; the promise resolves when all that the decision changed is durable.
   *
   * @throws TidelockError `engine/overloaded`, `engine/contention`, `engine/closed`, `store/…`, and what the decision throws.
   */
  run<Value, Outcome>(transaction: Transaction<Value, Outcome>): Promise<Outcome | Stale>;
  /** Refuses what comes from now on, and waits for what came before. */
  close(): Promise<void>;
}

/** Faults of the whole store: trying the parts of a batch one by one would only ask it more often. */
const storeWideFaults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'store/unavailable',
  'store/locked',
  'store/full',
  'store/read-only',
  'store/closed',
  'store/newer',
  'store/not-a-database',
  'store/not-durable',
]);

export interface TransactRooms extends DecidingRooms {
  readonly store: AccountStore;
  readonly timer: Timer;
}

/**
 * Gathers the requests of a moment: one load, all decisions in order, one commit. Nobody is waited for: a batch is what came while
 * those before it were under way, so that a lone request goes at once, and under load batches are as large as the store is slow.
 */
export function createTransact(rooms: TransactRooms): Transact {
  const partitions = new Map<number, Partition>();
  const waiting: WaitingCount = { requests: 0 };
  let closed = false;

  return {
    run(transaction) {
      if (closed) return Promise.reject(new TidelockError('engine/closed'));
      const number = rooms.store.partitionOf(transaction.id);
      let partition = partitions.get(number);
      if (partition === undefined) {
        partition = new Partition(rooms, waiting);
        partitions.set(number, partition);
      }
      return partition.enqueue(transaction);
    },
    async close() {
      closed = true;
      await Promise.all([...partitions.values()].map((partition) => partition.drained()));
    },
  };
}

/** Over all partitions. */
interface WaitingCount {
  requests: number;
}

/** Accounts that may be loaded and committed together. No account is in two batches at once. */
class Partition {
  readonly #rooms: TransactRooms;
  readonly #waiting: WaitingCount;
  readonly #queue = new FairQueue<Job>();
  #batches = 0;
  /** How many accounts the batches under way have. */
  #accounts = 0;
  /** The accounts that wait before their next try, with the tries of the request that has had most. */
  readonly #conflicts = new Map<string, number>();
  #isStarting = false;
  #onIdle: (() => void)[] = [];

  constructor(rooms: TransactRooms, waiting: WaitingCount) {
    this.#rooms = rooms;
    this.#waiting = waiting;
  }

  enqueue<Value, Outcome>(transaction: Transaction<Value, Outcome>): Promise<Outcome | Stale> {
    const key = keyOf(transaction.id);
    const { queueMax, queueMaxOfAccount } = transactLimits;
    if (this.#waiting.requests >= queueMax || this.#queue.lengthOf(key) >= queueMaxOfAccount)
      return Promise.reject(new TidelockError('engine/overloaded', { retryAfterSeconds: 1 }));
    return new Promise((resolve, reject) => {
      // The queue holds requests on records of several kinds; each keeps its own pair of codec and decision.
      this.#queue.push(key, {
        transaction,
        resolve: resolve as (outcome: unknown) => void,
        reject,
        tries: 0,
      });
      this.#waiting.requests += 1;
      this.#start();
    });
  }

  async drained(): Promise<void> {
    if (this.#isIdle) return;
    await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  get #isIdle(): boolean {
    return this.#batches === 0 && this.#queue.turns === 0 && this.#conflicts.size === 0;
  }

  #start(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    void this.#startBatches();
  }

  async #startBatches(): Promise<void> {
    // Whoever else asks in this same turn of the loop comes along.
    await Promise.resolve();
    this.#isStarting = false;
    while (this.#isWorthABatch) void this.#runBatch();
  }

  /** Beside another batch only one that is as large: under load few large ones cost the store less than many small ones. */
  get #isWorthABatch(): boolean {
    const { turns } = this.#queue;
    return turns > 0 && turns >= this.#accounts && this.#batches < transactLimits.batchesAtOnce;
  }

  async #runBatch(): Promise<void> {
    this.#batches += 1;
    const { batchMax: itemsMax, batchMaxOfAccount: itemsOfKeyMax } = transactLimits;
    const works = this.#queue
      .take({ itemsMax, itemsOfKeyMax })
      .map(({ key, items }): AccountWork => ({ key, id: items[0]!.transaction.id, jobs: items }));
    for (const { jobs } of works) this.#waiting.requests -= jobs.length;
    this.#accounts += works.length;
    try {
      await this.#carryOut(works);
    } catch (cause) {
      // A store that keeps no promise of its port must not take everybody's requests with it. Whoever was answered stays so.
      const fault = new TidelockError('store/unavailable', { cause, retryAfterSeconds: 1 });
      for (const { jobs } of works) refuse(jobs, fault);
    }
    for (const { key } of works) this.#endTurn(key);
    this.#batches -= 1;
    this.#accounts -= works.length;
    this.#goOn();
  }

  #goOn(): void {
    if (this.#isWorthABatch) this.#start();
    if (this.#isIdle) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Whoever has lost a race twice lets the winner finish: until its commit is durable, each further try is lost as well. */
  #endTurn(key: string): void {
    const seconds = pauseAfter(this.#conflicts.get(key) ?? 0);
    if (seconds === 0) {
      this.#conflicts.delete(key);
      this.#queue.release(key);
      return;
    }
    this.#rooms.timer.after(seconds, () => {
      this.#conflicts.delete(key);
      this.#queue.release(key);
      this.#goOn();
    });
  }

  async #carryOut(works: readonly AccountWork[]): Promise<void> {
    let loaded: readonly (StoredAccount | null)[];
    try {
      loaded = await this.#rooms.store.load(works.map(({ id }) => id));
    } catch (error) {
      return this.#split(works, error, (half) => this.#carryOut(half));
    }
    const decidedWorks = works.map((work, index) => decideWork(work, loaded[index] ?? null, this.#rooms));
    for (const work of decidedWorks) if (work.change === null) settle(work);
    await this.#commit(decidedWorks.filter(({ change }) => change !== null));
  }

  async #commit(works: readonly DecidedWork[]): Promise<void> {
    if (works.length === 0) return;
    let results: readonly CommitResult[];
    try {
      results = await this.#rooms.store.commit(works.map(({ change }) => change!));
    } catch (error) {
      return this.#split(works, error, (half) => this.#commit(half));
    }
    for (const [index, work] of works.entries()) this.#finish(work, results[index] ?? 'unknown');
  }

  #finish(work: DecidedWork, result: CommitResult): void {
    if (result === 'committed') return settle(work);
    // SECURITY: `unknown` is never tried again, since the code may be spent.
    if (result === 'unknown')
      return refuse(work.jobs, new TidelockError('store/outcome-unknown', { retryAfterSeconds: 1 }));
    const again: Job[] = [];
    for (const job of work.jobs) {
      job.tries += 1;
      if (job.tries >= transactLimits.triesMax)
        job.reject(new TidelockError('engine/contention', { retryAfterSeconds: 1 }));
      else again.push(job);
    }
    this.#waiting.requests += again.length;
    this.#queue.putBack(work.key, again);
    if (again.length > 0) this.#conflicts.set(work.key, Math.max(...again.map(({ tries }) => tries)));
  }

  /** Halves a batch that failed, until what is bad stands alone and fails alone. */
  async #split<Work extends AccountWork>(
    works: readonly Work[],
    error: unknown,
    again: (half: readonly Work[]) => Promise<void>,
  ) {
    const isStoreWide = error instanceof TidelockError && storeWideFaults.has(error.code);
    if (isStoreWide) this.#refuseWaiting(error);
    if (works.length === 1 || isStoreWide) {
      for (const { jobs } of works) refuse(jobs, error);
      return;
    }
    const middle = Math.ceil(works.length / 2);
    await again(works.slice(0, middle));
    await again(works.slice(middle));
  }

  /** Whoever waited while the store failed would wait for its next failure: a request has one deadline and no row of them. */
  #refuseWaiting(error: TidelockError): void {
    const jobs = this.#queue.clear();
    this.#waiting.requests -= jobs.length;
    refuse(jobs, error);
  }
}

/** How long to wait after so many lost races, in seconds. */
function pauseAfter(tries: number): number {
  if (tries < 2) return 0;
  return Math.min(transactLimits.pauseSeconds * 2 ** (tries - 2), transactLimits.pauseSecondsMax);
}
