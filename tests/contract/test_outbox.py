"""The outbox, work waits, quarantine and handles of pictures."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from storage.tables import quarantine
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import WorkerId
from tasks.model.worker import WorkerStatus
from tasks.ports import Notice
from tests.builders import NOON, an_image
from tests.contract.programme import Programme, a_programme


async def ask(programme: Programme, key: str, *, worker: int = 0, minutes: int = 0) -> bool:
    async with programme.store.write() as work:
        added = await work.outbox.add(
            programme.workers[worker].id,
            kind="work_again",
            facts={"project": "animals"},
            key=key,
            due_at=NOON + timedelta(minutes=minutes),
        )
        await work.commit()
    return added


async def claim(programme: Programme, *, minutes: int = 0, limit: int = 10) -> Sequence[Notice]:
    async with programme.store.write() as work:
        notices = await work.outbox.claim(NOON + timedelta(minutes=minutes), limit, hold_seconds=60)
        await work.commit()
    return notices


async def test_a_notice_is_asked_for_once_and_claimed_when_due(store: SqlStore) -> None:
    programme = await a_programme(store)
    assert await ask(programme, "later", minutes=5)
    assert await ask(programme, "now")
    assert not await ask(programme, "now")
    (notice,) = await claim(programme)
    worker = programme.workers[0]
    assert (notice.worker_id, notice.account, notice.language) == (worker.id, worker.account, "zh")
    assert (notice.kind, notice.facts, notice.attempts) == ("work_again", {"project": "animals"}, 1)


async def test_a_claimed_notice_is_held_and_then_comes_again(store: SqlStore) -> None:
    programme = await a_programme(store)
    await ask(programme, "now")
    assert len(await claim(programme)) == 1
    assert await claim(programme) == []
    (again,) = await claim(programme, minutes=1)
    assert again.attempts == 2


async def test_racing_claimers_share_the_notices(store: SqlStore) -> None:
    programme = await a_programme(store)
    for number in range(20):
        await ask(programme, f"notice{number}", worker=number % 3)
    shares = await asyncio.gather(*(claim(programme, limit=6) for _ in range(6)))
    ids = [notice.id for share in shares for notice in share]
    while rest := await claim(programme):
        ids += [notice.id for notice in rest]
    assert len(ids) == len(set(ids)) == 20


async def test_sent_and_failed_are_over_and_a_retry_waits(store: SqlStore) -> None:
    programme = await a_programme(store)
    for key in ("sent", "failed", "retry"):
        await ask(programme, key)
    sent, failed, retry = await claim(programme)
    async with store.write() as work:
        await work.outbox.set_sent(sent.id, NOON)
        await work.outbox.set_failed(failed.id, reason="gone", at=NOON)
        await work.outbox.set_retry(retry.id, due_at=NOON + timedelta(minutes=9), reason="rate")
        await work.commit()
    assert await claim(programme, minutes=8) == []
    assert [notice.id for notice in await claim(programme, minutes=9)] == [retry.id]


async def test_who_cannot_be_reached_waits_until_she_returns(store: SqlStore) -> None:
    programme = await a_programme(store)
    await ask(programme, "now")
    for reachable, notices in ((False, 0), (True, 1)):
        async with store.write() as work:
            await work.workers.set_reachable(programme.workers[0].account, reachable=reachable, at=NOON)
            await work.commit()
        assert len(await claim(programme)) == notices


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
