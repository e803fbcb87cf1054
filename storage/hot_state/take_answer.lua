-- One answer: its slot and its place in the chat's bucket, or what it waits for.
local chat_seconds = chat_wait(KEYS[6], KEYS[7])
if chat_seconds > 0 then
  redis.call('ZREM', waiting, ask.slot)
  return reply({ chat_seconds = chat_seconds, slot_seconds = 0 })
end
local may_wait = ask.answer_wait_seconds_max - ask.waited_seconds
local is_full = redis.call('ZCARD', slots) >= ask.overall
if is_full and may_wait > 0 and redis.call('ZCARD', notices) > 0 then
  redis.call('ZADD', waiting, exact(now - ask.waited_seconds), ask.slot)
  redis.call('EXPIRE', waiting, 5)
  local slot_seconds = free_after(redis.call('ZRANK', waiting, ask.slot))
  return reply({ chat_seconds = 0, slot_seconds = math.min(slot_seconds, may_wait) })
end
redis.call('ZREM', waiting, ask.slot)
hold(ask.slot, ask.held_seconds_max)
enter_chat(KEYS[6], KEYS[7])
return reply({ chat_seconds = 0, slot_seconds = 0 })
