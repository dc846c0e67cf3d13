-- Takes one send, or says why not, and names the challenge to send. Address, client network
-- and ceiling are read, then decided, then written: what is refused writes nothing.
--
-- KEYS[1] hash of the address as throttled: cooldown_until, token, day_until, day_sends,
--         tries_until, day_tries, "challenge:BOUND:ID", and "void:TOKEN" for a request that
--         was given up before it arrived
-- KEYS[…] rates of the client network and of the whole service
-- ARGV    ahead token bound cooldown daily_cap daily_tries code_ttl digits tries kid known_kids,
--         then for each rate what its refusal is called, its interval and its burst

local token, prefix = ARGV[2], 'challenge:' .. ARGV[3] .. ':'
local cooldown, daily_cap, daily_tries = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local code_ttl, digits, tries = tonumber(ARGV[7]), ARGV[8], tonumber(ARGV[9])
local signing, known_kids = ARGV[10], ARGV[11]
local RATES = 12

local kept = fields(KEYS[1])
if kept['void:' .. token] then
  return {'void'}
end
-- A connection to a cluster asks again when it got no answer: that is the same send.
local again = kept.token == token
local cooldown_until = tonumber(kept.cooldown_until) or 0
if cooldown_until > now and not again then
  return {'later', cooldown_until - now}
end
local day_until, day_sends = tonumber(kept.day_until) or 0, tonumber(kept.day_sends) or 0
if day_until <= now then
  day_until, day_sends = now + 86400000, 0
end
if again then
  day_sends = math.max(day_sends - 1, 0)
end
if day_sends >= daily_cap then
  return {'limit', day_until - now}
end
local tries_until, day_tries = tonumber(kept.tries_until) or 0, tonumber(kept.day_tries) or 0
if tries_until > now and day_tries >= daily_tries then
  return {'limit', tries_until - now}
end
local arrivals = {}
for i = 2, #KEYS do
  local at = RATES + 3 * (i - 2)
  local wait, arrival = room(KEYS[i], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]))
  if wait > 0 and not again then
    return {ARGV[at], wait}
  end
  arrivals[i] = arrival
end

-- The newest challenge is sent again while at least half of its time is left, it is not
-- dead, and its key is still known. Every other live one stays valid.
local last, over, id, kid, its_digits, its_end = 0, {}, nil, nil, nil, 0
for name, value in pairs(kept) do
  if string.sub(name, 1, 10) == 'challenge:' then
    local k, d, expires_at, wrong = challenge(value)
    if expires_at <= now then
      over[#over + 1] = name
    else
      last = math.max(last, expires_at)
      if string.sub(name, 1, #prefix) == prefix and wrong < tries and expires_at > its_end
        and 2 * (expires_at - now) >= code_ttl
        and string.find(known_kids, ',' .. k .. ',', 1, true) then
        id, kid, its_digits, its_end = string.sub(name, #prefix + 1), k, d, expires_at
      end
    end
  elseif string.sub(name, 1, 5) == 'void:' and tonumber(value) <= now then
    over[#over + 1] = name
  end
end

local written = {'cooldown_until', now + cooldown, 'token', token,
  'day_until', day_until, 'day_sends', day_sends + 1}
if not id then
  id, kid, its_digits, its_end = token, signing, digits, now + code_ttl
  last = math.max(last, its_end)
  written[9] = prefix .. id
  written[10] = kid .. ' ' .. digits .. ' ' .. its_end .. ' 0'
end
redis.call('HSET', KEYS[1], unpack(written))
redis.call('PEXPIRE', KEYS[1],
  math.max(day_until - now, tries_until - now, cooldown, last - now))
if #over > 0 then
  redis.call('HDEL', KEYS[1], unpack(over))
end
if not again then
  for i = 2, #KEYS do
    keep(KEYS[i], arrivals[i])
  end
end
return {'accepted', now, id, kid, tonumber(its_digits), its_end}
