-- The generic cell rate algorithm: at most `burst` at once, then one an interval.
--
-- KEYS[1] the theoretical arrival time
-- ARGV    ahead interval burst, and 'take', 'peek' or 'refund'
-- Times are in milliseconds. Returns 0, or how long until one more fits.

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
local interval, burst, mode = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]

local stored = tonumber(redis.call('GET', KEYS[1])) or 0
local arrival = math.max(stored, now)
local next_arrival = arrival + interval
local wait = next_arrival - burst * interval - now

if mode == 'refund' then
  next_arrival, wait = arrival - interval, 0
elseif wait > 0 then
  return math.ceil(wait)
elseif mode == 'peek' then
  return 0
end
if next_arrival > now then
  redis.call('SET', KEYS[1], string.format('%.3f', next_arrival),
    'PX', string.format('%.0f', math.ceil(next_arrival - now)))
else
  redis.call('DEL', KEYS[1])
end
return 0
