"""The verdicts of one project: as they stand now, or all that there ever were."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.sql.selectable import Subquery

from storage.exchange.beside import Batch, Beside
from storage.exchange.exports import Cell, Export, Rows
from storage.repositories.votes import IS_VOTE_OF_PROJECT
from storage.tables import golds, leases, tasks, verdicts
from tasks.model.gold import GoldState
from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.verdict import Belief
from tasks.model.work import TaskStatus
from tasks.quality.shares import smoothed

DIGITS = 4
KNOWN = "gold"
"""The reason of a verdict that is the client's own known answer."""


def verdicts_export(project: Project, beside: Collection[Beside], batch: Batch) -> Export:
    """Each task with what its answers add up to now; ``batch`` is what Dawid-Skene says of them."""
    columns = (
        *("project", "task", "choice", "confidence", "answers", "status"),
        *("soft", "cost", "currency", "version", "reason"),
        *(("majority", "majority_share") if Beside.MAJORITY in beside else ()),
        *(("dawid_skene", "dawid_skene_confidence") if Beside.DAWID_SKENE in beside else ()),
    )

    def write(rows: Rows) -> tuple[Cell, ...]:
        return (
            *_verdict_row(project, rows),
            *(_majority(rows) if Beside.MAJORITY in beside else ()),
            *(_rounded(batch.get(rows[0].id)) if Beside.DAWID_SKENE in beside else ()),
        )

    counted = select(tasks.c.id).where(tasks.c.project_id == project.id)
    return Export(columns, _verdicts(project), write, together=lambda row: row.id, counted=counted)


def history_export(project: Project) -> Export:
    """Every version of every task's verdict, the oldest first."""
    query = (
        select(tasks.c.key, tasks.c.status, verdicts)
        .join(verdicts, verdicts.c.task_id == tasks.c.id)
        .where(tasks.c.project_id == project.id)
        .order_by(tasks.c.position, tasks.c.id, verdicts.c.version)
    )
    columns = (
        *("project", "task", "choice", "confidence", "answers", "status"),
        *("soft", "version", "reason", "made_at"),
    )
    return Export(columns, query, lambda rows: _version_row(project, rows[0]))


def _version_row(project: Project, row: Row[Any]) -> tuple[Cell, ...]:
    return (
        *(project.slug, row.key, row.choice, round(row.confidence, DIGITS), row.answers, row.status),
        *(_soft(row.soft), row.version, row.reason, row.made_at),
    )


def _verdicts(project: Project) -> Select[Any]:
    """A row for each task and each choice that its accepted answers named, the choice of most first."""
    votes = _votes(project)
    return (
        select(
            tasks.c.id,
            tasks.c.key,
            tasks.c.status,
            tasks.c.gold,
            golds.c.state.label("gold_state"),
            tasks.c.choice,
            tasks.c.confidence,
            tasks.c.soft,
            tasks.c.verdict_version,
            verdicts.c.reason,
            votes.c.choice.label("said"),
            votes.c.votes,
            votes.c.micros,
        )
        .outerjoin(votes, votes.c.task_id == tasks.c.id)
        .outerjoin(golds, golds.c.task_id == tasks.c.id)
        .outerjoin(
            verdicts,
            and_(verdicts.c.task_id == tasks.c.id, verdicts.c.version == tasks.c.verdict_version),
        )
        .where(tasks.c.project_id == project.id)
        .order_by(
            tasks.c.position, tasks.c.id, votes.c.votes.desc(), votes.c.reached_at, votes.c.last_lease_id
        )
    )


def _votes(project: Project) -> Subquery:
    return (
        select(
            leases.c.task_id,
            leases.c.choice,
            func.count().label("votes"),
            func.sum(leases.c.price_micros).label("micros"),
            # Of equals, the one that got there first stands before the others.
            func.max(leases.c.answered_at).label("reached_at"),
            func.max(leases.c.id).label("last_lease_id"),
        )
        .where(leases.c.project_id == project.id, IS_VOTE_OF_PROJECT)
        .group_by(leases.c.task_id, leases.c.choice)
        .subquery()
    )


def _verdict_row(project: Project, rows: Rows) -> tuple[Cell, ...]:
    row, votes = rows[0], _counted(rows)
    is_known = row.gold is not None and row.gold_state != GoldState.SUSPENDED
    belief = _known(row) if is_known else _belief(project, row, votes)
    cost = Money(sum(int(each.micros or 0) for each in rows), project.price.currency)
    status, reason = row.status, row.reason
    if is_known:
        status = TaskStatus.CLOSED if status == TaskStatus.OPEN else status
        reason = KNOWN
    choice, confidence = _rounded(None if belief is None else (belief.choice, belief.confidence))
    return (
        *(project.slug, row.key, choice, confidence, sum(votes.values()), status),
        *(None if belief is None else _soft(belief.soft), cost.to_decimal(), cost.currency),
        *(row.verdict_version, reason),
    )


def _counted(rows: Rows) -> dict[str, int]:
    return {row.said: row.votes for row in rows if row.said is not None}


def _known(row: Row[Any]) -> Belief:
    return Belief(row.gold, 1.0, {row.gold: 1.0})


def _belief(project: Project, row: Row[Any], votes: Mapping[str, int]) -> Belief | None:
    """What is believed of the task, or the share of its answers where nothing was worked out yet."""
    if row.choice is not None and row.confidence is not None:
        return Belief(row.choice, row.confidence, row.soft or {})
    if not votes:
        return None
    soft = smoothed(votes, [choice.id for choice in project.offered()])
    leader = next(iter(votes))
    return Belief(leader, soft[leader], soft)


def _majority(rows: Rows) -> Iterator[Cell]:
    votes = _counted(rows)
    leader = next(iter(votes), None)
    return _rounded(None if leader is None else (leader, votes[leader] / sum(votes.values())))


def _rounded(sure: tuple[str, float] | None) -> Iterator[Cell]:
    """The choice and how sure it is, or nothing twice."""
    return iter((None, None) if sure is None else (sure[0], round(sure[1], DIGITS)))


def _soft(soft: Mapping[str, float]) -> Mapping[str, float]:
    return {choice: round(probability, DIGITS) for choice, probability in soft.items()}
