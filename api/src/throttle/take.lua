-- What `new.lua` begins, for an address that something is known of or a rate without room.

local state = load(KEYS[1])
if state.voids[token] then
  return {'void', 0}
end
-- A connection to a cluster asks again when it got no answer: that is the same send.
local again = state.token == token
if again then
  state.day_sends = state.day_sends - 1
end
local wait = until_next(state)
if state.corrected and not again then
  save(KEYS[1], state)
end
if state.cooldown_until > now and not again then
  return {'later', wait}
end
if state.day_sends >= DAILY_CAP or state.day_tries >= DAILY_TRIES then
  return {'limit', wait}
end
if full and not again then
  return full
end

-- The newest challenge is sent again while at least half of its time is left, it is not
-- dead, and its key is still known. Every other live one stays valid.
local chosen, is_new = nil, false
for _, challenge in ipairs(state.challenges) do
  if challenge.bound == bound and challenge.wrong < TRIES and is_known(challenge.kid)
    and 2 * (challenge.expires_at - now) >= CODE_TTL
    and not (chosen and chosen.expires_at > challenge.expires_at) then
    chosen = challenge
  end
end
if not chosen then
  is_new = true
  chosen = {bound = bound, id = token, kid = SIGNING, digits = DIGITS,
    expires_at = now + CODE_TTL, wrong = 0}
  state.challenges[#state.challenges + 1] = chosen
end

state.token, state.cooldown_until = token, now + COOLDOWN
state.day_sends = state.day_sends + 1
save(KEYS[1], state)
if not again then
  for i = 2, #KEYS do
    keep(KEYS[i], arrivals[i])
  end
end
return is_new and now or
  {now, {chosen.id, chosen.kid, chosen.digits, chosen.expires_at, chosen.wrong}}
