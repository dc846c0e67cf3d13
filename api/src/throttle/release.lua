-- Gives back what `take` took, if nothing newer has been taken since.
--
-- KEYS[1] hash of the address as throttled
-- KEYS[2] hash of the address as bound
-- KEYS[3] what tells a `take` that arrives later that its request was given up
-- ARGV    token, '1' when the count is given back too, and the id of a challenge that
--         `take` made and nobody was told of, or ''; for how long, in milliseconds, a
--         `take` may still arrive, or 0 when it was answered

if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  if ARGV[4] ~= '0' then
    redis.call('SET', KEYS[3], '', 'PX', ARGV[4])
  end
  return 0
end
redis.call('HDEL', KEYS[1], 'cooldown_until', 'token')
if ARGV[2] == '1' and redis.call('HINCRBY', KEYS[1], 'day_sends', -1) <= 0 then
  -- The day's first send is undone: the day has not begun.
  redis.call('HDEL', KEYS[1], 'day_sends', 'day_until')
end
if ARGV[3] ~= '' then
  redis.call('HDEL', KEYS[2], ARGV[3])
end
return 1
