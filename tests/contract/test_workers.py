"""Workers: who stands behind an account."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage.tables import consents
from storage.unit_of_work import SqlStore
from tasks.model.worker import Worker, WorkerStatus
from tests.builders import NOON, an_account


async def add(store: SqlStore, name: str = "anna") -> Worker:
    async with store.write() as work:
        worker = await work.workers.add(an_account(name), language="zh", time_zone="Asia/Shanghai", at=NOON)
        await work.commit()
    return worker


async def test_a_new_worker_is_found_by_her_account(store: SqlStore) -> None:
    anna, berta = await add(store, "anna"), await add(store, "berta")
    async with store.read() as work:
        found = await work.workers.list_by_account(
            [an_account("anna"), an_account("berta"), an_account("eve")]
        )
        assert found == {anna.account: anna, berta.account: berta}
        assert await work.workers.get(anna.id) == anna
    assert (anna.status, anna.join_code, anna.reachable) == (WorkerStatus.NEW, None, True)


async def test_two_first_messages_at_once_make_one_worker(store: SqlStore) -> None:
    for round_ in range(10):
        both = await asyncio.gather(*(add(store, f"anna{round_}") for _ in range(4)))
        assert len({worker.id for worker in both}) == 1


async def test_an_unknown_worker_is_a_lookup_error(store: SqlStore) -> None:
    async with store.read() as work:
        with pytest.raises(LookupError):
            await work.workers.get(404)


async def test_consent_makes_her_active_and_every_consent_is_kept(store: SqlStore) -> None:
    anna = await add(store)
    async with store.write() as work:
        await work.workers.set_consent(anna.id, version="1", at=NOON)
        await work.workers.set_consent(anna.id, version="2", at=NOON + timedelta(days=1))
        await work.commit()
    async with store.database.read() as transaction:
        kept = (await transaction.execute(select(consents.c.version, consents.c.at))).all()
    assert kept == [("1", NOON), ("2", NOON + timedelta(days=1))]
    async with store.read() as work:
        worker = await work.workers.get(anna.id)
    assert (worker.status, worker.consent_version) == (WorkerStatus.ACTIVE, "2")


async def test_what_is_set_is_read(store: SqlStore) -> None:
    anna = await add(store)
    async with store.write() as work:
        await work.workers.set_status(anna.id, WorkerStatus.LEFT, NOON)
        await work.workers.set_language(anna.id, "en")
        await work.workers.set_join_code(anna.id, "LC-8")
        await work.workers.set_reachable(anna.account, reachable=False, at=NOON)
        await work.workers.set_reachable(an_account("nobody"), reachable=False, at=NOON)
        await work.commit()
    async with store.read() as work:
        worker = await work.workers.get(anna.id)
    assert (worker.status, worker.language, worker.join_code) == (WorkerStatus.LEFT, "en", "LC-8")
    assert not worker.reachable


async def test_a_moment_without_time_zone_is_refused(store: SqlStore) -> None:
    async with store.write() as work:
        with pytest.raises(Exception, match="time zone") as caught:
            await work.workers.add(
                an_account(),
                language="zh",
                time_zone="UTC",
                at=datetime(2026, 1, 1),  # noqa: DTZ001
            )
    assert isinstance(caught.value.__cause__ or caught.value, ValueError)
