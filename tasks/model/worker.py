"""A worker, and what we must know before we ask her anything."""

from dataclasses import dataclass
from enum import StrEnum

from tasks.model.identifiers import AccountKey, WorkerId

QUIET_FROM, QUIET_UNTIL = 21, 7


class WorkerStatus(StrEnum):
    """Where a worker stands in the programme."""

    NEW = "new"
    """Has not agreed yet."""
    ACTIVE = "active"
    LEFT = "left"
    """Left with /stop; comes back with /start."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A person who answers."""

    id: WorkerId
    account: AccountKey
    """Where she is reached."""
    language: str
    status: WorkerStatus
    consent_version: str | None
    """The version of the promise text that she agreed to."""
    join_code: str | None
    """The code she came with, kept for her recruiter and place."""
    time_zone: str
    """IANA name; her *today* ends at midnight there."""
    reachable: bool
    """False once she blocked the bot or deleted her account, until she returns."""
    place: str = ""
    """Path of the place that her join code named; empty: of none."""
    quiet_from: int = QUIET_FROM
    """The hour, in her time zone, from which only urgent things are said to her, 0 to 23."""
    quiet_until: int = QUIET_UNTIL
    """The hour until which; the same as ``quiet_from``: no quiet hours."""
    silenced: frozenset[str] = frozenset()
    """Kinds of notices that she does not wish to get."""
