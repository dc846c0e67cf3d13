-- Does what a send does, to keys of its own that hold nothing.
--
-- KEYS[1] of an address, KEYS[2] of a rate
-- ARGV    ahead

local state = load(KEYS[1])
state.cooldown_until = now + 1
save(KEYS[1], state)
local _, arrival = room(KEYS[2], 0, 0)
keep(KEYS[2], arrival)
return 1
