"""What an import says about golds."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
)

from storage.engine import Transaction
from storage.repositories.gold_places import become_ordinary, leave_frontier
from storage.repositories.gold_recounts import ask_for_recount
from storage.repositories.votes import IS_VOTE
from storage.tables import LEASE_IS_GOLD, golds, leases, tasks
from tasks.model.gold import GoldOrigin, GoldState, Purpose
from tasks.model.identifiers import ProjectId, TaskId


async def renew(transaction: Transaction, project_id: ProjectId, keys: Collection[str]) -> Collection[TaskId]:
    """See ``Golds.renew``; the import has locked these tasks by writing them."""
    these = and_(tasks.c.project_id == project_id, tasks.c.key.in_(sorted(keys)))
    rekeyed = await transaction.execute(_rekeyed(these))
    await ask_for_recount(transaction, [TaskId(task_id) for task_id in rekeyed.scalars()])
    gone = await transaction.execute(
        delete(golds)
        .where(
            golds.c.origin == GoldOrigin.CLIENT,
            golds.c.task_id.in_(select(tasks.c.id).where(these, tasks.c.gold.is_(None))),
        )
        .returning(golds.c.task_id)
    )
    ordinary = [TaskId(task_id) for task_id in gone.scalars()]
    statement = transaction.insert(golds).from_select([column.name for column in golds.c], _as_golds(these))
    changed = statement.excluded.choice != golds.c.choice
    renewed = await transaction.execute(
        statement.on_conflict_do_update(
            index_elements=[golds.c.task_id],
            set_={
                "choice": statement.excluded.choice,
                "origin": GoldOrigin.CLIENT,
                "state": case((changed, GoldState.LIVE), else_=golds.c.state),
                "contradicted": case((changed, _saying_another()), else_=golds.c.contradicted),
                "state_seen": case((changed, true()), else_=golds.c.state_seen),
            },
        ).returning(golds.c.task_id)
    )
    await leave_frontier(transaction, [TaskId(task_id) for task_id in renewed.scalars()])
    # Golds first and then the frontier, as whoever answers a gold and gets her next question.
    await become_ordinary(transaction, ordinary)
    return ordinary


def _saying_another() -> ColumnElement[int]:
    """How many of those who were asked the gold say something else than the new key; whether they are able is
    looked at later. For the conflict's part of the statement, where the new row is called ``excluded``.
    """
    return (
        select(func.count())
        .select_from(leases)
        .where(
            leases.c.task_id == literal_column("golds.task_id"),
            LEASE_IS_GOLD,
            leases.c.purpose != Purpose.VOID,
            IS_VOTE,
            leases.c.choice != literal_column("excluded.choice"),
        )
        .scalar_subquery()
    )


def _rekeyed(these: ColumnElement[bool]) -> Select[Any]:
    """Those whose key is gone, or new, or another one by what their rows say now."""
    is_gone = and_(tasks.c.gold.is_(None), golds.c.origin == GoldOrigin.CLIENT)
    is_another = or_(golds.c.choice.is_(None), golds.c.choice != tasks.c.gold)
    return (
        select(tasks.c.id)
        .outerjoin(golds, golds.c.task_id == tasks.c.id)
        .where(these, or_(is_gone, and_(tasks.c.gold.is_not(None), is_another)))
    )


def _as_golds(these: ColumnElement[bool]) -> Select[Any]:
    """Those tasks as rows of golds, in the order of the table's columns."""
    values: dict[str, Any] = {
        "task_id": tasks.c.id,
        "project_id": tasks.c.project_id,
        "choice": tasks.c.gold,
        "role": literal(Purpose.SILENT),
        "state": literal(GoldState.LIVE),
        "origin": literal(GoldOrigin.CLIENT),
        # Who had it as a task like any other knows it too.
        "shown": tasks.c.answers,
        "contradicted": literal(0),
        "state_seen": true(),
        "suspended_at": null(),
    }
    return select(*(values[column.name] for column in golds.c)).where(these, tasks.c.gold.is_not(None))
