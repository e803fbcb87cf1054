"""The frontier follows what happens to tasks: places that come back, are taken, or are over."""

from collections.abc import Mapping

from sqlalchemy import and_, bindparam, case, delete, literal_column, or_, select, update

from storage.engine import Transaction
from storage.repositories.frontier_feeding import BUCKET, MENDED_ROWS, PLACES, place_values
from storage.tables import TASK_IS_GOLD, TASK_IS_OPEN, feeds, frontier, projects, tasks
from tasks.model.identifiers import TaskId
from tasks.model.project import Project
from tasks.model.work import TaskStatus
from tasks.ports import Bucket, TallyChange

IS_FED = (
    tasks.c.position
    <= select(feeds.c.position).where(feeds.c.project_id == tasks.c.project_id).scalar_subquery()
)
"""What is not in the frontier yet comes in by the feeder, with its tally as it is then."""
EVERY_POSITION = 2_147_483_647


async def follow_tallies(transaction: Transaction, changes: Mapping[TaskId, TallyChange]) -> None:
    """To be called when the tallies are written and the tasks are still locked."""
    over = [task for task, change in changes.items() if change.status not in {None, TaskStatus.OPEN}]
    if over:
        await transaction.execute(delete(frontier).where(frontier.c.task_id.in_(sorted(over))))
    going_on = {task: change for task, change in sorted(changes.items()) if task not in over}
    back = {task: one for task, one in going_on.items() if one.taken < 0 or one.status is TaskStatus.OPEN}
    if back:
        await _give_back(transaction, back)
    used = {
        task: one for task, one in going_on.items() if task not in back and (one.taken or one.answers > 0)
    }
    if used:
        await _use(transaction, used)


async def follow_quota(transaction: Transaction, project: Project) -> None:
    """No place beyond the quota, none of a task that is over, and each that the quota now gives."""
    quota = project.rules.max
    beyond = (
        select(tasks.c.id)
        .join(frontier, frontier.c.task_id == tasks.c.id)
        .where(
            frontier.c.project_id == project.id, or_(~TASK_IS_OPEN, tasks.c.taken + frontier.c.need > quota)
        )
        .order_by(tasks.c.id)
        .with_for_update(of=tasks, key_share=True)
    )
    left = case((TASK_IS_OPEN, quota - tasks.c.taken), else_=0)
    await transaction.execute(
        update(frontier)
        .where(frontier.c.task_id.in_(beyond))
        .values(need=select(left).where(tasks.c.id == frontier.c.task_id).scalar_subquery())
    )
    await transaction.execute(
        delete(frontier).where(frontier.c.project_id == project.id, frontier.c.need <= 0)
    )
    missing = transaction.insert(frontier).from_select(PLACES, MENDED_ROWS.where(IS_FED))
    everywhere = {"project": project.id, "quota": quota, "need": quota, "after": 0, "until": EVERY_POSITION}
    await transaction.execute(missing.on_conflict_do_nothing(), everywhere)


async def _give_back(transaction: Transaction, changes: Mapping[TaskId, TallyChange]) -> None:
    """One more lease may be lent for each place that came back; a task asked again has all it has left."""
    opened = bindparam("opened", type_=projects.c.answers_max.type)
    more = bindparam("more", type_=frontier.c.need.type)
    is_opened = opened == literal_column("1")
    need = case((is_opened, projects.c.answers_max - tasks.c.taken), else_=more)
    come_in = (
        place_values(BUCKET, need)
        .join(projects, projects.c.id == tasks.c.project_id)
        .where(
            tasks.c.id == bindparam("task", type_=tasks.c.id.type),
            TASK_IS_OPEN,
            tasks.c.taken < projects.c.answers_max,
            IS_FED,
            ~TASK_IS_GOLD,
        )
    )
    statement = transaction.insert(frontier).from_select(PLACES, come_in)
    added = case((is_opened, statement.excluded.need), else_=frontier.c.need + statement.excluded.need)
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=[frontier.c.task_id], set_={"need": added}),
        [
            {"task": task, "more": -change.taken, "opened": int(change.status is TaskStatus.OPEN)}
            for task, change in changes.items()
        ],
    )


async def _use(transaction: Transaction, changes: Mapping[TaskId, TallyChange]) -> None:
    """A place that was taken without being drawn, such as for a late answer; and a first answer."""
    fewer = bindparam("fewer", type_=frontier.c.need.type)
    is_first = and_(
        bindparam("answers", type_=tasks.c.answers.type) > 0, frontier.c.bucket == int(Bucket.FRESH)
    )
    await transaction.execute(
        update(frontier)
        .where(
            frontier.c.task_id == bindparam("task", type_=frontier.c.task_id.type), or_(fewer > 0, is_first)
        )
        .values(
            need=frontier.c.need - fewer,
            bucket=case((is_first, int(Bucket.STARTED)), else_=frontier.c.bucket),
        ),
        [
            {"task": task, "fewer": change.taken, "answers": change.answers}
            for task, change in changes.items()
        ],
    )
    if any(change.taken for change in changes.values()):
        await transaction.execute(
            delete(frontier).where(frontier.c.task_id.in_(sorted(changes)), frontier.c.need <= 0)
        )
