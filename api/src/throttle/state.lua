-- What is known of an address as throttled, in one value, since a command that writes costs
-- more than all that is computed here. In the order in which it is written:
--   token, cooldown_until             the last send taken, and until when there is no other
--   day_sends, day_until              sends in the day of the first; likewise day_tries,
--   day_tries, tries_until            wrong tries
--   checked, told, checked_until      the last token that changed something here by a check,
--                                     and what it was told
--   voids                             tokens of requests that were given up before they
--                                     arrived, and until when they may arrive
--   challenges                        those alive: bound (for which address as bound), id, kid,
--                                     digits, expires_at, wrong
-- `new.lua` writes the first form of it.

local HEAD, VOID, CHALLENGE = '>sdI4dI4dssdI4', '>sd', '>sssBdI4'

local function load(key)
  local packed = redis.call('GET', key) or struct.pack(HEAD, '', 0, 0, 0, 0, 0, '', '', 0, 0)
  local token, cooldown_until, day_sends, day_until, day_tries, tries_until, checked, told,
    checked_until, voided, at = struct.unpack(HEAD, packed)
  -- A day begins with the first that it counts, and is none longer when the clock was set back.
  if day_sends == 0 or day_until <= now then
    day_sends, day_until = 0, now + DAY
  end
  if day_tries == 0 or tries_until <= now then
    day_tries, tries_until = 0, now + DAY
  end
  local corrected = math.max(day_until, tries_until) > now + DAY
  day_until, tries_until = math.min(day_until, now + DAY), math.min(tries_until, now + DAY)
  local voids, challenges = {}, {}
  for _ = 1, voided do
    local void, till
    void, till, at = struct.unpack(VOID, packed, at)
    if till > now then
      voids[void] = till
    end
  end
  while at <= #packed do
    local bound, id, kid, digits, expires_at, wrong
    bound, id, kid, digits, expires_at, wrong, at = struct.unpack(CHALLENGE, packed, at)
    if expires_at > now then
      challenges[#challenges + 1] = {bound = bound, id = id, kid = kid, digits = digits,
        expires_at = expires_at, wrong = wrong}
    end
  end
  return {token = token, cooldown_until = cooldown_until, day_sends = day_sends,
    day_until = day_until, day_tries = day_tries, tries_until = tries_until, checked = checked,
    told = told, checked_until = checked_until, voids = voids, challenges = challenges,
    corrected = corrected}
end

-- How long until a code can be sent, for scripts that know the limits. A cooldown that was begun
-- under another limit, or by a clock that was set back since, is none longer than one of now;
-- what is corrected is to be saved, or it would be again and again.
local function until_next(state)
  state.corrected = state.corrected or state.cooldown_until > now + COOLDOWN
  state.cooldown_until = math.min(state.cooldown_until, now + COOLDOWN)
  return math.max(state.cooldown_until,
    state.day_sends >= DAILY_CAP and state.day_until or 0,
    state.day_tries >= DAILY_TRIES and state.tries_until or 0) - now
end

-- Keeps it for as long as anything in it counts.
local function save(key, state)
  local last = math.max(state.cooldown_until, state.checked_until,
    state.day_sends > 0 and state.day_until or 0, state.day_tries > 0 and state.tries_until or 0)
  local voided, rest = 0, ''
  for token, till in pairs(state.voids) do
    voided, last, rest = voided + 1, math.max(last, till), rest .. struct.pack(VOID, token, till)
  end
  for _, it in ipairs(state.challenges) do
    last = math.max(last, it.expires_at)
    rest = rest
      .. struct.pack(CHALLENGE, it.bound, it.id, it.kid, it.digits, it.expires_at, it.wrong)
  end
  if last > now then
    local head = struct.pack(HEAD, state.token, state.cooldown_until, state.day_sends,
      state.day_until, state.day_tries, state.tries_until, state.checked, state.told,
      state.checked_until, voided)
    redis.call('SET', key, head .. rest, 'PX', string.format('%d', last - now))
  else
    redis.call('DEL', key)
  end
end
