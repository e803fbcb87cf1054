"""The figures of one project."""

from sqlalchemy import and_, case, distinct, func, select

from storage.engine import Transaction
from storage.tables import LEASE_HAS_ANSWER, LEASE_IS_OPEN, balances, leases, tasks
from tasks.model.ledger import order_account
from tasks.model.money import Money
from tasks.model.progress import ProjectProgress
from tasks.model.project import CANT_TELL, Project
from tasks.model.work import AnswerStatus, TaskStatus

NOT_ACCEPTED = (AnswerStatus.UNPAID, AnswerStatus.UNDONE)


async def read(transaction: Transaction, project: Project, median_seconds: float | None) -> ProjectProgress:
    """How far the project is; goes through all its tasks and answers."""
    tally = (
        await transaction.execute(
            select(tasks.c.status, func.count(), func.sum(tasks.c.answers), func.sum(tasks.c.cant_tells))
            .where(tasks.c.project_id == project.id)
            .group_by(tasks.c.status)
        )
    ).all()
    open_leases = await transaction.execute(
        select(func.count()).select_from(leases).where(leases.c.project_id == project.id, LEASE_IS_OPEN)
    )
    workers, unpaid_late, gold_answered, gold_right = await _answers(transaction, project)
    return ProjectProgress(
        tasks={TaskStatus(status): count for status, count, _, _ in tally},
        answers=sum(answers for _, _, answers, _ in tally),
        cant_tells=sum(cant_tells for _, _, _, cant_tells in tally),
        unpaid_late=unpaid_late,
        open_leases=open_leases.scalar_one(),
        workers=workers,
        cost=await cost_of(transaction, project),
        gold_right=gold_right,
        gold_answered=gold_answered,
        median_seconds=median_seconds,
    )


async def _answers(transaction: Transaction, project: Project) -> tuple[int, int, int, int]:
    accepted_gold = and_(tasks.c.gold.is_not(None), leases.c.answer_status.not_in(NOT_ACCEPTED))
    late = and_(leases.c.answer_status == AnswerStatus.UNPAID, leases.c.choice != CANT_TELL)
    rows = await transaction.execute(
        select(
            func.count(distinct(leases.c.worker_id)),
            func.count(case((late, 1))),
            func.count(case((accepted_gold, 1))),
            func.count(case((and_(accepted_gold, leases.c.choice == tasks.c.gold), 1))),
        )
        .select_from(leases)
        .join(tasks, tasks.c.id == leases.c.task_id)
        .where(leases.c.project_id == project.id, tasks.c.project_id == project.id, LEASE_HAS_ANSWER)
    )
    workers, unpaid_late, gold_answered, gold_right = rows.one()
    return workers, unpaid_late, gold_answered, gold_right


async def cost_of(transaction: Transaction, project: Project) -> Money:
    """What its workers earned so far."""
    rows = await transaction.execute(
        select(func.coalesce(func.sum(balances.c.micros), 0)).where(
            balances.c.account == order_account(project.id), balances.c.currency == project.price.currency
        )
    )
    return Money(-int(rows.scalar_one()), project.price.currency)
