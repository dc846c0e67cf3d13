-- Gives back all that `take` took under this token, if nothing newer has been taken since;
-- or counts a send whose confirm came after it had been given back.
--
-- KEYS[1] hash of the address as throttled, see `take`
-- KEYS[…] rates of the client network and of the whole service
-- ARGV    ahead token bound mode stray, then the interval of each rate
--   mode  'all'    all but the challenge: a later mail carries the same code
--         'trace'  the challenge too, if this token made it: nobody was told of it
--         'void'   like 'all'; a `take` of this token that arrives within `stray`
--                  milliseconds takes nothing
--         'sent'   the mail is sent after all: counts it

local token, bound, mode, stray = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local RATES = 6

local function lasts(time)
  redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), time))
end

if mode == 'sent' then
  local day_until = tonumber(redis.call('HGET', KEYS[1], 'day_until')) or 0
  if day_until <= now then
    day_until = now + 86400000
    redis.call('HSET', KEYS[1], 'day_until', day_until, 'day_sends', 0)
  end
  redis.call('HINCRBY', KEYS[1], 'day_sends', 1)
  lasts(day_until - now)
  return 1
end
if redis.call('HGET', KEYS[1], 'token') ~= token then
  if mode == 'void' then
    redis.call('HSET', KEYS[1], 'void:' .. token, now + stray)
    lasts(stray)
  end
  return 0
end
redis.call('HDEL', KEYS[1], 'cooldown_until', 'token')
if redis.call('HINCRBY', KEYS[1], 'day_sends', -1) <= 0 then
  -- The day's first send is undone: the day has not begun.
  redis.call('HDEL', KEYS[1], 'day_sends', 'day_until')
end
if mode == 'trace' then
  redis.call('HDEL', KEYS[1], 'challenge:' .. bound .. ':' .. token)
end
for i = 2, #KEYS do
  local _, arrival = room(KEYS[i], 0, 0)
  keep(KEYS[i], arrival - tonumber(ARGV[RATES + i - 2]))
end
return 1
