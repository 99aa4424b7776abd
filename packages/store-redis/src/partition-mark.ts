import { TidelockError } from '@tidelock/engine';
import type { KeyNames, PartitionKeys } from './keys.ts';
import { scriptOf, type Script } from './script.ts';

/** The format of the keys; a store of a higher one is refused. */
export const format = 1;

/** What the root says of a store. */
export interface RootMark {
  /** What stands in every partition: the format, and an id that no other store has. */
  readonly mark: string;
  /** Whether every partition has been made. */
  readonly isWhole: boolean;
}

export function rootText({ mark, isWhole }: RootMark): string {
  return `${mark} ${isWhole ? 'whole' : 'begun'}`;
}

/** @throws TidelockError `store/newer`, `store/not-a-database` */
export function parseRoot(text: string): RootMark {
  const [, mark, stored, state] = /^(([0-9]{1,6}) [0-9a-f-]{36}) (whole|begun)$/.exec(text) ?? [];
  if (Number(text.split(' ', 1)[0]) > format) throw new TidelockError('store/newer');
  if (mark === undefined || Number(stored) !== format)
    throw new TidelockError('store/not-a-database', { detail: foreignAdvice });
  return { mark, isWhole: state === 'whole' };
}

/** All fixed keys of a partition, accounts first. */
export function allKeysOf(names: KeyNames, partition: number): readonly string[] {
  const keys: PartitionKeys = names.of(partition);
  return [keys.accounts, keys.tenants, keys.messages, keys.due, keys.expiry, keys.messageIds];
}

/** What stands in the place of a mark where there is none, and yet some of the keys. */
export const foreignMark = 'foreign';
export const foreignAdvice = 'Another program has data under this prefix: set the option prefix.';

/** What a partition was found to be; an empty mark where there is nothing. */
export interface PartitionLook {
  readonly mark: string;
  /** How many fields stand beside each other, the mark itself included. */
  readonly fields: number;
}

const markOf = `
local mark = redis.call('HGET', KEYS[1], 'mark')
if not mark and redis.call('EXISTS', unpack(KEYS)) > 0 then mark = '${foreignMark}' end`;

/** KEYS: all of a partition. It asks for the time as a commit does, so that a user without the right to is told when it opens. */
export const lookScript: Script = scriptOf(`
redis.call('TIME')
${markOf}
return { mark or '', redis.call('HLEN', KEYS[1]) }`);

/** KEYS: all of a partition; ARGV: mark. Marks it where it is empty, and answers with the mark that stands there. */
export const markScript: Script = scriptOf(`
${markOf}
if mark then return mark end
redis.call('HSET', KEYS[1], 'mark', ARGV[1])
return ARGV[1]`);

/** KEYS: root; ARGV: what it must be, what it becomes. */
export const finishScript: Script = scriptOf(`
local root = redis.call('GET', KEYS[1])
if root == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
return root or ''`);
