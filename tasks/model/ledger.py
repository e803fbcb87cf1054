"""The double-entry ledger: entries that sum to zero, or cannot exist."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tasks.model.identifiers import LeaseId, ProjectId, WorkerId
from tasks.model.money import Money


class Bucket(StrEnum):
    """The four places where a worker's money can be."""

    PENDING = "pending"
    """Waiting for review."""
    APPROVED = "approved"
    IN_PAYOUT = "in_payout"
    """Being paid."""
    PAID = "paid"


class EntryKind(StrEnum):
    """The business events that move money."""

    ANSWER = "answer"
    """An answer was accepted."""
    UNDO = "undo"
    """She took the answer back."""


def worker_account(worker_id: WorkerId, bucket: Bucket) -> str:
    """The account of one of a worker's buckets."""
    return f"worker:{worker_id}:{bucket}"


def order_account(project_id: ProjectId) -> str:
    """The account that a client's orders of a project pay from; negative by what was spent."""
    return f"order:{project_id}:committed"


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg of an entry: so much into that account (out of it if negative)."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced booking. Raises ValueError if its postings do not sum to zero in each currency."""

    key: str
    """Names the business event; the database takes each key once."""
    kind: EntryKind
    booked_at: datetime
    day: date
    """The worker's own date at that moment."""
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for posting in self.postings:
            sums[posting.amount.currency] += posting.amount.micros
        if not self.postings or any(sums.values()):
            raise ValueError(f"entry {self.key} is not balanced: {dict(sums)}")


def answer_key(lease_id: LeaseId) -> str:
    """The key under which an answer's earning is booked."""
    return f"{EntryKind.ANSWER}:{lease_id}"


def undo_key(lease_id: LeaseId) -> str:
    """The key under which the earning of an answer is taken back."""
    return f"{EntryKind.UNDO}:{lease_id}"
