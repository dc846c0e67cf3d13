-- What the scripts share; it comes before each of them.
--
-- ARGV[1] how far a test has moved the clock ahead
-- Times are in milliseconds; whole ones are written exactly. Redis' own clock decides, so that
-- the clocks of several API processes need not agree.

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])

-- The generic cell rate algorithm: at most `burst` at once, then one an interval. The key
-- holds the theoretical arrival time. Returns how long until one more fits, or 0, and the
-- arrival time after it.
local function room(key, interval, burst)
  local arrival = math.max(tonumber(redis.call('GET', key)) or 0, now) + interval
  return math.max(math.ceil(arrival - burst * interval - now), 0), arrival
end

local function keep(key, arrival)
  if arrival > now then
    redis.call('SET', key, arrival, 'PX', math.ceil(arrival - now))
  else
    redis.call('DEL', key)
  end
end

-- All fields of a hash: counts and moments, and "challenge:BOUND:ID" with
-- "kid digits expires_at wrong".
local function fields(key)
  local kept, list = {}, redis.call('HGETALL', key)
  for i = 1, #list, 2 do
    kept[list[i]] = list[i + 1]
  end
  return kept
end

local function challenge(entry)
  local kid, digits, expires_at, wrong = string.match(entry, '^(%S+) (%d+) (%d+) (%d+)$')
  return kid, digits, tonumber(expires_at) or 0, tonumber(wrong) or 0
end
