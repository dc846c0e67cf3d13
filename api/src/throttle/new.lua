-- Takes one send, or says why not, and names the challenge to send. Address, client network
-- and ceiling are read, then decided, then written: what is refused writes nothing.
--
-- KEYS[1] what is known of the address, see `state.lua`
-- KEYS[…] rates of the client network and of the whole service
-- ARGV    ahead token bound
-- Returns the moment alone when the challenge is new: its id is the token, and the rest of it
-- is known to who asks.
--
-- Nothing is known of most addresses, and this is all there is to do for them: the functions
-- and tables of what follows cost Redis more than these commands.

local token, bound = ARGV[2], ARGV[3]

local full, arrivals = nil, {}
for i = 2, #KEYS do
  local wait
  wait, arrivals[i] = room(KEYS[i], send_rate(i - 1))
  if wait > 0 then
    full = full or {i - 2, wait}
  end
end
if not full and not redis.call('GET', KEYS[1]) then
  for i = 2, #KEYS do
    keep(KEYS[i], arrivals[i])
  end
  redis.call('SET', KEYS[1], struct.pack('>sdI4dI4dssdI4sssBdI4',
    token, now + COOLDOWN, 1, now + DAY, 0, 0, '', '', 0, 0,
    bound, token, SIGNING, DIGITS, now + CODE_TTL, 0), 'PX', LIFETIME)
  return now
end
