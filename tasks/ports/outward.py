"""What leaves after the commit, and what could not be read on its way in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tasks.model.identifiers import AccountKey, WorkerId


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be said to one worker, asked for by committed work."""

    id: int
    worker_id: WorkerId
    account: AccountKey
    language: str
    kind: str
    facts: Mapping[str, str]
    """What the words of this kind need."""
    attempts: int
    """How often it was tried, this time included."""


class Outbox(Protocol):
    """Messages that leave after the commit, at least once tried, never forgotten."""

    async def add(
        self, worker_id: WorkerId, *, kind: str, facts: Mapping[str, str], key: str, due_at: datetime
    ) -> bool:
        """Asks for it; False if that key was asked for before."""

    async def claim(self, now: datetime, limit: int, *, hold_seconds: int) -> Sequence[Notice]:
        """Due notices to reachable workers, held for this caller: no other gets them before the hold ends."""

    async def set_sent(self, notice_id: int, at: datetime) -> None: ...

    async def set_retry(self, notice_id: int, *, due_at: datetime, reason: str) -> None: ...

    async def set_failed(self, notice_id: int, *, reason: str, at: datetime) -> None: ...


class Quarantine(Protocol):
    """Events from a messenger that could not be read, kept for a developer."""

    async def add(
        self, *, channel: str, event_id: str, received_at: datetime, reason: str, payload: str
    ) -> None:
        """Keeps the event, its payload cut to 8 kB; once is enough if it comes again."""
