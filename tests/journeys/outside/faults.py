"""What may go wrong with messages, for as long as somebody wishes: refusals, and answers that do not come."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from tests.journeys.outside.arrivals import COUNTED
from tests.journeys.outside.manners import Refusal

ROUNDING = 1e-6
Refuse = Callable[[Random], Refusal]


@dataclass
class Fault:
    """Meets some messages: refuses them, or carries them out and answers late."""

    refuse: Refuse | None = None
    hold_seconds: float = 0.0
    share: float = 1.0
    """Of the calls that it could meet; spread evenly, so that it is the same share of a few of them."""
    chats: frozenset[int] | None = None
    """None: any chat."""
    method: str = ""
    """Empty: any message or edit."""
    met: int = 0
    """How many it has met."""
    _due: float = 0.0
    """How much of the next one is due."""

    def strikes(self) -> bool:
        """Whether it meets a call that it could meet."""
        self._due += self.share
        if self._due < 1.0 - ROUNDING:
            return False
        self._due -= 1.0
        self.met += 1
        return True


class Faults:
    """The faults that are on."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._on: list[Fault] = []

    @contextmanager
    def on(self, fault: Fault) -> Iterator[Fault]:
        """It lasts as long as the block."""
        self._on.append(fault)
        try:
            yield fault
        finally:
            self._on.remove(fault)

    def meet(self, method: str, chat: int) -> float:
        """Raises what the call is refused with; else the seconds to hold back its answer."""
        for fault in self._on:
            if method not in ({fault.method} if fault.method else COUNTED):
                continue
            if (fault.chats is None or chat in fault.chats) and fault.strikes():
                if fault.refuse is not None:
                    raise fault.refuse(self._random)
                return fault.hold_seconds
        return 0.0


def too_many(random: Random) -> Refusal:
    """As in a storm: nobody knows why, and for how long."""
    seconds = random.randint(1, 3)
    return Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)


def deactivated(_: Random) -> Refusal:
    return Refusal(403, "Forbidden: user is deactivated")


def unparsable(_: Random) -> Refusal:
    return Refusal(400, 'Bad Request: can\'t parse entities: Unsupported start tag "br" at byte offset 9')


def bad_picture(_: Random) -> Refusal:
    return Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")


def blocked(_: Random) -> Refusal:
    return Refusal(403, "Forbidden: bot was blocked by the user")
