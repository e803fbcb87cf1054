"""The ledger."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from tasks.model.identifiers import WorkerId
from tasks.model.ledger import Bucket, Entry
from tasks.model.money import Money


class Ledger(Protocol):
    """The books."""

    async def add(self, entries: Sequence[Entry]) -> None:
        """Books them. A key that is there already raises the database's integrity error: the caller holds the
        lock that makes this impossible.
        """

    async def find_entry(self, key: str) -> Entry | None: ...

    async def earned_on(self, workers: Mapping[WorkerId, date], currency: str) -> Mapping[WorkerId, Money]:
        """What each worker earned on that day of hers, all buckets together; zero if nothing."""

    async def balances(self, worker_id: WorkerId) -> Mapping[str, Mapping[Bucket, Money]]:
        """Her buckets by currency."""

    async def days(self, worker_id: WorkerId, since: date) -> Mapping[str, Mapping[date, Money]]:
        """What she earned on each of her days since then, by currency."""
