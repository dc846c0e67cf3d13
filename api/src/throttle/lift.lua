-- Lifts the limits of an address. Its challenges stay as they are.
--
-- KEYS[1] what is known of the address, see `state.lua`
-- ARGV    ahead

local state = load(KEYS[1])
state.token, state.cooldown_until, state.day_sends, state.day_tries = '', 0, 0, 0
save(KEYS[1], state)
return 1
