import { marked, scriptOf, type Script } from './script.ts';

/* KEYS of all three: accounts, messages, due, expiry, message ids. */

const names = `
local messages, due, expiry, ids = KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local function drop(id)
  redis.call('HDEL', messages, id)
  for _, key in ipairs({ due, expiry, ids }) do redis.call('ZREM', key, id) end
end`;

/**
 * ARGV: mark, now, how many to pass over, limit. Deletes what has expired; ids and times of what may be claimed, one after the
 * other, the earliest first.
 */
export const dueMessagesScript: Script = scriptOf(`
${marked}
${names}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', expiry, '-inf', ARGV[2])) do drop(id) end
return redis.call('ZRANGEBYSCORE', due, '-inf', ARGV[2], 'WITHSCORES', 'LIMIT', ARGV[3], ARGV[4])`);

/** ARGV: mark, now, end of the lease, ids. Leases those that still may be claimed; ids and texts, one after the other. */
export const leaseMessagesScript: Script = scriptOf(`
${marked}
${names}
local leased = {}
for index = 4, #ARGV do
  local id = ARGV[index]
  local score = redis.call('ZSCORE', due, id)
  if score and tonumber(score) <= tonumber(ARGV[2]) then
    redis.call('ZADD', due, ARGV[3], id)
    table.insert(leased, id)
    table.insert(leased, redis.call('HGET', messages, id))
  end
end
return leased`);

/** ARGV: mark, how many are settled, their ids, then ids and new times (or nothing) of what is to be tried again. */
export const settleMessagesScript: Script = scriptOf(`
${marked}
${names}
local settled = tonumber(ARGV[2])
for index = 3, 2 + settled do drop(ARGV[index]) end
for index = 3 + settled, #ARGV, 2 do
  local id, dueAt = ARGV[index], ARGV[index + 1]
  local text = redis.call('HGET', messages, id)
  if text then
    local before, rest = string.match(text, '^([^\\n]*)(\\n.*)$')
    if dueAt == '' then dueAt = before end
    redis.call('HSET', messages, id, dueAt .. rest)
    redis.call('ZADD', due, dueAt, id)
  end
end
return 'done'`);
