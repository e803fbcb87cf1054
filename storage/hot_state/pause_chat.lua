-- The messenger said "too many" for one chat.
local bucket, pause = KEYS[6], KEYS[7]
local wanted = now + ask.seconds
local full_at = math.max(chat_full_at(bucket, pause), wanted + ask.chat_burst - 1)
if wanted > chat_paused_until(pause) then
  local value = exact(wanted) .. ' ' .. exact(ask.seconds)
  redis.call('SET', pause, value, 'EX', math.ceil(ask.seconds) + 1)
end
set_chat_full_at(bucket, full_at)
return reply({})
