import type { Account } from '../account/account.ts';
import type { AccountId } from '../account/account-id.ts';
import type { EventDraft } from '../account/audit-event.ts';
import type { NoticeSettings } from '../account/notice.ts';
import type { Policy } from '../policy.ts';
import type { OutgoingMessage } from '../ports/account-store.ts';
import type { Platform } from '../ports/platform.ts';
import type { Vault } from '../vault.ts';

/** What a decision may look at besides the record and the command. It draws its own randomness, anew at each try. */
export interface DecisionContext {
  readonly id: AccountId;
  /** Seconds since the epoch. */
  readonly now: number;
  /** The number of the store's epoch. */
  readonly epoch: number;
  readonly policy: Policy;
  readonly issuer: string;
  readonly vault: Vault;
  /** Null where there is no channel: nothing can be mailed then. */
  readonly notices: NoticeSettings | null;
  readonly platform: Pick<Platform, 'random' | 'digest' | 'encode' | 'equal'>;
}

/** The record as it shall be, what is logged and sent, and what the caller hears once all of it is durable. */
export interface Decided<Outcome, Value = Account> {
  readonly kind: 'decided';
  readonly record: Value;
  readonly events: readonly EventDraft[];
  readonly messages: readonly OutgoingMessage[];
  /** What the "this was not me" link of its notices carries. SECURITY: its hash alone is kept. */
  readonly notMeToken?: string;
  readonly outcome: Outcome;
  /** Whether what the account's events said before is erased, and what waits to be sent for it is deleted. */
  readonly erases?: true;
  /** Up to which of its events the account's log is deleted. */
  readonly prunedThrough?: number;
  /** Thrown to the caller once all of this is durable, in place of the outcome: a refusal that is logged. */
  readonly fault?: Error;
}

/** The slow part was prepared for a record that has changed since, or not at all: it is prepared anew. */
export interface Stale {
  readonly kind: 'stale';
}

export type Decision<Outcome, Value = Account> = Decided<Outcome, Value> | Stale;

export const stale: Stale = Object.freeze({ kind: 'stale' });

/** Shorthand for a decision that sends nothing. */
export function decided<Outcome, Value>(
  record: Value,
  outcome: Outcome,
  ...events: readonly EventDraft[]
): Decided<Outcome, Value> {
  return { kind: 'decided', record, events, messages: [], outcome };
}

/** An id or a token: 128 random bits (ASVS 11.5.1) behind a prefix that tells whoever finds one what leaked. */
export function newToken(prefix: string, { platform }: Pick<DecisionContext, 'platform'>): string {
  return `${prefix}_${platform.encode(platform.random.bytes(16))}`;
}
