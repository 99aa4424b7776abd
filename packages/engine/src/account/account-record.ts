import type { ChainTail } from '../audit-chain.ts';
import { TidelockError } from '../tidelock-error.ts';
import { unknownAccount, type Account } from './account.ts';
import { completeFactor } from './factor.ts';
import { completeRecovery } from './recovery.ts';

/** How a record becomes text and comes back. */
export interface RecordCodec<Value> {
  /** @throws TidelockError `engine/record-unreadable` */
  decode(text: string | null): Value;
  /** @throws TidelockError `engine/record-too-large` */
  encode(value: Value): string;
  /** Where the chain of its events stands, which the record carries. */
  tailOf(value: Value): ChainTail;
  withTail(value: Value, tail: ChainTail): Value;
}

/** The longest record, in UTF-16 units: a bound on memory, well above what the policy's limits can fill. */
export const recordLengthMax: number = 32 * 1024;

/**
 * A codec of JSON records that carry the version of their shape. `readers` has one entry for every version ever
 * written; each turns its own into the newest, and none is ever taken out.
 */
export function jsonRecordCodec<Value extends { readonly eventCount: number; readonly eventLink: string }>(
  blank: Value,
  readers: { readonly [format: number]: (raw: never) => Value },
  lengthMax: number = recordLengthMax,
): RecordCodec<Value> {
  return {
    decode(text) {
      if (text === null) return blank;
      const raw = parse(text);
      const reader = readers[raw.format];
      if (reader === undefined)
        throw unreadable(`It has the format ${raw.format}; a newer version of Tidelock may read it.`);
      return reader(raw as never);
    },
    encode(value) {
      const text = JSON.stringify(value);
      if (text.length > lengthMax)
        throw new TidelockError('engine/record-too-large', {
          detail: `It may have ${lengthMax} characters.`,
        });
      return text;
    },
    tailOf: ({ eventCount, eventLink }) => ({ count: eventCount, link: eventLink }),
    withTail: (value, { count, link }) => ({ ...value, eventCount: count, eventLink: link }),
  };
}

const wholeAccounts = jsonRecordCodec<Account>(unknownAccount, {
  1: (raw: Partial<Account>) => ({
    ...unknownAccount,
    ...raw,
    factors: (raw.factors ?? []).map(completeFactor),
    recovery: raw.recovery ? completeRecovery(raw.recovery) : null,
  }),
});

/**
 * Accounts: format 1 is the first. A member that a record does not have is blank, whether it came to the shape later or nothing was
 * there to be said: most accounts have a third of the members.
 */
export const accountCodec: RecordCodec<Account> = {
  ...wholeAccounts,
  encode: (account) => wholeAccounts.encode(withoutBlanks(account)),
};

/** What the log is verified by, and what an account is at all, is written even where it is blank. */
const written: ReadonlySet<string> = new Set(['format', 'factors', 'eventCount', 'eventLink']);
const omitted = (Object.keys(unknownAccount) as (keyof Account)[]).filter((member) => !written.has(member));

/**
 * For writing alone: `decode` puts the blanks back. What a newer version of the shape has is kept, whatever it is. A member that JSON shall
 * not have is undefined rather than missing: a copy keeps its shape, and is made in a fifth of the time.
 */
function withoutBlanks(account: Account): Account {
  const kept: Record<string, unknown> = { ...account };
  for (const member of omitted) {
    const value = kept[member];
    const isEmpty = Array.isArray(value) && value.length === 0;
    if (value === unknownAccount[member] || isEmpty) kept[member] = undefined;
  }
  return kept as unknown as Account;
}

function parse(text: string): { readonly format: number } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw unreadable('It is not JSON.', cause);
  }
  if (typeof raw !== 'object' || raw === null || typeof (raw as { format?: unknown }).format !== 'number') {
    throw unreadable('It carries no format.');
  }
  return raw as { readonly format: number };
}

function unreadable(detail: string, cause?: unknown): TidelockError {
  return new TidelockError('engine/record-unreadable', { detail, cause });
}
