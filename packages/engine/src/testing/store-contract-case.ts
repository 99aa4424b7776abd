import type { AccountId } from '../account/account-id.ts';
import type { AuditEvent } from '../account/audit-event.ts';
import type { AccountChange, AccountStore, OutgoingMessage } from '../ports/account-store.ts';
import type { RaceJob, RaceReport } from './store-racer.ts';

/** As much of a test runner's `expect` as the contract needs; vitest's fits. */
export type Expect = (actual: unknown) => {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
};

/** Another process that has a store open on the same database. */
export interface Racer {
  run(job: RaceJob): Promise<RaceReport>;
}

export interface CaseContext {
  /** New and empty for every case. */
  readonly store: AccountStore;
  readonly expect: Expect;
  /** Four processes on the same database; none where the store lives in one process only. */
  readonly racers: readonly Racer[];
}

/** One article of the law: a sentence, and what shows that it is kept. */
export interface ContractCase {
  readonly name: string;
  run(context: CaseContext): Promise<void>;
}

export const tenant = 'acme';
export const alice: AccountId = { tenant, account: 'alice' };
export const bob: AccountId = { tenant, account: 'bob' };

/** A change with nothing in it but its record, where no more is said. */
export function changeOf(
  id: AccountId,
  expectedVersion: number,
  rest: Partial<AccountChange> = {},
): AccountChange {
  return { id, expectedVersion, record: `v${expectedVersion + 1}`, events: [], messages: [], ...rest };
}

/** `count` events of an account, from the sequence `first` on. */
export function eventsOf(id: AccountId, first: number, count = 1): AuditEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    ...id,
    kind: 'verification-rejected',
    method: 'totp',
    reason: 'wrong',
    note: `"quoted" %_ 日本 🔐`,
    failures: first + index,
    sequence: first + index,
    at: 1_700_000_000.125 + first + index,
    salt: 'salt',
    bodyHash: 'hash',
    link: `link ${first + index}`,
  }));
}

/** A message that is due at 100 and expires at 1,000, where no more is said. */
export function messageOf(
  accountId: AccountId,
  id: string,
  rest: Partial<OutgoingMessage> = {},
): OutgoingMessage {
  return { id, accountId, channel: 'email', payload: `sealed ${id}`, dueAt: 100, expiresAt: 1_000, ...rest };
}

/** The code or the name of the error with which a promise rejects; `resolved` where it does not. */
export async function faultOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'code' in error ? String(error.code) : error.name;
  }
}

/** All items of an async iterable. */
export async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The sequences of the events that a query gives, in its order. */
export async function sequencesOf(
  store: AccountStore,
  { tenant, account }: AccountId,
  limit = 1_000,
): Promise<number[]> {
  return (await listOf(store.readEvents({ tenant, account, limit }))).map(({ sequence }) => sequence);
}
