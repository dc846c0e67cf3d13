-- The clock and the rates; this comes first in each script.
--
-- ARGV[1] how far a test has moved the clock ahead
-- Times are in milliseconds; whole ones are written exactly. Redis' own clock decides, so that
-- the clocks of several API processes need not agree.

local DAY = 86400000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]

-- The generic cell rate algorithm: at most `burst` at once, then one an interval. The key
-- holds the theoretical arrival time. Returns how long until one more fits, or 0, and the
-- arrival time after it. A time that was kept under another limit, and is later than this one
-- could make it, lets one more in now: who raises a limit is not refused for as long as the old
-- one would have.
local function room(key, interval, burst)
  local kept, latest = redis.call('GET', key), now + burst * interval
  local arrival = kept and struct.unpack('>d', kept) or 0
  if arrival > latest then
    arrival = latest - interval
  end
  arrival = math.max(arrival, now) + interval
  return math.max(math.ceil(arrival - latest), 0), arrival
end

local function keep(key, arrival)
  if arrival > now then
    redis.call('SET', key, struct.pack('>d', arrival),
      'PX', string.format('%d', math.ceil(arrival - now)))
  else
    redis.call('DEL', key)
  end
end
