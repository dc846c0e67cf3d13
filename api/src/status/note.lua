-- Notes the status of a job, unless a newer one is known. Those that are older than statuses are
-- kept are forgotten, not sooner than what leads from a job to its address: they were noted later
-- than the job was accepted, whose id begins with its time (RFC 9562, section 5.7).
local key, job, order, status = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3]
local now, kept = tonumber(ARGV[4]), tonumber(ARGV[5])
local known = redis.call('HGET', key, job)
if known and tonumber(string.match(known, '^%d+')) > order then
  return 0
end
redis.call('HSET', key, job, string.format('%d %d %s', order, now, status))
redis.call('PEXPIRE', key, kept)
for _, other in ipairs(redis.call('HKEYS', key)) do
  local begun = tonumber(string.sub(string.gsub(other, '-', ''), 1, 12), 16) or 0
  local noted = tonumber(string.match(redis.call('HGET', key, other), '^%d+ (%d+) ')) or 0
  if math.max(begun, noted) + kept < now then
    redis.call('HDEL', key, other)
  end
end
return 1
