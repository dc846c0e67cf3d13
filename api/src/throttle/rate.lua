-- One rate by itself: on a cluster it stands on another node than the address.
--
-- KEYS[1] the rate
-- ARGV    ahead interval burst, and 'take', 'peek' or 'refund'
-- Returns 0, or how long until one more fits.

local interval, mode = tonumber(ARGV[2]), ARGV[4]
local wait, arrival = room(KEYS[1], interval, tonumber(ARGV[3]))
if mode == 'refund' then
  keep(KEYS[1], arrival - 2 * interval)
  return 0
end
if mode == 'take' and wait == 0 then
  keep(KEYS[1], arrival)
end
return wait
