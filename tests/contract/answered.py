"""Answers that are there already, with their bookings, for tests of what is made of them."""

from sqlalchemy import select

from storage.tables import tasks
from storage.unit_of_work import SqlStore
from tasks.booking import Moment, earning
from tasks.model.identifiers import AccountKey, TaskId, WorkerId
from tasks.model.project import Project
from tasks.model.work import ACCEPTED, Answer, AnswerStatus, Lease, LeaseState
from tasks.ports import TallyChange
from tests.builders import NOON, a_new_lease


async def answer(
    store: SqlStore, project: Project, key: str, account: AccountKey, said: Answer, *, undone: bool = False
) -> WorkerId:
    """That person's answer on the task with that key; an approved one is paid."""
    async with store.write() as unit:
        worker = await unit.workers.add(account, language="en", time_zone="UTC", at=NOON)
        rows = await unit._transaction.execute(
            select(tasks.c.id).where(tasks.c.project_id == project.id, tasks.c.key == key)
        )
        new = a_new_lease(worker.id, TaskId(rows.scalar_one()), project)
        (lease_id,) = await unit.leases.add([new])
        counted = int(said.status in ACCEPTED)
        await unit.tasks.add_to_tallies({new.task_id: TallyChange(taken=counted, answers=counted)})
        await unit.leases.set_answers({lease_id: said})
        if said.status is AnswerStatus.APPROVED:
            lease = Lease(
                id=lease_id,
                task_id=new.task_id,
                project_id=project.id,
                worker_id=worker.id,
                state=LeaseState.ANSWERED,
                price=new.price,
                shown_at=new.shown_at,
                ends_at=new.ends_at,
                previous_id=None,
                answer=said,
            )
            await unit.ledger.add([earning(lease, Moment.of(worker, said.answered_at))])
        if undone:
            await unit.leases.set_undone(lease_id)
        await unit.commit()
    return worker.id
