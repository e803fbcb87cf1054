"""Work waits, quarantine and handles of pictures."""

from sqlalchemy import select

from storage.tables import quarantine
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import WorkerId
from tasks.model.worker import WorkerStatus
from tests.builders import NOON, an_image
from tests.contract.programme import a_programme


async def test_who_waits_for_work_is_listed_page_by_page(store: SqlStore) -> None:
    programme = await a_programme(store, workers=5)
    ids = [worker.id for worker in programme.workers]
    async with store.write() as work:
        for worker_id in (*ids, ids[0]):
            await work.work_waits.add(worker_id, NOON)
        for worker_id in ids[1:]:
            await work.workers.set_status(worker_id, WorkerStatus.ACTIVE, NOON)
        await work.workers.set_reachable(programme.workers[2].account, reachable=False, at=NOON)
        await work.work_waits.remove(ids[4])
        await work.commit()
    async with store.read() as work:
        first = await work.work_waits.list_waiting(1, after=WorkerId(0))
        rest = await work.work_waits.list_waiting(9, after=first[0].id)
    assert [worker.id for worker in (*first, *rest)] == [ids[1], ids[3]]


async def test_quarantine_keeps_what_fits_once(store: SqlStore) -> None:
    async with store.write() as work:
        for _ in range(2):
            await work.quarantine.add(
                channel="telegram",
                event_id="77",
                received_at=NOON,
                reason="KeyError",
                payload="猫\0\ud800" * 9000,
            )
        await work.commit()
    async with store.database.read() as transaction:
        (payload,) = (await transaction.execute(select(quarantine.c.payload))).scalars()
    assert payload == "猫" * 2730


async def test_a_handle_is_renewed_and_only_that_one_forgotten(store: SqlStore) -> None:
    handles, cat = store.picture_handles, an_image("cat")
    assert await handles.find_handle(cat, "telegram:1") is None
    await handles.save_handle(cat, "telegram:1", "old")
    await handles.save_handle(cat, "telegram:1", "new")
    await handles.save_handle(cat, "telegram:2", "other")
    await handles.forget_handle(cat, "telegram:1", "old")
    assert await handles.find_handle(cat, "telegram:1") == "new"
    await handles.forget_handle(cat, "telegram:1", "new")
    assert await handles.find_handle(cat, "telegram:1") is None
    assert await handles.find_handle(cat, "telegram:2") == "other"
