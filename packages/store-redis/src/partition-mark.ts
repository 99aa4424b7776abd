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
    throw new TidelockError('store/not-a-database', {
      detail: 'Another program has data under this prefix: set the option prefix.',
    });
  return { mark, isWhole: state === 'whole' };
}

/** All fixed keys of a partition, accounts first. */
export function allKeysOf(names: KeyNames, partition: number): readonly string[] {
  const keys: PartitionKeys = names.of(partition);
  return [keys.accounts, keys.tenants, keys.messages, keys.due, keys.expiry, keys.messageIds];
}

/** KEYS: all of a partition. Its mark; `foreign` where there is none and yet some of its keys, nothing where it is empty. */
export const lookScript: Script = scriptOf(`
local mark = redis.call('HGET', KEYS[1], 'mark')
if mark then return mark end
if redis.call('EXISTS', unpack(KEYS)) > 0 then return 'foreign' end
return ''`);

/** KEYS: all of a partition; ARGV: mark. Marks it where it is empty, and answers with the mark that stands there. */
export const markScript: Script = scriptOf(`
local mark = redis.call('HGET', KEYS[1], 'mark')
if mark then return mark end
if redis.call('EXISTS', unpack(KEYS)) > 0 then return 'foreign' end
redis.call('HSET', KEYS[1], 'mark', ARGV[1])
return ARGV[1]`);

/** KEYS: root; ARGV: what it must be, what it becomes. */
export const finishScript: Script = scriptOf(`
local root = redis.call('GET', KEYS[1])
if root == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
return root or ''`);
