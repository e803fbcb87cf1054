"""What a worker is told about her money and her answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tasks.model.ledger import Bucket
from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.work import AnswerStatus


@dataclass(frozen=True, slots=True)
class DayEarnings:
    """What she earned on one of her days, in one currency."""

    day: date
    amount: Money


@dataclass(frozen=True, slots=True)
class CurrencyStatement:
    """Her money in one currency."""

    currency: str
    buckets: Mapping[Bucket, Money]
    today: Money
    last_7_days: Money
    """Today and the six days before it."""
    last_30_days: Money
    days: tuple[DayEarnings, ...]
    """The last seven days, oldest first, days without work included."""


@dataclass(frozen=True, slots=True)
class RecentAnswer:
    """One of her last answers, with its outcome."""

    project: Project
    choice: str
    answered_at: datetime
    status: AnswerStatus
    price: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything ``/earnings`` shows."""

    currencies: tuple[CurrencyStatement, ...]
    recent: tuple[RecentAnswer, ...]
    """Newest first, at most ten."""
    today: date
    """Her own date."""
