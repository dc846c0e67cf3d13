-- Gives back all that `take` took under this token, if nothing newer has been taken since;
-- or counts a send whose confirm came after it had been given back.
--
-- KEYS[1] what is known of the address, see `state.lua`
-- KEYS[…] rates of the client network and of the whole service
-- ARGV    ahead token mode stray
--   mode  'all'    all but the challenge: a later mail carries the same code
--         'trace'  the challenge too, if this token made it: nobody was told of it
--         'void'   like 'all'; a `take` of this token that arrives within `stray`
--                  milliseconds takes nothing
--         'sent'   the mail is sent after all: counts it

local token, mode = ARGV[2], ARGV[3]

local state = load(KEYS[1])
if mode == 'sent' then
  state.day_sends = state.day_sends + 1
  save(KEYS[1], state)
  return 1
end
if state.token ~= token then
  if mode == 'void' then
    state.voids[token] = now + ARGV[4]
    save(KEYS[1], state)
  end
  return 0
end
state.token, state.cooldown_until = '', 0
state.day_sends = math.max(state.day_sends - 1, 0)
if mode == 'trace' then
  for i, challenge in ipairs(state.challenges) do
    if challenge.id == token then
      table.remove(state.challenges, i)
      break
    end
  end
end
save(KEYS[1], state)
for i = 2, #KEYS do
  local interval, burst = send_rate(i - 1)
  local _, arrival = room(KEYS[i], interval, burst)
  keep(KEYS[i], arrival - 2 * interval)
end
return 1
