"""Leases and the answers on them.

A lease is guarded by the lock on its task. Each method that locks does so in one statement, tasks in the
order of their ids, and then reads leases in a second one: PostgreSQL shows a statement what was committed
before that statement began, so only the second one is sure to see what the lock was waiting for.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from storage.engine import Transaction
from storage.repositories.lease_rows import lease_from, new_values, recent_from
from storage.repositories.tasks import task_from
from storage.repositories.votes import IS_VOTE, list_votes
from storage.tables import (
    LEASE_HAS_ANSWER,
    LEASE_IS_ENDED,
    LEASE_IS_OPEN,
    LEASE_IS_SETTLED,
    TASK_IS_OPEN,
    leases,
    projects,
    tasks,
    verdicts,
)
from tasks.model.earnings import RecentAnswer
from tasks.model.gold import Purpose
from tasks.model.identifiers import LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.project import Project
from tasks.model.work import Answer, AnswerStatus, Lease, LeaseState, Task
from tasks.ports import Cast, NewLease, Pressed


class SqlLeases:
    """Implements ``Leases``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def lock_pressed(self, lease_ids: Collection[LeaseId]) -> Mapping[LeaseId, Pressed]:
        if not lease_ids:
            return {}
        ids = sorted(lease_ids)
        await self._lock_tasks(_tasks_of_pressed(ids))
        rows = await self._transaction.execute(
            _leases_with_tasks().add_columns(_other_open()).where(leases.c.id.in_(ids))
        )
        pressed = [Pressed(lease_from(row), task_from(row), row["other_open"]) for row in rows.mappings()]
        return {press.lease.id: press for press in pressed}

    async def find_open(self, worker_id: WorkerId, project_id: ProjectId) -> tuple[Lease, Task] | None:
        found = await self._lock_open(worker_id, project_id)
        return found[0] if found else None

    async def has_left(self, worker_id: WorkerId, project: Project) -> bool:
        rows = await self._transaction.execute(
            select(leases.c.id)
            .join(tasks, tasks.c.id == leases.c.task_id)
            .where(
                leases.c.worker_id == worker_id,
                leases.c.project_id == project.id,
                or_(LEASE_IS_OPEN, and_(LEASE_IS_ENDED, _has_room(project))),
            )
            .limit(1)
        )
        return rows.one_or_none() is not None

    async def list_open(self, worker_id: WorkerId, project_id: ProjectId) -> Sequence[Lease]:
        return [lease for lease, _ in await self._lock_open(worker_id, project_id)]

    async def find_ended(self, worker_id: WorkerId, project: Project) -> tuple[Lease, Task] | None:
        ended = and_(leases.c.worker_id == worker_id, leases.c.project_id == project.id, LEASE_IS_ENDED)
        # A task that another process holds is passed over: waiting for it here, after other locks were
        # taken, could be waiting in a circle.
        rows = await self._transaction.execute(
            select(leases.c.id)
            .join(tasks, tasks.c.id == leases.c.task_id)
            .where(ended, _has_room(project))
            .order_by(leases.c.id.desc())
            .limit(1)
            .with_for_update(of=tasks, key_share=True, skip_locked=True)
        )
        lease_id = rows.scalar_one_or_none()
        if lease_id is None:
            return None
        rows = await self._transaction.execute(
            _leases_with_tasks().where(leases.c.id == lease_id, LEASE_IS_ENDED, _has_room(project))
        )
        row = rows.mappings().one_or_none()
        return None if row is None else (lease_from(row), task_from(row))

    async def add(self, leases: Sequence[NewLease]) -> Sequence[LeaseId]:
        if not leases:
            return ()
        rows = await self._transaction.execute(INSERT_LEASES, [new_values(lease) for lease in leases])
        # The rows come back in any order; a worker and a task name one of them, since no pair is open twice.
        ids = {(row.worker_id, row.task_id): LeaseId(row.id) for row in rows}
        return [ids[lease.worker_id, lease.task_id] for lease in leases]

    async def set_state(self, lease_ids: Collection[LeaseId], state: LeaseState) -> None:
        if not lease_ids:
            return
        values: dict[str, Any] = {"state": state}
        if state is LeaseState.REPORTED:
            values["settled_at"] = leases.c.shown_at
        await self._update(leases.c.id.in_(sorted(lease_ids)), values)

    async def set_answers(self, answers: Mapping[LeaseId, Answer]) -> None:
        if not answers:
            return
        await self._transaction.execute(
            update(leases)
            .where(leases.c.id == bindparam("lease_id"))
            .values(
                state=LeaseState.ANSWERED,
                choice=bindparam("said"),
                answered_at=bindparam("at"),
                settled_at=bindparam("at"),
                seconds=bindparam("took"),
                answer_status=bindparam("status"),
            ),
            [
                {
                    "lease_id": lease_id,
                    "said": answer.choice,
                    "at": answer.answered_at,
                    "took": answer.seconds,
                    "status": answer.status,
                }
                for lease_id, answer in answers.items()
            ],
        )

    async def set_void(self, lease_ids: Collection[LeaseId]) -> None:
        if lease_ids:
            await self._update(leases.c.id.in_(sorted(lease_ids)), {"purpose": Purpose.VOID})

    async def set_undone(self, lease_id: LeaseId) -> None:
        await self._update(leases.c.id == lease_id, {"state": LeaseState.UNDONE})
        await self._update(
            and_(leases.c.id == lease_id, LEASE_HAS_ANSWER), {"answer_status": AnswerStatus.UNDONE}
        )

    async def reopen(self, lease_id: LeaseId, *, shown_at: datetime, ends_at: datetime) -> None:
        await self._update(
            leases.c.id == lease_id, {"state": LeaseState.OPEN, "shown_at": shown_at, "ends_at": ends_at}
        )

    async def set_previous(self, lease_id: LeaseId, previous_id: LeaseId | None) -> None:
        await self._update(leases.c.id == lease_id, {"previous_id": previous_id})

    async def find_last_settled(self, worker_id: WorkerId, project_id: ProjectId) -> LeaseId | None:
        rows = await self._transaction.execute(
            select(leases.c.id)
            .where(leases.c.worker_id == worker_id, leases.c.project_id == project_id, LEASE_IS_SETTLED)
            .order_by(leases.c.settled_at.desc(), leases.c.id.desc())
            .limit(1)
        )
        return rows.scalar_one_or_none()

    async def list_decided_after(
        self, worker_id: WorkerId, project_id: ProjectId, limit: int
    ) -> Sequence[timedelta | None]:
        hers = (
            select(leases.c.task_id, leases.c.answered_at)
            .where(leases.c.worker_id == worker_id, leases.c.project_id == project_id, LEASE_IS_SETTLED)
            .where(leases.c.purpose == Purpose.WORK, IS_VOTE)
            .order_by(leases.c.settled_at.desc(), leases.c.id.desc())
            .limit(limit)
            .subquery()
        )
        came_after = and_(verdicts.c.task_id == hers.c.task_id, verdicts.c.made_at >= hers.c.answered_at)
        rows = await self._transaction.execute(
            select(hers.c.answered_at, func.min(verdicts.c.made_at))
            .outerjoin_from(hers, verdicts, came_after)
            .group_by(hers.c.task_id, hers.c.answered_at)
        )
        return [None if decided_at is None else decided_at - answered_at for answered_at, decided_at in rows]

    async def list_overdue(self, now: datetime, limit: int) -> Sequence[LeaseId]:
        rows = await self._transaction.execute(
            select(leases.c.id)
            .where(LEASE_IS_OPEN, leases.c.ends_at <= now)
            .order_by(leases.c.ends_at)
            .limit(limit)
        )
        return [LeaseId(lease_id) for lease_id in rows.scalars()]

    async def list_votes(self, task_ids: Collection[TaskId]) -> Sequence[Cast]:
        return await list_votes(self._transaction, task_ids)

    async def list_recent(self, worker_id: WorkerId, limit: int) -> Sequence[RecentAnswer]:
        answers = select(
            leases.c.id.label("lease_id"),
            leases.c.choice,
            leases.c.answered_at,
            leases.c.answer_status,
            leases.c.currency.label("paid_in"),
            leases.c.price_micros.label("promised_micros"),
        )
        rows = await self._transaction.execute(
            answers.add_columns(projects)
            .join(projects, projects.c.id == leases.c.project_id)
            .where(leases.c.worker_id == worker_id, LEASE_HAS_ANSWER)
            .order_by(leases.c.answered_at.desc(), leases.c.id.desc())
            .limit(limit)
        )
        return [recent_from(row) for row in rows]

    async def _lock_open(self, worker_id: WorkerId, project_id: ProjectId) -> Sequence[tuple[Lease, Task]]:
        """Her open leases, the one lent last first, with their tasks; all locked."""
        hers = and_(leases.c.worker_id == worker_id, leases.c.project_id == project_id, LEASE_IS_OPEN)
        while locked := await self._lock_tasks(select(leases.c.task_id).where(hers)):
            rows = await self._transaction.execute(
                _leases_with_tasks()
                .where(hers, leases.c.task_id.in_(locked))
                .order_by(leases.c.shown_at.desc(), leases.c.id.desc())
            )
            found = [(lease_from(row), task_from(row)) for row in rows.mappings()]
            if found:
                return found
            # Whoever had the lock took her answer, and may have lent her the next one: it is looked again.
        return []

    async def _lock_tasks(self, task_ids: Select[Any]) -> Sequence[TaskId]:
        rows = await self._transaction.execute(
            select(tasks.c.id)
            .where(tasks.c.id.in_(task_ids))
            .order_by(tasks.c.id)
            .with_for_update(key_share=True)
        )
        return [TaskId(task_id) for task_id in rows.scalars()]

    async def _update(self, condition: ColumnElement[bool], values: Mapping[str, Any]) -> None:
        await self._transaction.execute(update(leases).where(condition).values(values))


INSERT_LEASES = insert(leases).returning(leases.c.id, leases.c.worker_id, leases.c.task_id)


def _has_room(project: Project) -> ColumnElement[bool]:
    """The same as ``tasks.judging.has_room``."""
    return and_(TASK_IS_OPEN, tasks.c.taken < project.rules.max)


def _leases_with_tasks() -> Select[Any]:
    return select(leases, tasks).join(tasks, tasks.c.id == leases.c.task_id)


def _tasks_of_pressed(lease_ids: Sequence[LeaseId]) -> Select[Any]:
    """The tasks of these leases, and of the other open leases of their workers in their projects."""
    pressed = leases.alias("pressed")
    hers = and_(
        leases.c.worker_id == pressed.c.worker_id, leases.c.project_id == pressed.c.project_id, LEASE_IS_OPEN
    )
    others = (
        select(leases.c.task_id).select_from(leases).join(pressed, hers).where(pressed.c.id.in_(lease_ids))
    )
    own = select(pressed.c.task_id).where(pressed.c.id.in_(lease_ids))
    return select(own.union_all(others).subquery().c.task_id)


def _other_open() -> ColumnElement[Any]:
    """The other open lease of the same worker in the same project, the one lent last."""
    other = leases.alias("other")
    return (
        select(other.c.id)
        .where(
            other.c.worker_id == leases.c.worker_id,
            other.c.project_id == leases.c.project_id,
            other.c.id != leases.c.id,
            other.c.state == literal_column("'open'"),
        )
        .order_by(other.c.shown_at.desc(), other.c.id.desc())
        .limit(1)
        .correlate(leases)
        .scalar_subquery()
        .label("other_open")
    )
