"""The books."""

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from storage.engine import Transaction
from storage.tables import balances, postings
from storage.tables import entries as entries_table
from tasks.model.identifiers import WorkerId
from tasks.model.ledger import Bucket, Entry, EntryKind, Posting, worker_account
from tasks.model.money import Money

SHARDS = 32
"""In so many rows lies the balance of an account that everybody books on. What is booked together goes to one
of them: spread over all, it would wait for whatever else is booked meanwhile.
"""


class SqlLedger:
    """Implements ``Ledger``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        shard = zlib.crc32(entries[0].key.encode()) % SHARDS
        # Each posting locks a row of balances. All transactions lock them in this order.
        rows = sorted(
            (row for entry in entries for row in _posting_rows(entry, shard)),
            key=lambda row: (row["account"], row["currency"], row["day"], row["shard"]),
        )
        await self._transaction.insert_all(postings, rows)
        await self._transaction.insert_all(entries_table, [_entry_row(entry) for entry in entries])

    async def find_entry(self, key: str) -> Entry | None:
        rows = await self._transaction.execute(
            select(entries_table, postings.c.account, postings.c.micros, postings.c.currency)
            .join(postings, postings.c.entry_key == entries_table.c.key)
            .where(entries_table.c.key == key)
            .order_by(postings.c.leg)
        )
        legs = rows.all()
        if not legs:
            return None
        return Entry(
            key=legs[0].key,
            kind=EntryKind(legs[0].kind),
            booked_at=legs[0].booked_at,
            day=legs[0].day,
            postings=tuple(Posting(leg.account, Money(leg.micros, leg.currency)) for leg in legs),
        )

    async def earned_on(self, workers: Mapping[WorkerId, date], currency: str) -> Mapping[WorkerId, Money]:
        if not workers:
            return {}
        owners = {account: worker_id for worker_id in workers for account in _accounts(worker_id)}
        rows = await self._transaction.execute(
            select(balances.c.account, balances.c.day, func.sum(balances.c.micros).label("micros"))
            .where(
                balances.c.account.in_(owners),
                balances.c.currency == currency,
                balances.c.day.in_(sorted(set(workers.values()))),
            )
            .group_by(balances.c.account, balances.c.day)
        )
        earned = dict.fromkeys(workers, Money.zero(currency))
        for row in rows:
            owner = owners[row.account]
            if row.day == workers[owner]:
                earned[owner] += Money(int(row.micros), currency)
        return earned

    async def balances(self, worker_id: WorkerId) -> Mapping[str, Mapping[Bucket, Money]]:
        buckets = {worker_account(worker_id, bucket): bucket for bucket in Bucket}
        rows = await self._transaction.execute(
            select(balances.c.account, balances.c.currency, func.sum(balances.c.micros).label("micros"))
            .where(balances.c.account.in_(buckets))
            .group_by(balances.c.account, balances.c.currency)
        )
        found: dict[str, dict[Bucket, Money]] = {}
        for row in rows:
            in_currency = found.setdefault(row.currency, dict.fromkeys(Bucket, Money.zero(row.currency)))
            in_currency[buckets[row.account]] = Money(int(row.micros), row.currency)
        return found

    async def days(self, worker_id: WorkerId, since: date) -> Mapping[str, Mapping[date, Money]]:
        earned = func.sum(balances.c.micros)
        rows = await self._transaction.execute(
            select(balances.c.currency, balances.c.day, earned.label("micros"))
            .where(balances.c.account.in_(_accounts(worker_id)), balances.c.day >= since)
            .group_by(balances.c.currency, balances.c.day)
            .having(earned != 0)
            .order_by(balances.c.day)
        )
        found: dict[str, dict[date, Money]] = defaultdict(dict)
        for row in rows:
            found[row.currency][row.day] = Money(int(row.micros), row.currency)
        return dict(found)


def _accounts(worker_id: WorkerId) -> Sequence[str]:
    """All her buckets: what moves from one to another on a day adds up to nothing over them."""
    return [worker_account(worker_id, bucket) for bucket in Bucket]


def _entry_row(entry: Entry) -> dict[str, Any]:
    return {"key": entry.key, "kind": entry.kind, "booked_at": entry.booked_at, "day": entry.day}


def _posting_rows(entry: Entry, shard: int) -> Iterator[dict[str, Any]]:
    """Its legs that move something; a worker's own account is hers alone and has one row."""
    for leg, posting in enumerate(entry.postings):
        if posting.amount.micros:
            yield {
                "entry_key": entry.key,
                "leg": leg,
                "account": posting.account,
                "currency": posting.amount.currency,
                "micros": posting.amount.micros,
                "day": entry.day,
                "shard": 0 if posting.account.startswith("worker:") else shard,
            }
