/**
 * The scripts of the shared store. Money is whole nano-dollars: below 2^53 Lua's numbers are exact, and `%.0f` writes them without an exponent.
 * The server's own clock decides windows and leases. Keys of one call share a hash tag, so that a cluster keeps them on one node.
 *
 * Per scope and window there are a hash (`spent`, `held`, `expired`, `expiredHolds`, and `h:<id>` per hold), and beside it
 * `<key>:l` (leases by the time they end) and `<key>:d` (ids settled lately).
 */

const COMMON = `
local function clock()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end
local function number(key, field) return tonumber(redis.call('HGET', key, field) or '0') end
local function text(value) return string.format('%.0f', value) end
local function sweep(key, now)
  local over = redis.call('ZRANGEBYSCORE', key .. ':l', '-inf', now, 'LIMIT', 0, 20)
  for _, id in ipairs(over) do
    local amount = redis.call('HGET', key, 'h:' .. id)
    redis.call('ZREM', key .. ':l', id)
    if amount then
      redis.call('HDEL', key, 'h:' .. id)
      redis.call('HINCRBY', key, 'held', '-' .. amount)
      redis.call('HINCRBY', key, 'spent', amount)
      redis.call('HINCRBY', key, 'expired', amount)
      redis.call('HINCRBY', key, 'expiredHolds', 1)
      redis.call('ZADD', key .. ':d', now, id)
    end
  end
end
`;

/**
 * KEYS: three windows (before, now, after by the caller's clock) per scope.
 * ARGV: id, amount, lease ms, force, scopes; then per scope: cap, and start and end of the three windows.
 * Answers `{'held', replayed, remaining, window index…}`, `{'denied', scope index, remaining}`, `{'settled'}` or `{'clock', now}`.
 */
export const RESERVE = `${COMMON}
local now = clock()
local id, amount, lease, force, scopes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local chosen, caps, ends, replayed = {}, {}, {}, true
for s = 1, scopes do
  local at = 6 + (s - 1) * 7
  local found, current = nil, nil
  for w = 1, 3 do
    local key = KEYS[(s - 1) * 3 + w]
    if redis.call('HEXISTS', key, 'h:' .. id) == 1 then found = w end
    if redis.call('ZSCORE', key .. ':d', id) then return {'settled'} end
    if now >= tonumber(ARGV[at + 2 * w - 1]) and now < tonumber(ARGV[at + 2 * w]) then current = w end
  end
  if not found then replayed = false end
  if not found and not current then return {'clock', text(now)} end
  chosen[s] = found or current
  caps[s] = tonumber(ARGV[at])
  ends[s] = tonumber(ARGV[at + 2 * chosen[s]])
end
local remaining = nil
for s = 1, scopes do
  local key = KEYS[(s - 1) * 3 + chosen[s]]
  sweep(key, now)
  local left = caps[s] - number(key, 'spent') - number(key, 'held')
  if not replayed and force == '0' and left < amount then return {'denied', s, text(math.max(0, left))} end
  if remaining == nil or left < remaining then remaining = left end
end
if not replayed then
  for s = 1, scopes do
    local key = KEYS[(s - 1) * 3 + chosen[s]]
    redis.call('HSET', key, 'h:' .. id, text(amount))
    redis.call('HINCRBY', key, 'held', text(amount))
    redis.call('ZADD', key .. ':l', text(now + lease), id)
    local keep = text(ends[s] + 172800000 + lease)
    redis.call('PEXPIREAT', key, keep)
    redis.call('PEXPIREAT', key .. ':l', keep)
  end
  remaining = remaining - amount
end
local answer = {'held', replayed and 1 or 0, text(remaining)}
for s = 1, scopes do answer[3 + s] = chosen[s] end
return answer`;

/** KEYS: the windows a hold was booked in. ARGV: id, actual. Answers in how many of them the hold was found. */
export const SETTLE = `${COMMON}
local now = clock()
local id, actual, found = ARGV[1], ARGV[2], 0
for _, key in ipairs(KEYS) do
  local amount = redis.call('HGET', key, 'h:' .. id)
  if amount then
    redis.call('HDEL', key, 'h:' .. id)
    redis.call('ZREM', key .. ':l', id)
    redis.call('HINCRBY', key, 'held', '-' .. amount)
    redis.call('HINCRBY', key, 'spent', actual)
    redis.call('ZADD', key .. ':d', text(now), id)
    redis.call('ZREMRANGEBYSCORE', key .. ':d', '-inf', text(now - 600000))
    redis.call('PEXPIRE', key .. ':d', 1200000)
    found = found + 1
  end
end
return found`;

/** KEYS: three windows per scope. ARGV: scopes; per scope start and end of the three windows. Answers per scope: window index, spent, held, expired, expired holds. */
export const SPEND = `${COMMON}
local now = clock()
local answer = {}
for s = 1, tonumber(ARGV[1]) do
  local at = 2 + (s - 1) * 6
  local current = 2
  for w = 1, 3 do
    if now >= tonumber(ARGV[at + 2 * w - 2]) and now < tonumber(ARGV[at + 2 * w - 1]) then current = w end
  end
  local key = KEYS[(s - 1) * 3 + current]
  sweep(key, now)
  table.insert(answer, current)
  for _, field in ipairs({'spent', 'held', 'expired', 'expiredHolds'}) do table.insert(answer, redis.call('HGET', key, field) or '0') end
end
return answer`;

/** KEYS: one rate. ARGV: amount, limit, window ms. A sliding window out of two fixed ones. Answers 0, or milliseconds to wait. */
export const TAKE = `${COMMON}
local now = clock()
local amount, limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local slot = math.floor(now / window)
local phase = now % window
local state = redis.call('HMGET', KEYS[1], 'slot', 'current', 'previous')
local seen, current, previous = tonumber(state[1] or slot), tonumber(state[2] or '0'), tonumber(state[3] or '0')
if seen ~= slot then
  previous = seen == slot - 1 and current or 0
  current = 0
end
local used = current + previous * (1 - phase / window)
if used > 0 and used + amount > limit then
  local toNext = window - phase
  local excess = current + amount - limit
  if excess > 0 or previous == 0 then return toNext + 1 end
  return math.max(1, math.min(toNext, math.ceil((1 + excess / previous) * window - phase) + 1))
end
redis.call('HSET', KEYS[1], 'slot', text(slot), 'current', text(current + amount), 'previous', text(previous))
redis.call('PEXPIRE', KEYS[1], 2 * window)
return 0`;
