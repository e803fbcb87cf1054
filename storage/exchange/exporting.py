"""What clients take home: answers, verdicts and the ledger of one project, streamed in constant memory.

Each export is one statement, and so a picture of one moment, whatever workers do meanwhile. Only batch
Dawid-Skene beside the verdicts has to see all answers together, and reads them first.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select

from storage.engine import Database
from storage.exchange.beside import Beside, read_dawid_skene
from storage.exchange.exports import Cell, Export, Rows
from storage.exchange.verdict_rows import history_export, verdicts_export
from storage.repositories.votes import HAS_STANDING, WEIGHT
from storage.tables import LEASE_HAS_ANSWER, entries, leases, postings, standings, tasks
from tasks.model.ledger import order_account
from tasks.model.money import Money
from tasks.model.project import Project
from tasks.model.work import ACCEPTED
from tasks.quality.weight import weight_of_answer


class What(StrEnum):
    """What can be exported."""

    ANSWERS = "answers"
    VERDICTS = "verdicts"
    LEDGER = "ledger"


async def make_export(
    database: Database,
    project: Project,
    what: What,
    *,
    beside: Collection[Beside] = (),
    history: bool = False,
) -> Export:
    """The export of that project. What stands beside, and the history, are for verdicts alone."""
    match what:
        case What.ANSWERS:
            return _answers(project)
        case What.LEDGER:
            return _ledger(project)
        case What.VERDICTS if history:
            return history_export(project)
        case What.VERDICTS:
            batch = await read_dawid_skene(database, project) if Beside.DAWID_SKENE in beside else {}
            return verdicts_export(project, beside, batch)


def _answers(project: Project) -> Export:
    """Each answer, undone ones included, in the order in which they came."""
    query = (
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
            standings.c.accuracy,
            WEIGHT,
        )
        .join(tasks, tasks.c.id == leases.c.task_id)
        .outerjoin(standings, HAS_STANDING)
        .where(leases.c.project_id == project.id, LEASE_HAS_ANSWER)
        .order_by(leases.c.answered_at, leases.c.id)
    )
    columns = (
        *("project", "task", "worker", "choice", "answered_at", "seconds", "price", "currency", "status"),
        *("gold", "weight"),
    )
    return Export(columns, query, lambda rows: _answer_row(project, rows[0]))


def _answer_row(project: Project, row: Row[Any]) -> tuple[Cell, ...]:
    return (
        project.slug,
        row.key,
        row.worker_id,
        row.choice,
        row.answered_at,
        round(row.seconds, 1),
        Money(row.price_micros, row.currency).to_decimal(),
        row.currency,
        row.answer_status,
        row.gold,
        _weight(project, row),
    )


def _weight(project: Project, row: Row[Any]) -> float | None:
    if row.answer_status not in ACCEPTED:
        return 0.0
    if row.accuracy is None:
        return None
    weight = weight_of_answer(row.accuracy, len(project.offered()), believed=row.weight)
    return round(weight, 4)


def _ledger(project: Project) -> Export:
    """Every leg of every entry that touches the project's orders, in the order of booking."""
    touched = select(postings.c.entry_key).where(postings.c.account == order_account(project.id))
    query = (
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
    columns = ("entry", "kind", "booked_at", "account", "worker", "amount", "currency")
    return Export(columns, query, _ledger_row)


def _ledger_row(rows: Rows) -> tuple[Cell, ...]:
    (row,) = rows
    holder, _, rest = row.account.partition(":")
    worker = int(rest.partition(":")[0]) if holder == "worker" else None
    amount = Money(row.micros, row.currency).to_decimal()
    return row.key, row.kind, row.booked_at, row.account, worker, amount, row.currency
