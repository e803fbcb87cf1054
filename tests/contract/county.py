"""People of different places to try notices on, spoken to in few words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from storage.tables import TALLIED, accounts, deliveries, notice_tallies, workers
from storage.unit_of_work import SqlStore
from tasks.model.identifiers import NoticeId, WorkerId
from tasks.model.notice import Notice
from tasks.model.worker import Worker, WorkerStatus
from tests.builders import NOON, a_notice, an_account


async def a_person(store: SqlStore, name: str = "anna", **changes: Any) -> Worker:
    """An active worker; the changes name columns of her row, or ``reachable``."""
    reachable = changes.pop("reachable", True)
    values = {
        "language": "zh",
        "status": WorkerStatus.ACTIVE,
        "time_zone": "UTC",
        "created_at": NOON,
        "status_at": NOON,
    }
    account = an_account(name)
    async with store.database.write() as transaction:
        added = await transaction.execute(insert(workers).values(values | changes).returning(workers.c.id))
        worker_id = WorkerId(added.scalar_one())
        await transaction.execute(
            insert(accounts).values(
                channel=account.channel,
                external_id=account.external_id,
                worker_id=worker_id,
                reachable=reachable,
                reachable_at=NOON,
            )
        )
        await transaction.commit()
    async with store.read() as work:
        return await work.workers.get(worker_id)


async def a_written_notice(store: SqlStore, **changes: Any) -> Notice:
    """A notice that is kept."""
    async with store.write() as work:
        notice = await work.notices.add(a_notice(**changes))
        await work.commit()
    return notice


async def plan(store: SqlStore, notice: Notice, now: datetime = NOON) -> int:
    """Plans it for everybody at once; returns how many deliveries are new."""
    async with store.write() as work:
        planned = await work.notices.plan(notice, now, {})
        await work.commit()
    return planned


async def a_planned_notice(store: SqlStore, *, people: int = 3, **changes: Any) -> Notice:
    """A notice with a delivery for each of so many new people."""
    for number in range(people):
        await a_person(store, f"person{number}")
    notice = await a_written_notice(store, **changes)
    assert await plan(store, notice) == people
    return notice


async def counted(store: SqlStore, notice_id: NoticeId) -> Mapping[str, int]:
    """What the tally should say, counted from the deliveries themselves."""
    state, answer = deliveries.c.state, deliveries.c.answer
    of_notice = deliveries.c.notice_id == notice_id
    async with store.database.read() as transaction:
        by_state = await transaction.execute(
            select(state, func.count().label("number")).where(of_notice).group_by(state)
        )
        found = {row.state: row.number for row in by_state}
        by_answer = await transaction.execute(
            select(answer, func.count().label("number"))
            .where(of_notice, answer.is_not(None))
            .group_by(answer)
        )
        found |= {f"answer_{row.answer}": row.number for row in by_answer}
        read = await transaction.execute(select(func.count(deliveries.c.read_at)).where(of_notice))
        found["read"] = read.scalar_one()
    return {name: found.get(name, 0) for name in TALLIED}


async def tallied(store: SqlStore, notice_id: NoticeId) -> Mapping[str, int]:
    """What the tally says."""
    async with store.database.read() as transaction:
        rows = await transaction.execute(
            select(notice_tallies).where(notice_tallies.c.notice_id == notice_id)
        )
        row = rows.mappings().one()
    return {name: row[name] for name in TALLIED}
