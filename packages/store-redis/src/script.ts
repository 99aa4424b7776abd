import { createHash } from 'node:crypto';

/** A program in Lua that a server carries out as one step, known to it by the hash of its text. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

export function scriptOf(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/** What a script answers with where a mark is not that of the store. */
export const goneReply: string = "redis.error_reply('TIDELOCKGONE the partition is not there')";

/**
 * How a script of one partition begins: KEYS[1] is the partition's accounts, ARGV[1] the mark that must stand there.
 *
 * SECURITY: a partition that was there and is gone is a fault. Taken for empty, it would switch off the second factor of
 * everybody in it (design §3); `data that is gone is not made anew` goes red without this.
 */
export const marked: string = `
  if redis.call('HGET', KEYS[1], 'mark') ~= ARGV[1] then
    return ${goneReply}
  end`;
