"""What the books say of an answer."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tasks.model.identifiers import LeaseId
from tasks.model.ledger import (
    Bucket,
    Entry,
    EntryKind,
    Posting,
    answer_key,
    order_account,
    undo_key,
    worker_account,
)
from tasks.model.work import AnswerStatus, Lease
from tasks.model.worker import Worker

ACCEPTED_AS = AnswerStatus.APPROVED
"""Answers are accepted at once; with review they will be pending first."""
EARNED_IN = Bucket.APPROVED


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, and the date it is for one worker."""

    at: datetime
    day: date

    @classmethod
    def of(cls, worker: Worker, at: datetime) -> "Moment":
        """That time where she lives."""
        return cls(at, at.astimezone(ZoneInfo(worker.time_zone)).date())


def earning(lease: Lease, moment: Moment) -> Entry:
    """The order pays the promised price into the worker's bucket."""
    return Entry(
        key=answer_key(lease.id),
        kind=EntryKind.ANSWER,
        booked_at=moment.at,
        day=moment.day,
        postings=(
            Posting(order_account(lease.project_id), -lease.price),
            Posting(worker_account(lease.worker_id, EARNED_IN), lease.price),
        ),
    )


def reversal(lease_id: LeaseId, earned: Entry, moment: Moment) -> Entry:
    """The same legs the other way round, on the day of the earning, so that no day goes below nothing."""
    return Entry(
        key=undo_key(lease_id),
        kind=EntryKind.UNDO,
        booked_at=moment.at,
        day=earned.day,
        postings=tuple(Posting(leg.account, -leg.amount) for leg in earned.postings),
    )
