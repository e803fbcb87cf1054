"""What the bot called: the last so many calls, for tests and for the drawer of the phone page."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

KEPT_CALLS = 5_000


@dataclass(slots=True)
class Call:
    id: int
    at: float
    method: str
    params: dict[str, Any]
    status: int
    description: str
    seconds: float
    via: str
    """`http`, or `webhook` when it stood in the answer to an update."""
    fault: str = ""

    def json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class CallLog:
    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self._ids = itertools.count(1)
        self.by_method: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()

    def add(self, **facts: Any) -> Call:
        call = Call(id=next(self._ids), **facts)
        self._calls.append(call)
        self.by_method[call.method] += 1
        self.by_status[str(call.status)] += 1
        return call

    def clear(self) -> None:
        self._calls.clear()
        self.by_method.clear()
        self.by_status.clear()

    def newest(
        self, *, method: str = "", status: int | None = None, chat_id: int | None = None,
        after: int = 0, limit: int = 100,
    ) -> list[Call]:  # fmt: skip
        """The newest calls that fit, the oldest of them first."""
        found: list[Call] = []
        for call in reversed(self._calls):
            if len(found) == limit or call.id <= after:
                break
            fits_method = not method or call.method.lower() == method.lower()
            fits_chat = chat_id is None or str(call.params.get("chat_id")) == str(chat_id)
            if fits_method and fits_chat and status in {None, call.status}:
                found.append(call)
        return found[::-1]
