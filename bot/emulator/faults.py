"""What goes wrong on demand."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

CALL_KINDS = ("error", "html", "hang", "cut_before", "cut_after", "slow")
UPDATE_KINDS = ("update_twice", "update_swapped", "update_unknown_type", "update_without")
FILE_KINDS = ("file_ids",)
KINDS = (*CALL_KINDS, *UPDATE_KINDS, *FILE_KINDS)


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong: for which calls or updates, how often, and how."""

    kind: str
    method: str = "*"
    """A Bot API method, or for updates the kind of update; * is any."""
    times: int | None = 1
    """How often it still happens; None is for ever."""
    probability: float = 1.0
    match: dict[str, str] = field(default_factory=dict)
    """Parameters that the call must have."""
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    seconds: float = 0.0
    """How long a slow answer takes, in real seconds."""
    fields: list[str] = field(default_factory=list)
    """For update_without: what is left out, such as "from" or "chat_instance"."""
    file_id: str = "*"
    """For file_ids: which one stops working."""
    id: int = 0
    happened: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}; there are {', '.join(KINDS)}")
        if self.retry_after is not None:
            self.code = 429
            self.description = f"Too Many Requests: retry after {self.retry_after}"

    def applies(self, method: str, params: dict[str, Any]) -> bool:
        if self.method != "*" and self.method.lower() != method.lower():
            return False
        if any(str(params.get(name)) != str(value) for name, value in self.match.items()):
            return False
        return self.probability >= 1 or random.random() < self.probability


class Faults:
    """The faults that are still to happen."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._ids = itertools.count(1)

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._faults.values()))

    def add(self, fault: Fault) -> Fault:
        fault.id = next(self._ids)
        self._faults[fault.id] = fault
        return fault

    def remove(self, fault_id: int) -> None:
        self._faults.pop(fault_id, None)

    def clear(self) -> None:
        self._faults.clear()

    def for_call(self, method: str, params: dict[str, Any]) -> Fault | None:
        """What goes wrong with this call, counted as having happened."""
        return self._take(CALL_KINDS, method, params)

    def for_update(self, kind: str) -> Fault | None:
        """What goes wrong with an update of this kind, counted as having happened."""
        return self._take(UPDATE_KINDS, kind, {})

    def _take(self, kinds: tuple[str, ...], method: str, params: dict[str, Any]) -> Fault | None:
        if not self._faults:
            return None
        for fault in self:
            if fault.kind in kinds and fault.applies(method, params):
                self._count(fault)
                return fault
        return None

    def _count(self, fault: Fault) -> None:
        fault.happened += 1
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.remove(fault.id)
