-- Takes one send for an address, or says why not, and names the challenge to send.
--
-- KEYS[1] hash of the address as throttled: cooldown_until, token, day_until, day_sends,
--         tries_until, day_tries
-- KEYS[2] hash of the address as bound: challenge id -> "kid digits expires_at tries"
-- KEYS[3] there when this very request was given up before it arrived
-- ARGV    ahead cooldown daily_cap code_ttl digits tries kid known_kids new_id token
--         daily_tries
-- Times are in milliseconds. Redis' own clock decides, so that the clocks of several
-- API processes need not agree; `ahead` moves it in tests.

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
local cooldown, daily_cap = tonumber(ARGV[2]), tonumber(ARGV[3])
local code_ttl, digits, tries = tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])
local kid, known_kids, new_id, token = ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local daily_tries = tonumber(ARGV[11])

local function whole(number)
  return string.format('%.0f', number)
end

if redis.call('EXISTS', KEYS[3]) == 1 then
  return {'void'}
end
local kept = redis.call('HMGET', KEYS[1], 'cooldown_until', 'day_until', 'day_sends',
  'tries_until', 'day_tries', 'token')
-- A connection to a cluster asks again when it got no answer.
local again = kept[6] == token
local cooldown_until = tonumber(kept[1]) or 0
if cooldown_until > now and not again then
  return {'later', cooldown_until - now}
end
local day_until, day_sends = tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
if day_until <= now then
  day_until, day_sends = now + 86400000, 0
end
if again then
  day_sends = math.max(day_sends - 1, 0)
end
if day_sends >= daily_cap then
  return {'limit', day_until - now}
end
local tries_until, day_tries = tonumber(kept[4]) or 0, tonumber(kept[5]) or 0
if tries_until > now and day_tries >= daily_tries then
  return {'limit', tries_until - now}
end

-- The newest challenge is sent again while at least half of its time is left, it is not
-- dead, and its key is still known. Every other live one stays valid.
local chosen, created = nil, 0
local last = 0
local entries = redis.call('HGETALL', KEYS[2])
for i = 1, #entries, 2 do
  local its_kid, its_digits, expires_at, wrong =
    string.match(entries[i + 1], '^(%S+) (%d+) (%d+) (%d+)$')
  expires_at, wrong = tonumber(expires_at) or 0, tonumber(wrong) or 0
  if expires_at <= now then
    redis.call('HDEL', KEYS[2], entries[i])
  else
    last = math.max(last, expires_at)
    local known = string.find(known_kids, ',' .. its_kid .. ',', 1, true)
    local fresh = 2 * (expires_at - now) >= code_ttl
    if wrong < tries and known and fresh and (not chosen or expires_at > chosen[4]) then
      chosen = {entries[i], its_kid, tonumber(its_digits), expires_at}
    end
  end
end
if not chosen then
  chosen, created = {new_id, kid, tonumber(digits), now + code_ttl}, 1
  last = math.max(last, chosen[4])
  redis.call('HSET', KEYS[2], new_id,
    kid .. ' ' .. digits .. ' ' .. whole(chosen[4]) .. ' 0')
end
redis.call('PEXPIRE', KEYS[2], whole(last - now))

redis.call('HSET', KEYS[1], 'cooldown_until', whole(now + cooldown), 'token', token,
  'day_until', whole(day_until), 'day_sends', whole(day_sends + 1))
redis.call('PEXPIRE', KEYS[1],
  whole(math.max(day_until - now, tries_until - now, cooldown)))

return {'accepted', now, chosen[1], chosen[2], chosen[3], chosen[4], created}
