"""What may be forgotten at any moment: who sent how much in the last seconds. In Redis, or in memory."""

from storage.hot_state.chats import ChatBuckets
from storage.hot_state.limits import HotState, Limits, Notices, Wait
from storage.hot_state.memory import MemoryHotState
from storage.hot_state.notice_lane import NoticeLane
from storage.hot_state.shared import RedisHotState, connect_redis
from storage.hot_state.window import SlotWindow

__all__ = [
    "ChatBuckets",
    "HotState",
    "Limits",
    "MemoryHotState",
    "NoticeLane",
    "Notices",
    "RedisHotState",
    "SlotWindow",
    "Wait",
    "connect_redis",
]
