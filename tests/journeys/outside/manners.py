"""In which ways a Bot API server may be real and yet differ from the one next door."""

from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal


class Refusal(Exception):  # noqa: N818 - the server says no
    """The server refuses a call, with Telegram's own words."""

    def __init__(self, code: int, description: str, retry_after_seconds: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after_seconds = retry_after_seconds


@dataclass
class Manners:
    """One server's habits; those of the defaults are the plainest."""

    seed: int = 7
    # The share of updates that come twice, of those that come late, and of calls whose answer is cut off.
    duplicated: float = 0.0
    delayed: float = 0.0
    cut: float = 0.0
    # How many calls one chat may make at once, and how many a second it gets back; None: no limit.
    burst: float | None = None
    refill: float = 1.0
    chat_instance: bool = True
    pressed_message: Literal["full", "inaccessible", "missing"] = "full"
    photo_sizes: int = 3
    other_capitals: bool = False
    retry_after_in_body: bool = True
    extra_fields: bool = False
    first_person: int = 1000
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def happens(self, share: float) -> bool:
        return self.random.random() < share

    def describe(self, description: str) -> str:
        return description.upper() if self.other_capitals else description

    def dress(self, thing: dict[str, Any]) -> dict[str, Any]:
        """The thing, with fields of a Bot API that does not exist yet."""
        return {**thing, "mood_of_2031": {"level": 3, "tags": [None, 1]}} if self.extra_fields else thing
