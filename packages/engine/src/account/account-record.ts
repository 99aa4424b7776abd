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

/** Accounts: format 1 is the first. A member that came to it later has its blank value in older records. */
export const accountCodec: RecordCodec<Account> = jsonRecordCodec(unknownAccount, {
  1: (raw: Partial<Account>) => ({
    ...unknownAccount,
    ...raw,
    factors: (raw.factors ?? []).map(completeFactor),
    recovery: raw.recovery ? completeRecovery(raw.recovery) : null,
  }),
});

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
