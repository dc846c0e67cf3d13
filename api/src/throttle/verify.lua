-- Decides what an entered code is worth: alone, so that parallel tries can't race it.
--
-- KEYS[1] what is known of the address, see `state.lua`
-- KEYS[2] rate of the client network's unsuccessful checks, if there is one
-- ARGV    ahead token bound consume malformed, then id and flag for each challenge that was
--         read before: 'm' its code matches, 'x' it does not, 'u' its key is gone

local token, bound, consume, malformed = ARGV[2], ARGV[3], ARGV[4] == '1', ARGV[5] == '1'
local FLAGS = 6

local state = load(KEYS[1])
-- A connection to a cluster asks again when it got no answer: that is the same check.
if state.checked == token then
  return {state.told, 0}
end
local wait, arrival
if KEYS[2] then
  wait, arrival = room(KEYS[2], CHECK_INTERVAL, CHECK_BURST)
  if wait > 0 then
    return {'network', wait}
  end
end
local flags = {}
for i = FLAGS, #ARGV, 2 do
  flags[ARGV[i]] = ARGV[i + 1]
end

local others, known, alive, right, right_is_dead = {}, 0, {}, false, false
for _, challenge in ipairs(state.challenges) do
  if challenge.bound ~= bound then
    others[#others + 1] = challenge
  else
    local flag = flags[challenge.id]
    if not flag then
      return {'changed', 0}
    end
    if flag ~= 'u' then
      known = known + 1
      if challenge.wrong < TRIES then
        alive[#alive + 1] = challenge
        right = right or flag == 'm'
      elseif flag == 'm' then
        right_is_dead = true
      end
    end
  end
end

-- Only unsuccessful checks count against the client's network.
local function unsuccessful(told, retry)
  if KEYS[2] then
    keep(KEYS[2], arrival)
  end
  return {told, retry or 0}
end

local function remember(told)
  state.checked, state.told, state.checked_until = token, told, now + 60000
  save(KEYS[1], state)
end

if known == 0 then
  return unsuccessful('none')
end
if state.day_tries >= DAILY_TRIES or #alive == 0 or (right_is_dead and not right) then
  return unsuccessful('dead', math.max(until_next(state), 0))
end
if right then
  if consume then
    state.challenges = others
    remember('right')
  else
    -- Where nothing can be written, a wrong one is an error and costs no try: if a right one were
    -- none, whoever asks often enough would find it.
    save(KEYS[1], state)
  end
  return {'right', 0}
end
if not malformed then
  state.day_tries = state.day_tries + 1
  for _, challenge in ipairs(alive) do
    challenge.wrong = challenge.wrong + 1
  end
  remember('wrong')
end
return unsuccessful('wrong')
