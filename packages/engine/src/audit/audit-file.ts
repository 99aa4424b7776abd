import type { AuditEvent } from '../account/audit-event.ts';
import { bodyMembers } from '../audit-chain.ts';
import type { Platform } from '../ports/platform.ts';
import type { Checkpoint } from './checkpoint.ts';

/** The first line of an exported log: of what it is, and how it is verified. */
export interface FileStart {
  readonly type: 'tidelock-audit';
  readonly format: 1;
  readonly storeId: string;
  /** The audit key, sealed by each master key that the store knows, by the ids of these. */
  readonly auditKeys: { readonly [keyId: string]: string };
  /** One tenant's alone; null for all of them. */
  readonly tenant: string | null;
  /** One account's alone; null for all of them. */
  readonly account: string | null;
}

/** Before the events of an account: where its record says that the chain begins and ends. */
export interface AccountLine {
  readonly type: 'account';
  readonly tenant: string;
  readonly account: string;
  /** How many events there ever were: the sequence of the last. Null where the record cannot be read. */
  readonly events: number | null;
  /** The link of the last. */
  readonly link: string;
  readonly checkpoint: Checkpoint | null;
}

/** An event; salt and body are null where they were erased. */
export interface EventLine {
  readonly type: 'event';
  readonly tenant: string;
  readonly account: string;
  readonly sequence: number;
  readonly bodyHash: string;
  readonly link: string;
  readonly salt: string | null;
  readonly body: EventBody | null;
}

/** What an event says. */
export type EventBody = Omit<AuditEvent, 'tenant' | 'account' | 'sequence' | 'bodyHash' | 'link' | 'salt'>;

/** The last line, signed with the audit key. */
export interface FileHead {
  readonly type: 'head';
  readonly accounts: number;
  readonly events: number;
  /** When it was exported, seconds since the epoch. */
  readonly at: number;
  /** Over every line before, in their order: {@link runningDigest}. */
  readonly digest: string;
  readonly mac: string;
}

export type FileLine = FileStart | AccountLine | EventLine | FileHead;

/** The longest line that is read, in UTF-16 units: no event is near it. */
export const lineLengthMax: number = 64 * 1024;

/** The digest of all lines up to this one, from that of the lines before it; empty before the first. */
export function runningDigest(before: string, line: string, { digest }: Pick<Platform, 'digest'>): string {
  return digest(before + digest(line));
}

/** What a head signs, in this order. */
export function headTexts({ accounts, events, at, digest }: Omit<FileHead, 'type' | 'mac'>): string[] {
  return [String(accounts), String(events), String(at), digest];
}

/** The members of a body alone, whatever else an event of a store has. */
export function bodyOf(event: AuditEvent): EventBody {
  const members = bodyMembers
    .filter((member) => member !== 'salt' && event[member] !== undefined)
    .map((member) => [member, event[member]]);
  return Object.fromEntries(members);
}
