import type { AccountId } from './account/account-id.ts';
import type { RecordCodec } from './account/account-record.ts';
import { tombstoneOf, type AuditEvent } from './account/audit-event.ts';
import type { AuditChain } from './audit-chain.ts';
import type { Decided, Decision } from './decisions/decision.ts';
import { stale } from './decisions/decision.ts';
import type { AccountChange, OutgoingMessage, StoredAccount } from './ports/account-store.ts';
import type { Clock } from './ports/clock.ts';

/** One request on one record. */
export interface Transaction<Value, Outcome> {
  readonly id: AccountId;
  readonly codec: RecordCodec<Value>;
  /** Pure; called once a try with the newest record. What it throws is thrown to this caller alone. */
  decide(record: Value): Decision<Outcome, Value>;
}

/** A request that waits for its answer. */
export interface Job {
  readonly transaction: Transaction<unknown, unknown>;
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: unknown) => void;
  tries: number;
}

/** The jobs of one account in one batch, which share the fate of its commit. */
export interface AccountWork {
  readonly key: string;
  readonly id: AccountId;
  readonly jobs: readonly Job[];
}

/** What was decided; `change` is null where nothing is to be written, and everybody can be answered at once. */
export interface DecidedWork extends AccountWork {
  readonly settled: readonly (() => void)[];
  readonly change: AccountChange | null;
}

export interface DecidingRooms {
  readonly clock: Clock;
  readonly chain: AuditChain;
}

/** Runs the decisions of one account in the order in which they came, each on what the one before it left. */
export function decideWork(
  work: AccountWork,
  stored: StoredAccount | null,
  rooms: DecidingRooms,
): DecidedWork {
  const { id, jobs } = work;
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
    if (!changed) return { ...work, jobs: deciding, settled, change: null };
    const change: AccountChange = {
      id,
      expectedVersion: stored?.version ?? 0,
      record: codec.encode(state.record),
      events: state.events,
      messages: state.messages,
      ...state.upkeep,
    };
    return { ...work, jobs: deciding, settled, change };
  } catch (error) {
    // The record does not decode, or does not fit: the fault of this account alone.
    refuse(jobs, error);
    return { ...work, jobs: [], settled: [], change: null };
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
  rooms: DecidingRooms,
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
  { clock, chain }: DecidingRooms,
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

export function settle({ settled }: DecidedWork): void {
  for (const resolve of settled) resolve();
}

export function refuse(jobs: readonly Job[], error: unknown): void {
  for (const job of jobs) job.reject(error);
}
