-- Gives back what `take` took, if nothing newer has been taken since.
--
-- KEYS[1] hash of the address as throttled
-- ARGV    token, and '1' when the count is given back too

if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return 0
end
redis.call('HDEL', KEYS[1], 'cooldown_until', 'token')
if ARGV[2] == '1' then
  redis.call('HINCRBY', KEYS[1], 'day_sends', -1)
end
return 1
