"""What was learnt of each project, and what it is learnt from."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, literal_column, or_, select, update

from storage.engine import Transaction
from storage.repositories.model_body import lock_body
from storage.repositories.votes import HAS_STANDING, IS_VOTE, PACE_WEIGHT, audit_from
from storage.tables import (
    GOLD_IS_KNOWN,
    GOLD_IS_SUSPENDED,
    LEASE_HAS_ANSWER,
    LEASE_IS_GOLD,
    SANCTION_HOLDS,
    golds,
    leases,
    projects,
    quality_models,
    sanctions,
    standings,
    tasks,
)
from tasks.model.gold import GoldOrigin, Purpose
from tasks.model.identifiers import ProjectId, TaskId, WorkerId
from tasks.model.standing import HALTS
from tasks.model.work import TaskStatus
from tasks.ports import Model
from tasks.quality.copying import TESTED_LOOKED_AT, Copied
from tasks.quality.evidence import Evidence, Heard, Tested, Told

GOLD_LOOKED_AT = 60_000
"""So many of the last answers on golds are looked at, or as many as of the others if those are more."""
PAGE_ROWS = 200
"""So many answers are read at once: in between the event loop answers people."""
CLIENTS: ColumnElement[str] = literal_column(f"'{GoldOrigin.CLIENT}'")
IS_CLIENTS = golds.c.origin == CLIENTS


class SqlModels:
    """Implements ``Models``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, project_id: ProjectId) -> Model | None:
        row = await self._find_row(project_id)
        if row is None or "knowledge" not in row.body:
            return None
        whole_at = row.body["whole_at"]
        return Model(
            knowledge=row.body["knowledge"],
            machine=row.body["machine"],
            answers=row.body["answers"],
            fitted_at=row.fitted_at,
            whole_at=None if whole_at is None else datetime.fromisoformat(whole_at),
            copied=[_copied_from(copied) for copied in row.body.get("copied", ())],
            is_done=row.body.get("is_done", False),
        )

    async def find_fitted_at(self, project_id: ProjectId) -> datetime | None:
        rows = await self._transaction.execute(
            select(quality_models.c.fitted_at).where(
                quality_models.c.project_id == project_id,
                quality_models.c.body["knowledge"].as_string().is_not(None),
            )
        )
        return rows.scalar_one_or_none()

    async def save(self, project_id: ProjectId, model: Model) -> None:
        sections = {
            "knowledge": dict(model.knowledge),
            "machine": list(model.machine),
            "answers": model.answers,
            "copied": [asdict(copied) for copied in model.copied],
            "whole_at": model.whole_at and model.whole_at.isoformat(),
            "is_done": model.is_done,
        }
        body = await lock_body(self._transaction, project_id, model.fitted_at)
        await self._transaction.execute(
            update(quality_models)
            .where(quality_models.c.project_id == project_id)
            .values(body={**body, **sections}, fitted_at=model.fitted_at)
        )

    async def mark_done(self, project_id: ProjectId, fitted_at: datetime) -> None:
        row = await self._find_row(project_id, locked=True)
        if row is None or row.fitted_at != fitted_at:
            return
        await self._transaction.execute(
            update(quality_models)
            .where(quality_models.c.project_id == project_id)
            .values(body={**row.body, "is_done": True})
        )

    async def count_answers_since(self, project_id: ProjectId, moment: datetime | None, limit: int) -> int:
        new = select(leases.c.id).where(leases.c.project_id == project_id, LEASE_HAS_ANSWER)
        if moment is not None:
            new = new.where(leases.c.answered_at > moment)
        # In their order, so that few answers are not looked for among those of all projects.
        first = new.order_by(leases.c.answered_at.desc()).limit(limit).subquery()
        rows = await self._transaction.execute(select(func.count()).select_from(first))
        return rows.scalar_one()

    async def is_upset_since(self, project_id: ProjectId, moment: datetime) -> bool:
        paused = exists().where(
            SANCTION_HOLDS,
            sanctions.c.made_at > moment,
            sanctions.c.project_id == project_id,
            sanctions.c.kind.in_(HALTS),
        )
        suspended = exists().where(
            GOLD_IS_SUSPENDED, golds.c.project_id == project_id, golds.c.suspended_at > moment
        )
        rows = await self._transaction.execute(
            select(projects.c.id).where(
                projects.c.id == project_id, or_(projects.c.saved_at > moment, paused, suspended)
            )
        )
        return rows.scalar_one_or_none() is not None

    async def list_evidence(self, project_id: ProjectId, limit: int) -> Evidence:
        evidence = _Evidence()
        on_gold = max(limit, GOLD_LOOKED_AT)
        for query in (
            _asked_as_gold(project_id, on_gold),
            _told_afterwards(project_id, on_gold),
            _on_others(project_id, limit),
        ):
            answers = await self._transaction.connection.stream(query)
            async for page in answers.partitions(PAGE_ROWS):
                evidence.take_in(page)
        return Evidence(evidence.heard, evidence.told, evidence.tested)

    async def _find_row(self, project_id: ProjectId, *, locked: bool = False) -> Row[*tuple[Any, ...]] | None:
        query = select(quality_models.c.body, quality_models.c.fitted_at).where(
            quality_models.c.project_id == project_id
        )
        rows = await self._transaction.execute(query.with_for_update() if locked else query)
        return rows.one_or_none()


def _asked_as_gold(project_id: ProjectId, limit: int) -> Select[Any]:
    """The last answers to questions that were gold when they were asked."""
    counts = or_(leases.c.purpose != Purpose.VOID, golds.c.task_id.is_(None), ~GOLD_IS_KNOWN)
    return _last(project_id, limit).where(LEASE_IS_GOLD, counts)


def _told_afterwards(project_id: ProjectId, limit: int) -> Select[Any]:
    """The last answers to questions that were work when they were asked, and whose key the client has told
    since: what is right is known of few, so they are looked at however many answers came after them.
    """
    # From these golds on, said twice, and of nothing else that it is the project's: so no planner goes
    # through all its answers or all its tasks. Gold that is asked takes no place of its task: only where
    # some are taken it was work before.
    told = select(golds.c.task_id).where(golds.c.project_id == project_id, IS_CLIENTS)
    return _answers(limit).where(
        golds.c.project_id == project_id, tasks.c.id.in_(told), tasks.c.taken > 0, ~LEASE_IS_GOLD
    )


def _on_others(project_id: ProjectId, limit: int) -> Select[Any]:
    """The last of all other answers, those included that made the crowd earn a gold."""
    told = golds.alias("told")
    is_told = exists().where(told.c.task_id == leases.c.task_id, told.c.origin == CLIENTS)
    # Not by the golds that are joined: PostgreSQL would not expect that almost no task is one.
    return _last(project_id, limit).where(~LEASE_IS_GOLD, ~is_told)


def _last(project_id: ProjectId, limit: int) -> Select[Any]:
    """Along an index of the project's answers, from the last one backwards."""
    # Each table that is joined is narrowed to the project: none of them is read whole. Every vote has an
    # answer; said, so that PostgreSQL sees that the indexes of answers hold all of them.
    return _answers(limit).where(
        leases.c.project_id == project_id, tasks.c.project_id == project_id, LEASE_HAS_ANSWER
    )


def _answers(limit: int) -> Select[Any]:
    return (
        select(
            leases.c.task_id,
            leases.c.worker_id,
            leases.c.choice.label("said"),
            leases.c.purpose,
            PACE_WEIGHT,
            tasks.c.status,
            tasks.c.answers,
            tasks.c.machine,
            tasks.c.choice,
            tasks.c.confidence,
            tasks.c.verdict_version,
            tasks.c.audit,
            case((GOLD_IS_KNOWN, golds.c.choice)).label("truth"),
            case((GOLD_IS_KNOWN, golds.c.origin)).label("origin"),
        )
        .join(tasks, tasks.c.id == leases.c.task_id)
        .outerjoin(golds, golds.c.task_id == leases.c.task_id)
        .outerjoin(standings, HAS_STANDING)
        .where(IS_VOTE)
        .order_by(leases.c.answered_at.desc())
        .limit(limit)
    )


def _copied_from(body: Mapping[str, Any]) -> Copied:
    one, other = body["pair"]
    return Copied((WorkerId(one), WorkerId(other)), body["same"], body["expected"])


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What was read so far, the last answers first."""

    heard: list[Heard] = field(default_factory=list)
    told: dict[TaskId, Told] = field(default_factory=dict)
    tested: list[Tested] = field(default_factory=list)

    def take_in(self, rows: Iterable[Any]) -> None:
        for row in rows:
            task_id, worker_id = TaskId(row.task_id), WorkerId(row.worker_id)
            self.heard.append(Heard(task_id, worker_id, row.said, row.weight))
            is_tested = row.purpose == Purpose.SILENT and row.truth is not None
            if is_tested and len(self.tested) < TESTED_LOOKED_AT:
                self.tested.append(Tested(worker_id, task_id, row.said, row.truth))
            if task_id not in self.told:
                self.told[task_id] = _told_from(row)


def _told_from(row: Any) -> Told:
    return Told(
        status=TaskStatus(row.status),
        answers=row.answers,
        truth=row.truth,
        is_earned=row.origin == GoldOrigin.EARNED,
        machine=row.machine,
        choice=row.choice,
        confidence=row.confidence,
        is_judged=row.verdict_version > 0,
        audit=audit_from(row.audit),
    )
