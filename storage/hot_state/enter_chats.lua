-- One message for each chat that may have one.
local waits = {}
for place = 1, ask.chats do
  local bucket, pause = KEYS[4 + 2 * place], KEYS[5 + 2 * place]
  waits[place] = chat_wait(bucket, pause)
  if waits[place] <= 0 then
    enter_chat(bucket, pause)
  end
end
return reply({ waits = waits })
