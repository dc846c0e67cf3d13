-- Decides what an entered code is worth: alone, so that parallel tries can't race it.
--
-- KEYS[1] hash of the address as throttled: tries_until, day_tries, cooldown_until
-- KEYS[2] hash of the address as bound: challenge id -> "kid digits expires_at tries"
-- ARGV    ahead tries daily_tries consume malformed, then id and flag for each challenge
--         that was read before: 'm' its code matches, 'x' it does not, 'u' its key is gone
-- Times are in milliseconds.

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
local tries, daily_tries = tonumber(ARGV[2]), tonumber(ARGV[3])
local consume, malformed = ARGV[4] == '1', ARGV[5] == '1'

local flags = {}
for i = 6, #ARGV, 2 do
  flags[ARGV[i]] = ARGV[i + 1]
end

local function whole(number)
  return string.format('%.0f', number)
end

local alive, known, right, right_is_dead = {}, 0, false, false
local entries = redis.call('HGETALL', KEYS[2])
for i = 1, #entries, 2 do
  local id = entries[i]
  local kid, digits, expires_at, wrong = string.match(entries[i + 1], '^(%S+) (%d+) (%d+) (%d+)$')
  if (tonumber(expires_at) or 0) > now then
    local flag = flags[id]
    if not flag then
      return {'changed'}
    end
    if flag ~= 'u' then
      known = known + 1
      local dead = tonumber(wrong) >= tries
      if not dead then
        alive[#alive + 1] = {id, kid .. ' ' .. digits .. ' ' .. expires_at, tonumber(wrong)}
      end
      right = right or (flag == 'm' and not dead)
      right_is_dead = right_is_dead or (flag == 'm' and dead)
    end
  end
end
if known == 0 then
  return {'none'}
end

local kept = redis.call('HMGET', KEYS[1], 'tries_until', 'day_tries', 'cooldown_until')
local tries_until, day_tries = tonumber(kept[1]) or 0, tonumber(kept[2]) or 0
if tries_until <= now then
  tries_until, day_tries = now + 86400000, 0
end
if day_tries >= daily_tries then
  return {'dead', tries_until - now}
end
if #alive == 0 or (right_is_dead and not right) then
  return {'dead', math.max((tonumber(kept[3]) or 0) - now, 0)}
end
if right then
  if consume then
    redis.call('DEL', KEYS[2])
  end
  return {'right'}
end
if not malformed then
  for _, challenge in ipairs(alive) do
    redis.call('HSET', KEYS[2], challenge[1], challenge[2] .. ' ' .. whole(challenge[3] + 1))
  end
  redis.call('HSET', KEYS[1], 'tries_until', whole(tries_until), 'day_tries', whole(day_tries + 1))
  local lasts = redis.call('PTTL', KEYS[1])
  redis.call('PEXPIRE', KEYS[1], whole(math.max(lasts, tries_until - now)))
end
return {'wrong'}
