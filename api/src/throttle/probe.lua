-- Does what a send does, to keys of its own that hold nothing.
--
-- KEYS[1] of an address
-- KEYS[…] of the rates in use
-- ARGV    ahead

local state = load(KEYS[1])
state.cooldown_until = now + 1
save(KEYS[1], state)
for i = 2, #KEYS do
  local _, arrival = room(KEYS[i], 0, 0)
  keep(KEYS[i], arrival)
end
return 1
