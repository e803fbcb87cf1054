"""What reached the server, message by message, and how many of them in any second."""

from collections import Counter, deque
from dataclasses import dataclass
from itertools import islice

from tests.journeys.outside.manners import Refusal

EDITS = {"editmessagetext", "editmessagecaption", "editmessagemedia", "editmessagereplymarkup"}
SENDS = {"sendmessage", "sendphoto", "sendvoice", "senddocument"}
COUNTED = SENDS | EDITS
TOO_MANY = "Too Many Requests: retry after 1"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message or edit that somebody now sees."""

    at: float
    chat: int
    method: str
    text: str
    message_id: int


class Arrivals:
    """All that arrived. With a limit, more than so many in any second are refused: no buckets, no mercy."""

    def __init__(self) -> None:
        self.limit: int | None = None
        self.seen: list[Arrival] = []
        self.too_many: list[float] = []
        """When a call was refused because the second was full."""
        self._last_second: deque[float] = deque()

    def admit(self, now: float) -> None:
        """Counts one call; the second that ends now must have room for it."""
        while self._last_second and self._last_second[0] <= now - 1.0:
            self._last_second.popleft()
        if self.limit is not None and len(self._last_second) >= self.limit:
            self.too_many.append(now)
            raise Refusal(429, TOO_MANY, 1)
        self._last_second.append(now)

    def of(self, text: str, first: int = 0) -> list[Arrival]:
        """The new messages with these words, in the order of their arrival; looks from the ``first`` on."""
        return [one for one in islice(self.seen, first, None) if one.method in SENDS and text in one.text]

    def doubled(self, text: str) -> list[int]:
        """The chats that got these words more than once."""
        return [chat for chat, count in Counter(one.chat for one in self.of(text)).items() if count > 1]

    def most_in_a_second(self, since: float) -> int:
        """How many arrived in the fullest second of any beginning."""
        times = [one.at for one in self.seen if one.at >= since]
        most = first = 0
        for last, at in enumerate(times):
            while times[first] <= at - 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most
