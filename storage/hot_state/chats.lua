-- The bucket of one chat. The same rules as in chats.py.
local function chat_paused_until(pause)
  local at, seconds = string.match(redis.call('GET', pause) or '', '^(%S+) (%S+)$')
  -- A pause that ends later than it can is dropped: the server's clock was set back.
  if not at or tonumber(at) > now + seconds + 1 then
    return now
  end
  return tonumber(at)
end

local function chat_full_at(bucket, pause)
  local full_at = tonumber(redis.call('GET', bucket) or now)
  if full_at > math.max(chat_paused_until(pause), now) + ask.chat_burst + 1 then
    return now
  end
  return math.max(full_at, now)
end

local function set_chat_full_at(bucket, full_at)
  redis.call('SET', bucket, exact(full_at), 'EX', math.ceil(full_at - now) + 1)
end

local function chat_wait(bucket, pause)
  return math.max(chat_full_at(bucket, pause) + 1 - now - ask.chat_burst, chat_paused_until(pause) - now, 0)
end

local function enter_chat(bucket, pause)
  set_chat_full_at(bucket, chat_full_at(bucket, pause) + 1)
end
