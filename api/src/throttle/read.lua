-- What is known of an address, for a check and for people who support others.
--
-- KEYS[1] what is known of the address, see `state.lua`
-- KEYS[2] rate of the client network's unsuccessful checks, if there is one
-- ARGV    ahead bound, then interval and burst of the rate
-- Returns how long until one more check fits, the moment, the cooldown's end, the days' counts
-- and ends, and the challenges: id, kid, digits, end and wrong tries of each.

local wait = 0
if KEYS[2] then
  wait = room(KEYS[2], tonumber(ARGV[3]), tonumber(ARGV[4]))
end
local state = load(KEYS[1])
local told = {}
for _, challenge in ipairs(state.challenges) do
  if challenge.bound == ARGV[2] then
    told[#told + 1] = {challenge.id, challenge.kid, challenge.digits, challenge.expires_at,
      challenge.wrong}
  end
end
return {wait, now, state.cooldown_until, state.day_sends, state.day_until, state.day_tries,
  state.tries_until, told}
