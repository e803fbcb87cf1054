"""How fast messages may leave, and what keeps count of it. Why it is done so: docs/decisions, number 0009."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

HELD_SECONDS_MAX = 15.0
"""So long a slot counts whose end nobody reports: the process that holds it may have died."""
ANSWER_WAIT_SECONDS_MAX = 1.0
"""So long an answer waits for a slot that a notice holds; then it goes anyway."""
KEPT_SHARE = 0.03
"""Of the slots, for the next answers: while people are answered, notices leave so many free."""
CLOSED_SECONDS = 1.0
"""So long notices wait when what was counted before is not known any more."""
ASK_AGAIN_SECONDS_MIN = 0.005
ASK_AGAIN_SECONDS_MAX = 0.25
"""Slots may also come free before their time, so nobody sleeps longer than this for one."""
RATE_FACTOR_MIN = 0.1
RATE_FACTOR_STEP = 0.75
RATE_RECOVERY_SECONDS = 600.0
"""From no rate at all to the whole one; a slower rate recovers in proportion."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast messages may leave."""

    chat_burst: int = 120
    """Messages that one chat may get at once; afterwards one a second.

    So a worker who taps twice a second is not kept waiting for two minutes, unless her messenger minds.
    """
    overall: int = 30
    """Messages to all chats in any second, as the messenger counts them."""

    @property
    def late_seconds(self) -> float:
        """How much of its schedule the lane of notices may catch up when somebody asks late."""
        return max(3 / self.overall, 0.02)


def kept_for_answers(overall: int) -> int:
    """How many of so many slots notices leave free while people are answered; none of a handful."""
    return round(KEPT_SHARE * overall)


@dataclass(frozen=True, slots=True)
class Wait:
    """What an answer still waits for; it may go if it is for nothing."""

    chat_seconds: float = 0.0
    """For its own chat: nothing that anybody else does makes it shorter."""
    slot_seconds: float = 0.0
    """For a slot in the window; ask again then."""

    @property
    def is_over(self) -> bool:
        """Whether the answer may go now; then its slot is taken."""
        return not (self.chat_seconds or self.slot_seconds)


@dataclass(frozen=True, slots=True)
class Notices:
    """How many notices may go now; if none, the seconds to ask again after."""

    count: int
    ask_again_seconds: float = 0.0


class HotState(Protocol):
    """Slots to send in, and buckets of chats. Every process of one bot that shares it shares the limits.

    A slot is named by the caller. It counts from the moment it is taken until so long after its call ended
    that whoever takes its place arrives a second later; see ``end``.
    """

    @property
    def processes(self) -> int:
        """How many processes of this bot were alive when it was last asked."""

    async def take_answer(self, slot: str, chat: str, *, waited_seconds: float) -> Wait:
        """Takes the slot and counts the message for its chat, or says what to wait for.

        ``waited_seconds``: how long this answer has waited for a slot already.
        """

    async def take_notices(self, slots: Sequence[str]) -> Notices:
        """Takes as many of these slots as may be used right now, from the first on."""

    async def enter_chats(self, chats: Sequence[str]) -> list[float]:
        """Counts one message for each chat: 0.0, or (not counted) the seconds that chat still waits."""

    def end(self, slot: str, counts_seconds: float) -> None:
        """The slot counts for so long from now; not at all (0.0) if nothing was sent in it.

        May be kept back until the next call, and loses no precision by that.
        """

    async def greet(self) -> None:
        """Shows that this process is alive, and passes on what was kept back."""

    async def flush(self) -> None:
        """Passes on what was kept back, if there is anything."""

    async def pause_chat(self, chat: str, seconds: float) -> None:
        """No turns for that chat for so long, and one a second afterwards, until it was quiet for a while.

        A shorter pause does not end a longer one.
        """

    async def pause_notices(self, seconds: float) -> None:
        """No notices for so long, and fewer a second for some minutes afterwards.

        A shorter pause does not end a longer one; one pause slows the lane once, however often it is told.
        """
