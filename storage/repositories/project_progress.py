"""How far a project is, and what it has cost."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from storage.engine import Transaction
from storage.tables import LEASE_HAS_ANSWER, LEASE_IS_OPEN, balances, leases, tasks
from tasks.model.identifiers import ProjectId
from tasks.model.ledger import order_account
from tasks.model.money import Money
from tasks.model.progress import ProjectProgress
from tasks.model.project import CANT_TELL, Project
from tasks.model.work import AnswerStatus


async def read(transaction: Transaction, project_id: ProjectId) -> ProjectProgress:
    """See ``Projects.progress``."""
    tallies = await transaction.execute(
        select(_sum(tasks.c.answers), _sum(tasks.c.cant_tells)).where(tasks.c.project_id == project_id)
    )
    answers, cant_tells = tallies.one()
    of_project = select(func.count()).select_from(leases).where(leases.c.project_id == project_id)
    unpaid_late = of_project.where(
        LEASE_HAS_ANSWER, leases.c.answer_status == AnswerStatus.UNPAID, leases.c.choice != CANT_TELL
    )
    return ProjectProgress(
        answers=answers,
        cant_tells=cant_tells,
        unpaid_late=await _count(transaction, unpaid_late),
        open_leases=await _count(transaction, of_project.where(LEASE_IS_OPEN)),
    )


async def cost_of(transaction: Transaction, project: Project) -> Money:
    """What its workers earned so far."""
    rows = await transaction.execute(
        select(_sum(balances.c.micros)).where(
            balances.c.account == order_account(project.id), balances.c.currency == project.price.currency
        )
    )
    return Money(-int(rows.scalar_one()), project.price.currency)


def _sum(column: ColumnElement[int]) -> ColumnElement[Any]:
    """0 where there is no row."""
    return func.coalesce(func.sum(column), 0)


async def _count(transaction: Transaction, counted: Select[int]) -> int:
    return (await transaction.execute(counted)).scalar_one()
