-- Notices: as many of the wanted slots as are free and due.
local function none(seconds)
  return reply({ count = 0, ask_again_seconds = seconds })
end

local shut = math.max(paused_until(), moment_within('closed_until', ask.closed_seconds)) - now
if shut > 0 then
  return none(shut)
end
local answers = redis.call('ZCARD', waiting)
local held = redis.call('ZCARD', slots)
-- While answers hold some, a few are left free, so that the next answer need not wait for one.
local kept = held > redis.call('ZCARD', notices) and ask.kept_for_answers or 0
local free = ask.overall - kept - held
if answers > 0 or free <= 0 then
  return none(free_after(answers + kept))
end
local spacing = 1 / (ask.overall * rate_factor())
local latest = now + ask.late_seconds
local next_at = math.max(moment('next_at'), now)
if next_at > latest + 1 / (ask.overall * ask.factor_min) + 1 then
  -- It cannot be so far ahead: the server's clock was set back.
  next_at = now
end
local due = math.floor((latest - next_at + 0.000001) / spacing) + 1
local count = math.min(#ask.wanted, free, due)
if count <= 0 then
  return none(math.max(next_at - latest, ask.ask_again_seconds_min))
end
for place = 1, count do
  hold(ask.wanted[place], ask.held_seconds_max)
end
redis.call('HSET', lane, 'next_at', exact(next_at + count * spacing))
return reply({ count = count, ask_again_seconds = 0 })
