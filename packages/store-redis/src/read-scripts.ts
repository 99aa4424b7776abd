import { goneReply, marked, scriptOf, type Script } from './script.ts';

/** KEYS: the accounts of several partitions; ARGV: mark, and for each of them how many fields, and these. Their values, in this order. */
export const loadScript: Script = scriptOf(`
local values, place = {}, 2
for _, key in ipairs(KEYS) do
  local count = tonumber(ARGV[place])
  local stored = redis.call('HMGET', key, 'mark', unpack(ARGV, place + 1, place + count))
  -- SECURITY: rule 3, as in every script (script.ts).
  if stored[1] ~= ARGV[1] then return ${goneReply} end
  for number = 1, count do values[#values + 1] = stored[number + 1] end
  place = place + count + 1
end
return values`);

/** KEYS: accounts, log, events; ARGV: mark, bound, limit. Events of one account, newest first. */
export const accountEventsScript: Script = scriptOf(`
${marked}
local last = redis.call('LLEN', KEYS[2])
if ARGV[2] ~= '+inf' then
  local isOpen = string.sub(ARGV[2], 1, 1) == '('
  local bound = tonumber(isOpen and string.sub(ARGV[2], 2) or ARGV[2])
  local first = 0
  while first < last do
    local middle = math.floor((first + last) / 2)
    local position = tonumber(redis.call('LINDEX', KEYS[2], middle))
    if position < bound or (position == bound and not isOpen) then first = middle + 1 else last = middle end
  end
end
local events = {}
if last == 0 then return events end
local positions = redis.call('LRANGE', KEYS[2], math.max(0, last - tonumber(ARGV[3])), last - 1)
for index = #positions, 1, -1 do
  table.insert(events, redis.call('ZRANGEBYSCORE', KEYS[3], positions[index], positions[index])[1])
end
return events`);

/** KEYS: accounts, events; ARGV: mark, bound, limit. Events of one tenant, newest first. */
export const tenantEventsScript: Script = scriptOf(`
${marked}
return redis.call('ZREVRANGEBYSCORE', KEYS[2], ARGV[2], '-inf', 'LIMIT', 0, ARGV[3])`);

/** KEYS: accounts, index; ARGV: mark, after, limit, tenant's part of the field. Ids and values, one after the other. */
export const listAccountsScript: Script = scriptOf(`
${marked}
local list = {}
for _, account in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], '(' .. ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
  local value = redis.call('HGET', KEYS[1], ARGV[4] .. account)
  table.insert(list, account)
  table.insert(list, string.match(value, '^%d+'))
end
return list`);

/** KEYS: accounts, tenants; ARGV: mark, bound, limit. */
export const listTenantsScript: Script = scriptOf(`
${marked}
return redis.call('ZRANGEBYLEX', KEYS[2], ARGV[2], '+', 'LIMIT', 0, ARGV[3])`);

/** KEYS: accounts, message ids, messages; ARGV: mark, after, limit. Ids and texts, one after the other. */
export const listMessagesScript: Script = scriptOf(`
${marked}
local list = {}
for _, id in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], '(' .. ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
  table.insert(list, id)
  table.insert(list, redis.call('HGET', KEYS[3], id))
end
return list`);
