import { keyOf, type AccountChange } from '@tidelock/engine';
import type { KeyNames } from './keys.ts';
import { accountText, erasedBody, eventText, messageText, ownerText } from './rows.ts';
import { goneReply, scriptOf, type Script } from './script.ts';

/** A script's keys, and its arguments after those that every script has. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly values: readonly (string | number)[];
}

/** What the script answers where it has written nothing, since a message has the id of another one. */
export const refusedAnswer = 'refused';

/** Changes of one partition. */
export interface ChangeGroup {
  readonly partition: number;
  readonly changes: readonly AccountChange[];
}

/**
 * What {@link commitScript} gets of some changes: of one partition, or of several that lie on one server.
 *
 * First how many partitions; then of each: the place of the first of its six keys, how many changes, and these. Each change is: field,
 * expected version, new value, whether it has a record, the places of three keys, tenant, account, owner, `erasedAt` and
 * `prunedThrough` or nothing, how many events, they, how many messages, they (4 values each).
 */
export function commitCall(names: KeyNames, groups: readonly ChangeGroup[]): ScriptCall {
  const keys: string[] = [];
  const values: (string | number)[] = [groups.length];
  for (const group of groups) addGroup(names, group, keys, values);
  return { keys, values };
}

function addGroup(
  names: KeyNames,
  { partition, changes }: ChangeGroup,
  keys: string[],
  values: (string | number)[],
): void {
  const { accounts, tenants, messages, due, expiry, messageIds } = names.of(partition);
  values.push(keys.push(accounts), changes.length);
  keys.push(tenants, messages, due, expiry, messageIds);
  const tenantKeys = new Map<string, number>();
  for (const change of changes) {
    const { tenant, account } = change.id;
    let place = tenantKeys.get(tenant);
    if (place === undefined) {
      place = keys.push(names.index(partition, tenant), names.events(partition, tenant)) - 1;
      tenantKeys.set(tenant, place);
    }
    const logPlace = keys.push(names.log(partition, change.id));
    values.push(
      keyOf(change.id),
      change.expectedVersion,
      accountText(change.expectedVersion + 1, change.record),
      change.record === null ? 0 : 1,
      place,
      place + 1,
      logPlace,
      tenant,
      account,
      ownerText(change.id),
      change.erasedAt ?? '',
      change.prunedThrough ?? '',
      change.events.length,
    );
    for (const event of change.events) values.push(eventText(event));
    values.push(change.messages.length);
    for (const message of change.messages)
      values.push(message.id, message.dueAt, message.expiresAt, messageText(message));
  }
}

/**
 * Carries out changes: each whose expected version is the stored one, wholly, the others not at all. It answers with a digit for
 * each, 1 for those that won; or with `refused`, and then nothing was written: all that may refuse, a partition that is gone among it,
 * is looked at before the first write, since what a script has written before it fails stays. ARGV begins with the mark and with
 * `commit`, or `check`, which writes nothing at all.
 *
 * An event's position is the server's clock, or one more than the partition's last: it grows with the order of commits, also
 * when the clock goes back or another server takes over.
 */
export const commitScript: Script = scriptOf(`
local place = 2
local function take()
  place = place + 1
  return ARGV[place]
end
local function takeChange()
  local change = {
    field = take(), expected = take(), value = take(), hasRecord = take() == '1',
    index = KEYS[tonumber(take())], events = KEYS[tonumber(take())], log = KEYS[tonumber(take())],
    tenant = take(), account = take(), owner = take(), erasedAt = take(), prunedThrough = take(),
    texts = {}, messages = {},
  }
  for number = 1, tonumber(take()) do change.texts[number] = take() end
  for number = 1, tonumber(take()) do
    change.messages[number] = { id = take(), dueAt = take(), expiresAt = take(), text = take() }
  end
  return change
end

local groups, results = {}, {}
for number = 1, tonumber(take()) do
  local first = tonumber(take())
  local group = {
    accounts = KEYS[first], tenants = KEYS[first + 1], messages = KEYS[first + 2],
    due = KEYS[first + 3], expiry = KEYS[first + 4], ids = KEYS[first + 5], changes = {},
  }
  local fields, sent = {'mark', 'clock'}, {}
  for index = 1, tonumber(take()) do
    local change = takeChange()
    group.changes[index] = change
    fields[index + 2] = change.field
  end
  -- SECURITY: rule 3, as in every script (script.ts), and for each partition before the first write into any.
  local stored = redis.call('HMGET', group.accounts, unpack(fields))
  if stored[1] ~= ARGV[1] then return ${goneReply} end
  group.clock = tonumber(stored[2] or 0)
  for index, change in ipairs(group.changes) do
    local value = stored[index + 2]
    local version = value and (string.match(value, '^(%d+)\\n') or value) or '0'
    change.stored = value
    change.won = version == change.expected
    results[#results + 1] = change.won and 1 or 0
    if change.won then
      for _, message in ipairs(change.messages) do
        if sent[message.id] or redis.call('HEXISTS', group.messages, message.id) == 1 then return '${refusedAnswer}' end
        sent[message.id] = true
      end
    end
  end
  groups[number] = group
end
if ARGV[2] == 'check' then return '' end

local function eventAt(change, position)
  return redis.call('ZRANGEBYSCORE', change.events, position, position)[1]
end

local function erase(group, change)
  for _, position in ipairs(redis.call('LRANGE', change.log, 0, -1)) do
    local text = eventAt(change, position)
    local account, sequence, hash, link =
      string.match(text or '', '^[^\\n]*\\n([^\\n]*)\\n([^\\n]*)\\n[^\\n]*\\n([^\\n]*)\\n([^\\n]*)\\n')
    -- A script that fails here would have written half: what somebody else has deleted is passed over.
    if account then
      local tombstone = { position, account, sequence, change.erasedAt, hash, link, '${erasedBody}' }
      redis.call('ZREM', change.events, text)
      redis.call('ZADD', change.events, position, table.concat(tombstone, '\\n'))
    end
  end
  local waiting = redis.call('HGETALL', group.messages)
  for number = 1, #waiting, 2 do
    local id, owner = waiting[number], string.match(waiting[number + 1], '^[^\\n]*\\n[^\\n]*\\n([^\\n]*)\\n')
    if owner == change.owner then
      redis.call('HDEL', group.messages, id)
      for _, key in ipairs({ group.due, group.expiry, group.ids }) do redis.call('ZREM', key, id) end
    end
  end
end

local function prune(change)
  local through, first = tonumber(change.prunedThrough), 0
  while true do
    local position = redis.call('LINDEX', change.log, first)
    if not position then break end
    local sequence = string.match(eventAt(change, position) or '', '^[^\\n]*\\n[^\\n]*\\n([^\\n]*)\\n')
    if sequence and tonumber(sequence) > through then break end
    redis.call('ZREMRANGEBYSCORE', change.events, position, position)
    first = first + 1
  end
  if first > 0 then redis.call('LTRIM', change.log, first, -1) end
end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function write(group, change)
  if change.erasedAt ~= '' then erase(group, change) end
  if change.prunedThrough ~= '' then prune(change) end
  for _, text in ipairs(change.texts) do
    group.clock = math.max(group.clock + 1, now)
    local position = string.format('%.0f', group.clock)
    redis.call('ZADD', change.events, position, position .. '\\n' .. text)
    redis.call('RPUSH', change.log, position)
  end
  for _, message in ipairs(change.messages) do
    redis.call('HSET', group.messages, message.id, message.text)
    redis.call('ZADD', group.due, message.dueAt, message.id)
    redis.call('ZADD', group.expiry, message.expiresAt, message.id)
    redis.call('ZADD', group.ids, 0, message.id)
  end
  if not change.stored then redis.call('ZADD', group.tenants, 0, change.tenant) end
  local hadRecord = change.stored and string.find(change.stored, '\\n', 1, true) ~= nil
  if change.hasRecord and not hadRecord then redis.call('ZADD', change.index, 0, change.account) end
  if hadRecord and not change.hasRecord then redis.call('ZREM', change.index, change.account) end
end
for _, group in ipairs(groups) do
  local writes = {}
  for _, change in ipairs(group.changes) do
    if change.won then
      write(group, change)
      writes[#writes + 1] = change.field
      writes[#writes + 1] = change.value
    end
  end
  if #writes > 0 then
    redis.call('HSET', group.accounts, 'clock', string.format('%.0f', group.clock), unpack(writes))
  end
end
return table.concat(results)`);
