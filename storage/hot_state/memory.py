"""The limits of one process, in its own memory."""

import time
from collections.abc import Callable, Sequence

from storage.hot_state.chats import ChatBuckets
from storage.hot_state.limits import Limits, Notices, Wait
from storage.hot_state.notice_lane import NoticeLane
from storage.hot_state.window import SlotWindow


class MemoryHotState:
    """Implements ``HotState`` for one process; its parts may be used by themselves as well."""

    processes = 1

    def __init__(self, limits: Limits, *, now: Callable[[], float] = time.monotonic) -> None:
        self.window = SlotWindow(limits.overall, now=now)
        self.lane = NoticeLane(limits, now=now)
        self.chats = ChatBuckets(limits.chat_burst, now=now)

    def limit_to(self, overall: int) -> None:
        """From now on this process sends at most so many a second."""
        self.window.limit = overall
        self.lane.rate = float(overall)

    async def take_answer(self, slot: str, chat: str, *, waited_seconds: float) -> Wait:
        if chat_seconds := self.chats.find_wait(chat):
            return Wait(chat_seconds=chat_seconds)
        if slot_seconds := self.window.take_answer(slot, waited_seconds=waited_seconds):
            return Wait(slot_seconds=slot_seconds)
        self.chats.enter(chat)
        return Wait()

    async def take_notices(self, slots: Sequence[str]) -> Notices:
        if seconds := self.lane.find_pause():
            return Notices(0, seconds)
        free = self.window.take_notices(slots)
        if not free.count:
            return free
        due = self.lane.take(free.count)
        for slot in slots[due.count : free.count]:
            self.window.end(slot, 0.0)
        return due

    async def enter_chats(self, chats: Sequence[str]) -> list[float]:
        return [self._enter(chat) for chat in chats]

    def end(self, slot: str, counts_seconds: float) -> None:
        self.window.end(slot, counts_seconds)

    async def greet(self) -> None:
        """There is nobody to greet."""

    async def flush(self) -> None:
        """Nothing is ever kept back."""

    async def pause_chat(self, chat: str, seconds: float) -> None:
        self.chats.pause(chat, seconds)

    async def pause_notices(self, seconds: float) -> None:
        self.lane.pause(seconds)

    def _enter(self, chat: str) -> float:
        wait = self.chats.find_wait(chat)
        if not wait:
            self.chats.enter(chat)
        return wait
