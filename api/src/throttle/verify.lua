-- Decides what an entered code is worth: alone, so that parallel tries can't race it.
--
-- KEYS[1] hash of the address as throttled, see `take`; also checked, the last token that
--         changed something here and what it was told
-- KEYS[2] rate of the client network's unsuccessful checks, if there is one
-- ARGV    ahead token bound tries daily_tries consume malformed interval burst, then id and
--         flag for each challenge that was read before: 'm' its code matches, 'x' it does
--         not, 'u' its key is gone

local token, prefix = ARGV[2], 'challenge:' .. ARGV[3] .. ':'
local tries, daily_tries = tonumber(ARGV[4]), tonumber(ARGV[5])
local consume, malformed = ARGV[6] == '1', ARGV[7] == '1'
local FLAGS = 10

local kept = fields(KEYS[1])
-- A connection to a cluster asks again when it got no answer: that is the same check.
local checked = string.match(kept.checked or '', '^' .. token .. ' (%S+)$')
if checked then
  return {checked}
end
local wait, arrival
if KEYS[2] then
  wait, arrival = room(KEYS[2], tonumber(ARGV[8]), tonumber(ARGV[9]))
  if wait > 0 then
    return {'network', wait}
  end
end
local flags = {}
for i = FLAGS, #ARGV, 2 do
  flags[ARGV[i]] = ARGV[i + 1]
end

local challenges, known, alive, right, right_is_dead = {}, 0, {}, false, false
for name, value in pairs(kept) do
  if string.sub(name, 1, #prefix) == prefix then
    challenges[#challenges + 1] = name
    local kid, digits, expires_at, wrong = challenge(value)
    if expires_at > now then
      local flag = flags[string.sub(name, #prefix + 1)]
      if not flag then
        return {'changed'}
      end
      if flag ~= 'u' then
        known = known + 1
        if wrong < tries then
          alive[name] = kid .. ' ' .. digits .. ' ' .. expires_at .. ' ' .. wrong + 1
          right = right or flag == 'm'
        elseif flag == 'm' then
          right_is_dead = true
        end
      end
    end
  end
end

-- Only unsuccessful checks count against the client's network.
local function unsuccessful(...)
  if KEYS[2] then
    keep(KEYS[2], arrival)
  end
  return {...}
end

if known == 0 then
  return unsuccessful('none')
end
local tries_until, day_tries = tonumber(kept.tries_until) or 0, tonumber(kept.day_tries) or 0
if tries_until <= now then
  tries_until, day_tries = now + 86400000, 0
end
if day_tries >= daily_tries then
  return unsuccessful('dead', tries_until - now)
end
if not next(alive) or (right_is_dead and not right) then
  return unsuccessful('dead', math.max((tonumber(kept.cooldown_until) or 0) - now, 0))
end
if right then
  if consume then
    redis.call('HDEL', KEYS[1], unpack(challenges))
    redis.call('HSET', KEYS[1], 'checked', token .. ' right')
    redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), 60000))
  end
  return {'right'}
end
if not malformed then
  local written = {'tries_until', tries_until, 'day_tries', day_tries + 1,
    'checked', token .. ' wrong'}
  for name, value in pairs(alive) do
    written[#written + 1] = name
    written[#written + 1] = value
  end
  redis.call('HSET', KEYS[1], unpack(written))
  redis.call('PEXPIRE', KEYS[1],
    math.max(redis.call('PTTL', KEYS[1]), tries_until - now))
end
return unsuccessful('wrong')
