import { keyOf, type AccountId } from './account/account-id.ts';
import { tombstoneOf, type AuditEvent } from './account/audit-event.ts';
import type { RecordCodec } from './account/account-record.ts';
import type { AuditChain } from './audit-chain.ts';
import type { Decided, Decision } from './decisions/decision.ts';
import { stale, type Stale } from './decisions/decision.ts';
import type {
  AccountChange,
  AccountStore,
  CommitResult,
  OutgoingMessage,
  StoredAccount,
} from './ports/account-store.ts';
import type { Clock } from './ports/clock.ts';
import { TidelockError, type ErrorCode } from './tidelock-error.ts';

/** How much waits, goes together and is tried again. */
export const transactLimits = {
  /** Requests in one batch: beyond this one commit grows longer without serving more a second. */
  batchMax: 256,
  /** Requests that may wait in one partition before further ones are refused: a bound on memory. */
  queueMax: 20_000,
  /** Tries of one request against writers in other processes. */
  triesMax: 12,
} as const;

/** One request on one record. */
export interface Transaction<Value, Outcome> {
  readonly id: AccountId;
  readonly codec: RecordCodec<Value>;
  /** Pure; called once a try with the newest record. What it throws is thrown to this caller alone. */
  decide(record: Value): Decision<Outcome, Value>;
}

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

interface Job {
  readonly transaction: Transaction<unknown, unknown>;
  readonly key: string;
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: unknown) => void;
  tries: number;
}

/** The jobs of one account in one batch, which share the fate of its commit. */
interface AccountWork {
  readonly id: AccountId;
  readonly jobs: readonly Job[];
}

interface DecidedWork extends AccountWork {
  readonly settled: readonly (() => void)[];
  readonly change: AccountChange | null;
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
]);

export interface TransactRooms {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly chain: AuditChain;
}

/** Gathers the requests of a moment: one load, all decisions in order, one commit. */
export function createTransact({ store, clock, chain }: TransactRooms): Transact {
  const partitions = new Map<number, Partition>();
  let closed = false;

  return {
    run(transaction) {
      if (closed) return Promise.reject(new TidelockError('engine/closed'));
      const number = store.partitionOf(transaction.id);
      let partition = partitions.get(number);
      if (partition === undefined) {
        partition = new Partition({ store, clock, chain });
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

class Partition {
  readonly #rooms: TransactRooms;
  #queue: Job[] = [];
  #pump: Promise<void> | null = null;

  constructor(rooms: TransactRooms) {
    this.#rooms = rooms;
  }

  enqueue<Value, Outcome>(transaction: Transaction<Value, Outcome>): Promise<Outcome | Stale> {
    if (this.#queue.length >= transactLimits.queueMax) {
      return Promise.reject(new TidelockError('engine/overloaded', { retryAfterSeconds: 1 }));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({
        // The queue holds requests on records of several kinds; each keeps its own pair of codec and decision.
        transaction,
        key: keyOf(transaction.id),
        resolve: resolve as (outcome: unknown) => void,
        reject,
        tries: 0,
      });
      this.#pump ??= this.#run();
    });
  }

  async drained(): Promise<void> {
    while (this.#pump !== null) await this.#pump;
  }

  /** One batch after another; while one is under way the next one gathers. */
  async #run(): Promise<void> {
    // Whoever else asks in this same turn of the loop comes along.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, transactLimits.batchMax);
      try {
        await this.#carryOut(groupByAccount(batch));
      } catch (cause) {
        // A store that keeps no promise of its port must not take everybody's requests with it. Whoever was answered stays so.
        refuse(batch, new TidelockError('store/unavailable', { cause, retryAfterSeconds: 1 }));
      }
    }
    this.#pump = null;
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
    for (const job of work.jobs) {
      job.tries += 1;
      if (job.tries >= transactLimits.triesMax)
        job.reject(new TidelockError('engine/contention', { retryAfterSeconds: 1 }));
      else this.#queue.push(job);
    }
  }

  /** Halves a batch that failed, until what is bad stands alone and fails alone. */
  async #split<Work extends AccountWork>(
    works: readonly Work[],
    error: unknown,
    again: (half: readonly Work[]) => Promise<void>,
  ) {
    const storeWide = error instanceof TidelockError && storeWideFaults.has(error.code);
    if (works.length === 1 || storeWide) {
      for (const { jobs } of works) refuse(jobs, error);
      return;
    }
    const middle = Math.ceil(works.length / 2);
    await again(works.slice(0, middle));
    await again(works.slice(middle));
  }
}

function groupByAccount(batch: readonly Job[]): readonly AccountWork[] {
  const works = new Map<string, { id: AccountId; jobs: Job[] }>();
  for (const job of batch) {
    const work = works.get(job.key);
    if (work === undefined) works.set(job.key, { id: job.transaction.id, jobs: [job] });
    else work.jobs.push(job);
  }
  return [...works.values()];
}

/** Runs the decisions of one account in the order in which they came, each on what the one before it left. */
function decideWork(
  { id, jobs }: AccountWork,
  stored: StoredAccount | null,
  rooms: TransactRooms,
): DecidedWork {
  const { codec } = jobs[0]!.transaction;
  const settled: (() => void)[] = [];
  const deciding: Job[] = [];
  try {
    const loaded = codec.decode(stored?.record ?? null);
    const state: WorkState = { record: loaded, events: [], messages: [], upkeep: {} };
    for (const job of jobs) {
      const outcome = decideJob(job, state, id, rooms);
      if (outcome === null) continue;
      deciding.push(job);
      const { fault, value } = outcome;
      settled.push(fault === undefined ? () => job.resolve(value) : () => job.reject(fault));
    }
    const changed = state.record !== loaded || state.messages.length > 0;
    if (!changed) return { id, jobs: deciding, settled, change: null };
    const change: AccountChange = {
      id,
      expectedVersion: stored?.version ?? 0,
      record: codec.encode(state.record),
      events: state.events,
      messages: state.messages,
      ...state.upkeep,
    };
    return { id, jobs: deciding, settled, change };
  } catch (error) {
    // The record does not decode, or does not fit: the fault of this account alone.
    refuse(jobs, error);
    return { id, jobs: [], settled: [], change: null };
  }
}

interface WorkState {
  record: unknown;
  events: AuditEvent[];
  messages: OutgoingMessage[];
  upkeep: Pick<AccountChange, 'erasedAt' | 'prunedThrough'>;
}

/** A decision that throws fails alone, and leaves the state as it was. */
function decideJob(
  { transaction, reject }: Job,
  state: WorkState,
  id: AccountId,
  rooms: TransactRooms,
): { readonly value: unknown; readonly fault?: Error | undefined } | null {
  let decision: Decision<unknown, unknown>;
  try {
    decision = transaction.decide(state.record);
  } catch (error) {
    reject(error);
    return null;
  }
  if (decision.kind === 'stale') return { value: stale };
  apply(decision, state, transaction.codec, id, rooms);
  return { value: decision.outcome, fault: decision.fault };
}

function apply(
  decision: Decided<unknown, unknown>,
  state: WorkState,
  codec: RecordCodec<unknown>,
  id: AccountId,
  { clock, chain }: TransactRooms,
): void {
  const at = Math.round(clock.now() * 1000) / 1000;
  if (decision.erases === true) {
    // Also what others decided in this very batch, which is not in the store yet.
    state.upkeep = { ...state.upkeep, erasedAt: at };
    state.events = state.events.map((event) => tombstoneOf(event, at));
    state.messages = [];
  }
  if (decision.prunedThrough !== undefined)
    state.upkeep = { ...state.upkeep, prunedThrough: decision.prunedThrough };
  state.messages.push(...decision.messages);
  state.record = decision.record;
  if (decision.events.length === 0) return;
  let tail = codec.tailOf(decision.record);
  for (const draft of decision.events) {
    const event = chain.append(id, tail, at, draft);
    state.events.push(event);
    tail = { count: event.sequence, link: event.link };
  }
  state.record = codec.withTail(decision.record, tail);
}

function settle({ settled }: DecidedWork): void {
  for (const resolve of settled) resolve();
}

function refuse(jobs: readonly Job[], error: unknown): void {
  for (const job of jobs) job.reject(error);
}
