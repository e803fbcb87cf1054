-- The messenger said "too many" to a notice: all of them wait, and fewer go afterwards.
local already = paused_until()
if already <= now then
  local factor = math.max(ask.factor_min, rate_factor() * ask.factor_step)
  redis.call('HSET', lane, 'factor', exact(factor), 'slowed_at', exact(now))
end
if now + ask.seconds > already then
  redis.call('HSET', lane, 'paused_until', exact(now + ask.seconds), 'paused_seconds', exact(ask.seconds))
end
return reply({})
