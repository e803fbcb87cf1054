"""How tasks come into the frontier, and what brings them back."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, literal_column, or_, select

from storage.repositories.frontier_statements import PROJECT, QUOTA
from storage.tables import TASK_IS_GOLD, TASK_IS_OPEN, feeds, frontier, tasks
from tasks.ports import ROUND, Bucket
from tasks.settling import AUDIT_ANSWERS, DOUBTFUL_FROM

SPREAD = 1_640_531_527
"""Multiplied by this, ids that follow each other lie far apart on the round, and evenly."""


NEED = bindparam("need", type_=frontier.c.need.type)

NEEDS_ANSWERS = TASK_IS_OPEN & (tasks.c.answers < QUOTA) & (tasks.c.taken < QUOTA) & ~TASK_IS_GOLD

IS_AUDITED = tasks.c.answers < tasks.c.audit["answers"].as_integer() + AUDIT_ANSWERS
BUCKET = case(
    (IS_AUDITED, int(Bucket.AUDIT)),
    (tasks.c.answers >= DOUBTFUL_FROM, int(Bucket.DOUBTFUL)),
    (tasks.c.answers > 0, int(Bucket.STARTED)),
    else_=int(Bucket.FRESH),
)
"""Where a task stands that comes (back) into play: the same as ``tasks.settling`` says."""
NEED_LEFT = case((tasks.c.taken < NEED, NEED - tasks.c.taken), else_=1)
PLACES = ["task_id", "project_id", "bucket", "rnd", "need", "image_id"]


def place_values(bucket: ColumnElement[Any], need: ColumnElement[Any]) -> Select[Any]:
    """The rows of tasks as they come into the frontier."""
    rnd = (tasks.c.id * literal_column(str(SPREAD))) % literal_column(str(ROUND))
    return select(tasks.c.id, tasks.c.project_id, bucket, rnd, need, tasks.c.image_id)


FED = select(feeds.c.position).where(feeds.c.project_id == PROJECT).scalar_subquery()
UNFED = (
    select(tasks.c.id)
    .where(tasks.c.project_id == PROJECT, NEEDS_ANSWERS, tasks.c.position > func.coalesce(FED, 0))
    .order_by(tasks.c.position)
    .limit(literal_column("1"))
)


@cache
def next_to_feed(rows: int) -> Select[Any]:
    """The last position of the next so many tasks that need answers."""
    following = (
        select(tasks.c.position)
        .where(tasks.c.project_id == PROJECT, NEEDS_ANSWERS, tasks.c.position > bindparam("after"))
        .order_by(tasks.c.position)
        .limit(literal_column(str(rows)))
    )
    return select(func.max(following.subquery().c.position))


FED_ROWS = (
    place_values(BUCKET, NEED_LEFT)
    .where(
        tasks.c.project_id == PROJECT,
        NEEDS_ANSWERS,
        tasks.c.position > bindparam("after"),
        tasks.c.position <= bindparam("until"),
        or_(tasks.c.taken < NEED, tasks.c.taken == tasks.c.answers),
    )
    .order_by(tasks.c.id)
)
"""Between two positions, those that need an answer beyond what is lent already."""


@cache
def next_to_mend(rows: int) -> Select[Any]:
    """The last position of the next so many open tasks among those fed before."""
    following = (
        select(tasks.c.position)
        .where(
            tasks.c.project_id == PROJECT,
            TASK_IS_OPEN,
            tasks.c.position > bindparam("after"),
            tasks.c.position <= bindparam("fed"),
        )
        .order_by(tasks.c.position)
        .limit(literal_column(str(rows)))
    )
    return select(func.max(following.subquery().c.position))


MENDED_ROWS = FED_ROWS.where(
    tasks.c.taken == tasks.c.answers, ~exists().where(frontier.c.task_id == tasks.c.id)
).with_for_update(of=tasks, key_share=True, skip_locked=True)
"""Nobody holds them and they are not in play, though they need answers."""
