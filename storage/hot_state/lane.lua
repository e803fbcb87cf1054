-- The schedule of notices. The same rules as in notice_lane.py.
local function moment(field)
  return tonumber(redis.call('HGET', lane, field) or 0)
end

-- A moment that lies further ahead than it can is brought near: the server's clock was set back.
local function moment_within(field, seconds)
  local at = moment(field)
  if at > now + seconds + 1 then
    at = now + seconds
    redis.call('HSET', lane, field, exact(at))
  end
  return at
end

local function paused_until()
  return moment_within('paused_until', moment('paused_seconds'))
end

local function rate_factor()
  local slowed_at = moment_within('slowed_at', 0)
  local factor = tonumber(redis.call('HGET', lane, 'factor') or 1)
  return math.min(1, factor + math.max(now - slowed_at, 0) / ask.recovery_seconds)
end
