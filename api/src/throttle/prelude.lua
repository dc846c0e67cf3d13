-- What the scripts share; it comes before each of them.
--
-- ARGV[1] how far a test has moved the clock ahead
-- Times are in milliseconds; whole ones are written exactly. Redis' own clock decides, so that
-- the clocks of several API processes need not agree.

local DAY = 86400000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]

-- The generic cell rate algorithm: at most `burst` at once, then one an interval. The key
-- holds the theoretical arrival time. Returns how long until one more fits, or 0, and the
-- arrival time after it.
local function room(key, interval, burst)
  local arrival = math.max(tonumber(redis.call('GET', key)) or 0, now) + interval
  return math.max(math.ceil(arrival - burst * interval - now), 0), arrival
end

local function keep(key, arrival)
  if arrival > now then
    redis.call('SET', key, arrival, 'PX', string.format('%d', math.ceil(arrival - now)))
  else
    redis.call('DEL', key)
  end
end

-- What is known of an address as throttled, in one value, since a command that writes costs
-- more than all that is computed here:
--   token, cooldown_until             the last send taken, and until when there is no other
--   day_sends, day_until              sends in the day of the first; likewise day_tries,
--   day_tries, tries_until            wrong tries
--   challenges                        those alive: bound (for which address as bound), id, kid,
--                                     digits, expires_at, wrong
--   voids                             tokens of requests that were given up before they
--                                     arrived, and until when they may arrive
--   checked, told, checked_until      the last token that changed something here by a check,
--                                     and what it was told
local function load(key)
  local packed = redis.call('GET', key)
  local state = packed and cmsgpack.unpack(packed) or {cooldown_until = 0, challenges = {}}
  if (state.day_until or 0) <= now then
    state.day_sends, state.day_until = 0, now + DAY
  end
  if (state.tries_until or 0) <= now then
    state.day_tries, state.tries_until = 0, now + DAY
  end
  local alive = {}
  for _, challenge in ipairs(state.challenges) do
    if challenge.expires_at > now then
      alive[#alive + 1] = challenge
    end
  end
  state.challenges = alive
  return state
end

-- Keeps it for as long as anything in it counts. A day begins with the first that it counts.
local function save(key, state)
  if state.day_sends == 0 then
    state.day_until = nil
  end
  if state.day_tries == 0 then
    state.tries_until = nil
  end
  local last = math.max(state.cooldown_until, state.day_until or 0, state.tries_until or 0,
    state.checked_until or 0)
  for _, challenge in ipairs(state.challenges) do
    last = math.max(last, challenge.expires_at)
  end
  if state.voids then
    for token, till in pairs(state.voids) do
      last = math.max(last, till)
      if till <= now then
        state.voids[token] = nil
      end
    end
  end
  if last > now then
    redis.call('SET', key, cmsgpack.pack(state), 'PX', string.format('%d', last - now))
  else
    redis.call('DEL', key)
  end
end
