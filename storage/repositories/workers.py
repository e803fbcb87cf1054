"""People and their accounts."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from storage.engine import Transaction
from storage.tables import accounts, consents, workers
from tasks.model.identifiers import AccountKey, WorkerId
from tasks.model.worker import Worker, WorkerStatus

SEPARATOR = ","
"""Stands between the kinds that a worker has silenced."""


class SqlWorkers:
    """Implements ``Workers``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def list_by_account(self, keys: Collection[AccountKey]) -> Mapping[AccountKey, Worker]:
        by_channel: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            by_channel[key.channel].append(key.external_id)
        found: dict[AccountKey, Worker] = {}
        for channel, external_ids in by_channel.items():
            rows = await self._transaction.execute(
                workers_with_account().where(
                    accounts.c.channel == channel, accounts.c.external_id.in_(external_ids)
                )
            )
            found |= {worker.account: worker for worker in map(worker_from, rows)}
        return found

    async def get(self, worker_id: WorkerId) -> Worker:
        rows = await self._transaction.execute(workers_with_account().where(workers.c.id == worker_id))
        row = rows.one_or_none()
        if row is None:
            raise LookupError(f"there is no worker {worker_id}")
        return worker_from(row)

    async def lock(self, worker_id: WorkerId) -> None:
        her = select(workers.c.id).where(workers.c.id == worker_id)
        # A lease or an answer of hers, which only refers to her, does not wait for it.
        await self._transaction.execute(her.with_for_update(key_share=True))

    async def add(self, key: AccountKey, *, language: str, time_zone: str, at: datetime) -> Worker:
        known = await self.list_by_account([key])
        if key in known:
            return known[key]
        values = {"language": language, "time_zone": time_zone}
        try:
            async with self._transaction.connection.begin_nested():
                await self._insert(key, values, at)
        except IntegrityError:
            # Another first message of the same account was quicker; its worker is there now.
            known = await self.list_by_account([key])
            if key not in known:
                raise
            return known[key]
        return (await self.list_by_account([key]))[key]

    async def _insert(self, key: AccountKey, values: Mapping[str, str], at: datetime) -> None:
        inserted = await self._transaction.execute(
            insert(workers)
            .values(status=WorkerStatus.NEW, created_at=at, status_at=at, **values)
            .returning(workers.c.id)
        )
        await self._transaction.execute(
            insert(accounts).values(
                channel=key.channel,
                external_id=key.external_id,
                worker_id=inserted.scalar_one(),
                reachable=True,
                reachable_at=at,
            )
        )

    async def set_consent(self, worker_id: WorkerId, *, version: str, at: datetime) -> None:
        await self._transaction.execute(insert(consents).values(worker_id=worker_id, version=version, at=at))
        await self._update(worker_id, consent_version=version, status=WorkerStatus.ACTIVE, status_at=at)

    async def set_status(self, worker_id: WorkerId, status: WorkerStatus, at: datetime) -> None:
        await self._update(worker_id, status=status, status_at=at)

    async def set_language(self, worker_id: WorkerId, language: str) -> None:
        await self._update(worker_id, language=language)

    async def set_join_code(self, worker_id: WorkerId, code: str) -> None:
        await self._update(worker_id, join_code=code)

    async def set_place(self, worker_id: WorkerId, path: str, time_zone: str | None) -> None:
        known = {} if time_zone is None else {"time_zone": time_zone}
        await self._update(worker_id, place=path, **known)

    async def set_quiet_hours(self, worker_id: WorkerId, *, quiet_from: int, quiet_until: int) -> None:
        await self._update(worker_id, quiet_from=quiet_from, quiet_until=quiet_until)

    async def set_silenced(self, worker_id: WorkerId, kinds: frozenset[str]) -> None:
        await self._update(worker_id, silenced=SEPARATOR.join(sorted(kinds)))

    async def set_reachable(self, key: AccountKey, *, reachable: bool, at: datetime) -> None:
        await self._transaction.execute(
            update(accounts)
            .where(accounts.c.channel == key.channel, accounts.c.external_id == key.external_id)
            .values(reachable=reachable, reachable_at=at)
        )

    async def _update(self, worker_id: WorkerId, **values: Any) -> None:
        await self._transaction.execute(update(workers).where(workers.c.id == worker_id).values(values))


def workers_with_account() -> Select[Any]:
    """A selection of workers that ``worker_from`` can read."""
    return select(workers, accounts.c.channel, accounts.c.external_id, accounts.c.reachable).join(
        accounts, accounts.c.worker_id == workers.c.id
    )


def worker_from(row: Row[*tuple[Any, ...]]) -> Worker:
    """The worker in a row of ``workers_with_account``."""
    return Worker(
        id=WorkerId(row.id),
        account=AccountKey(row.channel, row.external_id),
        language=row.language,
        status=WorkerStatus(row.status),
        consent_version=row.consent_version,
        join_code=row.join_code,
        time_zone=row.time_zone,
        reachable=row.reachable,
        place=row.place,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        silenced=silenced_from(row.silenced),
    )


def silenced_from(text: str) -> frozenset[str]:
    """The kinds in a value of ``workers.silenced``."""
    return frozenset(filter(None, text.split(SEPARATOR)))


def has_silenced(kind: str) -> ColumnElement[bool]:
    """The worker does not wish notices of that kind."""
    between = literal(SEPARATOR) + workers.c.silenced + literal(SEPARATOR)
    return between.contains(f"{SEPARATOR}{kind}{SEPARATOR}", autoescape=True)
