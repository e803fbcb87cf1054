-- Begins every script: reads what is asked, and brings the window up to now. The same rules as in window.py.
--
-- slots       every slot that counts, with the moment it ends
-- notices     those of them that notices hold
-- waiting     answers that wait for a slot, with the moment they came
-- processes   the processes of this bot, with the moment they were last heard of
-- lane        the schedule of notices; that it is there at all shows that Redis was not emptied
local slots, notices, waiting, processes, lane = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local ask = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000

local function exact(seconds)
  return string.format('%.6f', seconds)
end

local function close_notices()
  redis.call('HSET', lane, 'closed_until', exact(now + ask.closed_seconds))
end

local function hold(slot, seconds)
  redis.call('ZADD', slots, exact(now + seconds), slot)
  redis.call('EXPIRE', slots, math.ceil(ask.held_seconds_max) + 5)
  -- A slot's name begins with the lane it is in.
  if string.sub(slot, 1, 1) == 'n' then
    redis.call('ZADD', notices, exact(now + seconds), slot)
    redis.call('EXPIRE', notices, math.ceil(ask.held_seconds_max) + 5)
  end
end

-- Seconds until a slot comes free for one who has so many before it, as far as is known now.
local function free_after(ahead)
  local held = redis.call('ZCARD', slots)
  local place = math.min(held - ask.overall + ahead, held - 1)
  local seconds = 0
  if place >= 0 then
    seconds = redis.call('ZRANGE', slots, place, place, 'WITHSCORES')[2] - now
  end
  return math.min(math.max(seconds, ask.ask_again_seconds_min), ask.ask_again_seconds_max)
end

local function reply(found)
  found.processes = redis.call('ZCARD', processes)
  return cjson.encode(found)
end

redis.call('ZADD', processes, exact(now), ask.process)
redis.call('EXPIRE', processes, math.ceil(ask.process_seconds) + 5)
redis.call('ZREMRANGEBYSCORE', processes, '-inf', exact(now - ask.process_seconds))
if redis.call('EXISTS', lane) == 0 then
  close_notices()
end
for _, ended in ipairs(ask.ended) do
  redis.call('ZREM', waiting, ended[1])
  if ended[2] > 0 then
    hold(ended[1], ended[2])
  else
    redis.call('ZREM', slots, ended[1])
    redis.call('ZREM', notices, ended[1])
  end
end
redis.call('ZREMRANGEBYSCORE', slots, '-inf', exact(now))
redis.call('ZREMRANGEBYSCORE', notices, '-inf', exact(now))
redis.call('ZREMRANGEBYSCORE', waiting, '-inf', exact(now - ask.answer_wait_seconds_max - ask.ask_again_seconds_max))

-- Moments that cannot be: the server's clock was set back. What they counted is lost, as if Redis was emptied.
local impossible = '(' .. exact(now + ask.held_seconds_max + 1)
local lost = redis.call('ZREMRANGEBYSCORE', slots, impossible, '+inf')
redis.call('ZREMRANGEBYSCORE', notices, impossible, '+inf')
redis.call('ZREMRANGEBYSCORE', waiting, '(' .. exact(now + 1), '+inf')
redis.call('ZREMRANGEBYSCORE', processes, '(' .. exact(now + 1), '+inf')
if lost > 0 then
  close_notices()
end
