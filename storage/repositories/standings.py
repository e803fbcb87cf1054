"""Standings: what is known of each worker in each project."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from storage.engine import Transaction
from storage.tables import (
    LEASE_HAS_ANSWER,
    LEASE_IS_OPEN,
    STANDING_HAS_GOLDS,
    STANDING_IS_OUT,
    leases,
    standings,
)
from tasks.model.identifiers import ProjectId, WorkerId
from tasks.model.project import CANT_TELL
from tasks.model.standing import Pace, Standing, Step
from tasks.ports.quality import Learnt, StandingKey

WRITTEN = (
    "step",
    "questions",
    "golds",
    "golds_right",
    "lessons",
    "refreshers",
    "doubt",
    "weight",
)
"""What an answer changes, pace aside; the rest belongs to the renewal of the model (``Learnt``)."""
READ = [column for column in standings.c if column.name != "credit"]


class SqlStandings:
    """Implements ``Standings``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def lock(self, keys: Collection[StandingKey]) -> Mapping[StandingKey, Standing]:
        if not keys:
            return {}
        in_order = sorted(keys, key=lambda key: (key[1], key[0]))
        # First made, then locked: whoever waits for a row that is being made holds none yet.
        await self._make(in_order)
        rows = await self._transaction.execute(
            select(*READ)
            .where(_is_one_of(in_order))
            .order_by(standings.c.worker_id, standings.c.project_id)
            .with_for_update()
        )
        found = [standing_from(row) for row in rows.mappings()]
        return {(standing.project_id, standing.worker_id): standing for standing in found}

    async def find(self, project_id: ProjectId, worker_id: WorkerId) -> Standing:
        found = await self.list_of(project_id, [worker_id])
        return found.get(worker_id, Standing(project_id, worker_id))

    async def list_of(
        self, project_id: ProjectId, worker_ids: Collection[WorkerId]
    ) -> Mapping[WorkerId, Standing]:
        if not worker_ids:
            return {}
        rows = await self._transaction.execute(
            select(*READ).where(
                standings.c.project_id == project_id, standings.c.worker_id.in_(sorted(worker_ids))
            )
        )
        found = [standing_from(row) for row in rows.mappings()]
        return {standing.worker_id: standing for standing in found}

    async def save(self, standings: Collection[Standing]) -> None:
        if not standings:
            return
        await self._transaction.execute(
            SAVE,
            [
                {f"new_{name}": getattr(standing, name) for name in WRITTEN}
                | {
                    "of_project": standing.project_id,
                    "of_worker": standing.worker_id,
                    "new_pace": _pace_values(standing.pace),
                }
                for standing in sorted(standings, key=lambda one: (one.worker_id, one.project_id))
            ],
        )

    async def list_rows(
        self, project_id: ProjectId, worker_ids: Collection[WorkerId]
    ) -> Mapping[WorkerId, Sequence[float]]:
        if not worker_ids:
            return {}
        rows = await self._transaction.execute(
            select(standings.c.worker_id, standings.c.credit).where(
                standings.c.project_id == project_id,
                standings.c.worker_id.in_(sorted(worker_ids)),
                standings.c.renewed_at.is_not(None),
            )
        )
        return {WorkerId(row.worker_id): row.credit for row in rows}

    async def save_learnt(
        self, project_id: ProjectId, learnt: Mapping[WorkerId, Learnt], at: datetime
    ) -> None:
        if not learnt:
            return
        await self._make([(project_id, worker_id) for worker_id in sorted(learnt)])
        await self._transaction.execute(
            SAVE_LEARNT,
            [
                {
                    "of_project": project_id,
                    "of_worker": worker_id,
                    "new_credit": list(one.rows),
                    "new_accuracy": one.accuracy,
                    "new_accuracy_low": one.accuracy_low,
                    "new_information": one.information,
                    "new_voice": one.voice,
                    "new_renewed_at": at,
                }
                for worker_id, one in sorted(learnt.items())
            ],
        )

    async def find_out(self, project_id: ProjectId, worker_id: WorkerId) -> Standing | None:
        rows = await self._transaction.execute(
            select(*READ).where(
                standings.c.worker_id == worker_id, standings.c.project_id == project_id, STANDING_IS_OUT
            )
        )
        row = rows.mappings().one_or_none()
        return None if row is None else standing_from(row)

    async def list_at_work(
        self, project_id: ProjectId, since: datetime, limit: int
    ) -> Sequence[tuple[Step, float | None]]:
        last = (
            select(leases.c.worker_id)
            .where(leases.c.project_id == project_id, LEASE_HAS_ANSWER, leases.c.answered_at >= since)
            .order_by(leases.c.answered_at.desc())
            .limit(limit)
            .subquery()
        )
        # Each of them is looked up once, however many of these answers are hers.
        lately = select(last.c.worker_id).distinct().subquery()
        # Not ``exists``, for which PostgreSQL would go through all questions that are open anywhere.
        question = (
            select(leases.c.id)
            .where(LEASE_IS_OPEN, leases.c.worker_id == lately.c.worker_id, leases.c.project_id == project_id)
            .limit(1)
            .scalar_subquery()
        )
        rows = await self._transaction.execute(
            select(standings.c.step, standings.c.information)
            .join(lately, lately.c.worker_id == standings.c.worker_id)
            .where(standings.c.project_id == project_id, question.is_not(None))
        )
        return [(Step(row.step), row.information) for row in rows]

    async def list_records(self, project_id: ProjectId, limit: int) -> Sequence[tuple[int, int]]:
        rows = await self._transaction.execute(
            select(standings.c.golds_right, standings.c.golds)
            .where(standings.c.project_id == project_id, STANDING_HAS_GOLDS)
            .order_by(standings.c.worker_id)
            .limit(limit)
        )
        return [(row.golds_right, row.golds) for row in rows]

    async def count(self, project_id: ProjectId) -> int:
        rows = await self._transaction.execute(
            select(func.count()).where(standings.c.project_id == project_id)
        )
        return rows.scalar_one()

    async def count_said(self, project_id: ProjectId, limit: int) -> Mapping[str, int]:
        last = (
            select(leases.c.choice)
            .where(leases.c.project_id == project_id, LEASE_HAS_ANSWER)
            .order_by(leases.c.answered_at.desc())
            .limit(limit)
            .subquery()
        )
        rows = await self._transaction.execute(
            select(last.c.choice, func.count().label("number"))
            .where(last.c.choice != CANT_TELL)
            .group_by(last.c.choice)
        )
        return {row.choice: row.number for row in rows}

    async def _make(self, keys: Sequence[StandingKey]) -> None:
        """Makes those that are not there yet."""
        await self._transaction.execute(
            self._transaction.insert(standings).on_conflict_do_nothing(
                index_elements=[standings.c.project_id, standings.c.worker_id]
            ),
            [_new_values(key) for key in keys],
        )


def _is_one_of(keys: Sequence[StandingKey]) -> ColumnElement[bool]:
    """Project by project: SQLite would go through the whole table for a list of pairs."""
    by_project: dict[ProjectId, list[WorkerId]] = {}
    for project_id, worker_id in keys:
        by_project.setdefault(project_id, []).append(worker_id)
    return or_(
        *(
            and_(standings.c.project_id == project_id, standings.c.worker_id.in_(worker_ids))
            for project_id, worker_ids in by_project.items()
        )
    )


SAVE = (
    update(standings)
    .where(standings.c.project_id == bindparam("of_project"), standings.c.worker_id == bindparam("of_worker"))
    .values(
        {name: bindparam(f"new_{name}", type_=standings.c[name].type) for name in WRITTEN}
        | {"pace": bindparam("new_pace", type_=standings.c.pace.type)}
    )
)


LEARNT = ("credit", "accuracy", "accuracy_low", "information", "voice", "renewed_at")
SAVE_LEARNT = (
    update(standings)
    .where(standings.c.project_id == bindparam("of_project"), standings.c.worker_id == bindparam("of_worker"))
    .values({name: bindparam(f"new_{name}", type_=standings.c[name].type) for name in LEARNT})
)


def standing_from(row: Mapping[Any, Any]) -> Standing:
    """The standing in a row of its table, with or without its credit."""
    return Standing(
        project_id=ProjectId(row[standings.c.project_id]),
        worker_id=WorkerId(row[standings.c.worker_id]),
        step=Step(row[standings.c.step]),
        questions=row[standings.c.questions],
        golds=row[standings.c.golds],
        golds_right=row[standings.c.golds_right],
        lessons=row[standings.c.lessons],
        refreshers=row[standings.c.refreshers],
        doubt=row[standings.c.doubt],
        credit=tuple(row.get(standings.c.credit, ())),
        accuracy=row[standings.c.accuracy],
        accuracy_low=row[standings.c.accuracy_low],
        information=row[standings.c.information],
        weight=row[standings.c.weight],
        voice=row[standings.c.voice],
        pace=_pace_from(row[standings.c.pace]),
        renewed_at=row[standings.c.renewed_at],
    )


def _new_values(key: StandingKey) -> dict[str, Any]:
    new = Standing(*key)
    return {name: getattr(new, name) for name in WRITTEN} | {
        "project_id": key[0],
        "worker_id": key[1],
        "credit": [],
        "pace": _pace_values(new.pace),
    }


def _pace_values(pace: Pace) -> dict[str, Any]:
    return asdict(pace) | {"positions": list(pace.positions)}


def _pace_from(kept: Mapping[str, Any]) -> Pace:
    return Pace(**(dict(kept) | {"positions": tuple(kept.get("positions", ()))}))
