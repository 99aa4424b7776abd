import type { CommitResult, ErrorCode } from '@tidelock/engine';

/**
 * What passes between the store and its worker. Batches are flat arrays of strings and numbers: these are copied from
 * thread to thread at the speed of memory, and nested objects are not.
 */
export interface WorkerCalls {
  /** tenant, account, for each account. */
  readonly load: { request: readonly string[]; answer: readonly AccountState[] };
  readonly commit: { request: readonly FlatChange[]; answer: readonly CommitResult[] };
  readonly events: { request: FlatEventQuery; answer: readonly FlatEvent[] };
  readonly accounts: { request: FlatAccountQuery; answer: readonly FlatSummary[] };
  readonly tenants: { request: FlatListQuery; answer: readonly string[] };
  readonly messages: { request: FlatListQuery; answer: readonly FlatMessage[] };
  readonly claim: {
    request: readonly [limit: number, leaseSeconds: number, now: number];
    answer: readonly FlatMessage[];
  };
  readonly settle: { request: readonly FlatResult[]; answer: null };
  readonly close: { request: null; answer: null };
}

export type CallKind = keyof WorkerCalls;
export type RequestOf<Kind extends CallKind> = WorkerCalls[Kind]['request'];
export type AnswerOf<Kind extends CallKind> = WorkerCalls[Kind]['answer'];

export type AccountState = readonly [version: number, record: string | null] | null;

export type FlatChange = readonly [
  tenant: string,
  account: string,
  expectedVersion: number,
  record: string | null,
  /** sequence, at, body, for each event. */
  events: readonly (string | number)[],
  /** id, channel, payload, dueAt, expiresAt, for each message. */
  messages: readonly (string | number)[],
  erasedAt: number | null,
  prunedThrough: number | null,
];

export type FlatEventQuery = readonly [
  tenant: string,
  account: string | null,
  before: number | null,
  limit: number,
];
export type FlatEvent = readonly [
  position: number,
  account: string,
  sequence: number,
  at: number,
  body: string,
];
export type FlatAccountQuery = readonly [tenant: string, after: string, limit: number];
/** Null before the first page: an empty name is a name, that of the reserved tenant. */
export type FlatListQuery = readonly [after: string | null, limit: number];
export type FlatSummary = readonly [account: string, version: number];
export type FlatMessage = readonly [
  id: string,
  tenant: string,
  account: string,
  channel: string,
  payload: string,
  dueAt: number,
  expiresAt: number,
];

export type FlatResult = readonly [id: string, outcome: 'settled' | 'retry', dueAt: number | null];

/** A fault on its way to the thread that throws it. */
export interface Fault {
  readonly code: ErrorCode;
  readonly detail: string;
}

export type WorkerRequest = readonly [call: number, kind: CallKind, request: unknown];
export type WorkerAnswer = readonly [call: number, fault: Fault | null, answer: unknown];

/** What the worker is started with. */
export interface SessionOptions {
  /** Absolute, or `:memory:`. */
  readonly path: string;
  readonly lockTimeoutSeconds: number;
  /** Whether a file that does not exist may be made: only until this store has once been open. */
  readonly mayCreate: boolean;
}

/** The path of a database that lives in the worker's memory. */
export const memoryPath = ':memory:';
