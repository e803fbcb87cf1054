"""What clients take home: answers, verdicts and the ledger of one project, streamed in constant memory.

Each export is one statement, and so a picture of one moment, whatever workers do meanwhile.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, and_, func, literal_column, select

from storage.engine import Database
from storage.tables import LEASE_HAS_ANSWER, entries, leases, postings, tasks
from tasks.model.ledger import order_account
from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.work import AnswerStatus

PAGE_ROWS = 5000

Cell = str | int | float | Decimal | datetime | None


class What(StrEnum):
    """What can be exported."""

    ANSWERS = "answers"
    VERDICTS = "verdicts"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Export:
    """How one kind of export is made."""

    columns: tuple[str, ...]
    query: Callable[[Project], Select[Any]]
    row: Callable[[Project, Row[Any]], tuple[Cell, ...]]


async def list_pages(
    database: Database, project: Project, what: What
) -> AsyncIterator[Sequence[tuple[Cell, ...]]]:
    """The rows of an export in their stable order, page by page."""
    export = EXPORTS[what]
    async with database.read() as transaction:
        result = await transaction.connection.stream(export.query(project))
        async for page in result.partitions(PAGE_ROWS):
            yield [export.row(project, row) for row in page]


async def count_rows(database: Database, project: Project, what: What) -> int:
    """How many rows the export would have now."""
    rows = EXPORTS[what].query(project).order_by(None).subquery()
    async with database.read() as transaction:
        result = await transaction.execute(select(func.count()).select_from(rows))
    return result.scalar_one()


def _answers(project: Project) -> Select[Any]:
    """Each answer, undone ones included, in the order in which they came."""
    return (
        select(
            tasks.c.key,
            leases.c.worker_id,
            leases.c.choice,
            leases.c.answered_at,
            leases.c.seconds,
            leases.c.price_micros,
            leases.c.currency,
            leases.c.answer_status,
            tasks.c.gold,
        )
        .join(tasks, tasks.c.id == leases.c.task_id)
        .where(leases.c.project_id == project.id, LEASE_HAS_ANSWER)
        .order_by(leases.c.answered_at, leases.c.id)
    )


def _answer_row(project: Project, row: Row[Any]) -> tuple[Cell, ...]:
    price = Money(row.price_micros, row.currency).to_decimal()
    return (
        project.slug,
        row.key,
        row.worker_id,
        row.choice,
        row.answered_at,
        round(row.seconds, 1),
        price,
        row.currency,
        row.answer_status,
        row.gold,
    )


def _verdicts(project: Project) -> Select[Any]:
    """Each task with the choice that most approved answers named; of equals, the one that got there first."""
    reached_at = func.max(leases.c.answered_at)
    votes = (
        select(
            leases.c.task_id,
            leases.c.choice,
            func.count().label("votes"),
            func.sum(func.count()).over(partition_by=leases.c.task_id).label("answers"),
            func.row_number()
            .over(
                partition_by=leases.c.task_id,
                order_by=(func.count().desc(), reached_at, func.max(leases.c.id)),
            )
            .label("place"),
        )
        .where(
            leases.c.project_id == project.id,
            LEASE_HAS_ANSWER,
            leases.c.answer_status == literal_column(f"'{AnswerStatus.APPROVED}'"),
        )
        .group_by(leases.c.task_id, leases.c.choice)
        .subquery()
    )
    return (
        select(tasks.c.key, votes.c.choice, votes.c.votes, votes.c.answers, tasks.c.status)
        .outerjoin(votes, and_(votes.c.task_id == tasks.c.id, votes.c.place == 1))
        .where(tasks.c.project_id == project.id)
        .order_by(tasks.c.position, tasks.c.id)
    )


def _verdict_row(project: Project, row: Row[Any]) -> tuple[Cell, ...]:
    if row.choice is None:
        return project.slug, row.key, None, None, 0, row.status
    # A stand-in until answers are weighed by who gave them: the smoothed share of the winning choice.
    confidence = (row.votes + 1) / (int(row.answers) + len(project.offered()))
    return project.slug, row.key, row.choice, round(confidence, 4), int(row.answers), row.status


def _ledger(project: Project) -> Select[Any]:
    """Every leg of every entry that touches the project's orders, in the order of booking."""
    touched = select(postings.c.entry_key).where(postings.c.account == order_account(project.id))
    return (
        select(
            entries.c.key,
            entries.c.kind,
            entries.c.booked_at,
            postings.c.account,
            postings.c.micros,
            postings.c.currency,
        )
        .join(postings, postings.c.entry_key == entries.c.key)
        .where(entries.c.key.in_(touched))
        .order_by(entries.c.booked_at, entries.c.key, postings.c.leg)
    )


def _ledger_row(_project: Project, row: Row[Any]) -> tuple[Cell, ...]:
    holder, _, rest = row.account.partition(":")
    worker = int(rest.partition(":")[0]) if holder == "worker" else None
    amount = Money(row.micros, row.currency).to_decimal()
    return row.key, row.kind, row.booked_at, row.account, worker, amount, row.currency


EXPORTS = {
    What.ANSWERS: Export(
        (
            "project",
            "task",
            "worker",
            "choice",
            "answered_at",
            "seconds",
            "price",
            "currency",
            "status",
            "gold",
        ),
        _answers,
        _answer_row,
    ),
    What.VERDICTS: Export(
        ("project", "task", "choice", "confidence", "answers", "status"), _verdicts, _verdict_row
    ),
    What.LEDGER: Export(
        ("entry", "kind", "booked_at", "account", "worker", "amount", "currency"), _ledger, _ledger_row
    ),
}
