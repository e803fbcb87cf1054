"""A worker, and what we must know before we ask her anything."""

from dataclasses import dataclass
from enum import StrEnum

from tasks.model.identifiers import AccountKey, WorkerId


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
