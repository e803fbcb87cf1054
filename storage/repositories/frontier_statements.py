"""How tasks are drawn from the frontier. Each statement is built once and then only filled in.

How many rows a look may take and which buckets it looks at are written into the statement: a plan that
PostgreSQL keeps for all parameters would otherwise have to guess them.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    bindparam,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import array

from storage.columns import BigId
from storage.tables import (
    LEASE_IS_NOT_UNDONE,
    TASK_IS_OPEN,
    frontier,
    leases,
    tasks,
)
from tasks.ports import Bucket

PROJECT = bindparam("project", type_=BigId)
QUOTA = bindparam("quota", type_=tasks.c.taken.type)
WORKER = bindparam("worker", type_=BigId)
TERMS = ("project_id", "state", "currency", "price_micros", "shown_at", "ends_at")
ASKER = ("worker_id", "previous_id")
CANDIDATE = (frontier.c.task_id, frontier.c.image_id, frontier.c.bucket, frontier.c.need)
LEASE = (*TERMS, *ASKER, "task_id", "purpose")

FREE = TASK_IS_OPEN & (tasks.c.taken < QUOTA)
"""The guard: whatever the frontier says, nobody is lent more than this allows."""


def _values(name: str, count: int) -> ColumnElement[Any]:
    """A column of so many leases.

    Each value by itself: PostgreSQL cannot know how long an array will be that it is given, and would plan
    the statement anew each time, which takes longer than all else.
    """
    return array([bindparam(f"of_{name}_{number}", type_=leases.c[name].type) for number in range(count)])


# Subqueries, not joins: each is one look into an index for each task passed over, whatever PostgreSQL
# believes about the sizes of tables that it has not analysed yet.
def _unseen(worker_id: ColumnElement[Any], task_id: ColumnElement[Any]) -> ColumnElement[bool]:
    seen = (
        select(leases.c.id)
        .where(leases.c.worker_id == worker_id, leases.c.task_id == task_id, LEASE_IS_NOT_UNDONE)
        .limit(literal_column("1"))
        .correlate_except(leases)
        .scalar_subquery()
    )
    return seen.is_(None)


def _is_free(task_id: ColumnElement[Any]) -> ColumnElement[bool]:
    free = select(tasks.c.id).where(tasks.c.id == task_id, FREE).limit(literal_column("1")).scalar_subquery()
    return free.is_not(None)


@cache
def near(buckets: Sequence[Bucket], rows: int) -> Subquery:
    """So many of each bucket, one after the other, on the round from ``start`` on."""
    parts = []
    for bucket in buckets:
        sides = []
        for side in (frontier.c.rnd >= bindparam("start"), frontier.c.rnd < bindparam("start")):
            part = (
                select(*CANDIDATE)
                .where(
                    frontier.c.project_id == PROJECT,
                    frontier.c.bucket == literal_column(str(int(bucket))),
                    side,
                )
                .order_by(frontier.c.rnd)
                .limit(literal_column(str(rows)))
            )
            sides.append(select(part.subquery()))
        around = union_all(*sides).limit(literal_column(str(rows)))
        parts.append(select(around.subquery()))
    return union_all(*parts).subquery("near")


@cache
def list_free(buckets: Sequence[Bucket], rows: int) -> Select[Any]:
    """The first ``rows`` of them that have a free place; not locked."""
    around = near(buckets, rows)
    return select(around).where(_is_free(around.c.task_id)).limit(literal_column(str(rows)))


LIST_SEEN = select(leases.c.worker_id, leases.c.task_id).where(
    leases.c.task_id.in_(bindparam("tasks", expanding=True)),
    leases.c.worker_id.in_(bindparam("workers", expanding=True)),
    LEASE_IS_NOT_UNDONE,
)
"""Which of some workers ever had which of some tasks."""


@cache
def find_free(buckets: Sequence[Bucket], rows: int) -> Select[Any]:
    """The first of them that the worker never had; not locked."""
    around = near(buckets, rows)
    return (
        select(around)
        .where(_unseen(WORKER, around.c.task_id), _is_free(around.c.task_id))
        .limit(literal_column("1"))
    )


def _stripe(wish: FromClause, wishes: int, buckets: Sequence[Bucket], rows: int) -> FromClause:
    """What a wish goes along: of n wishes every n-th row, each from another one on."""
    if wishes == 1:
        return near(buckets, rows)
    # Read once for all wishes, and no further than they come.
    around = (
        select(near(buckets, rows), func.row_number().over().label("number"))
        .cte("around")
        .prefix_with("MATERIALIZED")
    )
    return (
        select(around)
        .where(around.c.number % wishes == wish.c.number % wishes)
        # The offset keeps this step by itself. Else PostgreSQL reckons with a look at what she had for each
        # row of all stripes, and compiles the statement for its cost: that takes longer than all else.
        .offset(literal_column("0"))
        .correlate(wish)
        .lateral("stripe")
    )


def _lock_first(wish: FromClause, stripe: FromClause) -> FromClause:
    """The first on the stripe of a wish that the worker never had and that nobody else holds; locked."""
    # Sideways, so that the rows are tried in their order.
    free = (
        select(tasks.c.id)
        .where(tasks.c.id == stripe.c.task_id, FREE)
        .limit(literal_column("1"))
        .with_for_update(key_share=True, skip_locked=True)
        .lateral("free_task")
    )
    return (
        select(stripe)
        .join(free, true())
        .where(_unseen(wish.c.worker_id, stripe.c.task_id))
        .limit(literal_column("1"))
        .lateral("found")
    )


@cache
def draw(buckets: Sequence[Bucket], rows: int, *, wishes: int) -> Select[Any]:
    """Finds one for each wish and lends it, all in one statement.

    The wishes go along the same rows, each on a stripe of its own: no two of them find the same task.
    """
    wish = _wishes(ASKER, wishes)
    found = _lock_first(wish, _stripe(wish, wishes, buckets, rows))
    free = select(*wish.c, found.c.task_id, found.c.image_id, found.c.bucket).join(found, true()).cte("free")
    place, changes = _taking(free)
    terms = [bindparam(f"of_{name}", type_=leases.c[name].type) for name in TERMS]
    work = [*(free.c[name] for name in ASKER), free.c.task_id, literal_column("'work'")]
    lent = _lend(select(*terms, *work).join(place, _same_task(free, place)))
    drawn = [free.c[name] for name in ("worker_id", "task_id", "image_id", "bucket")]
    return (
        select(lent.c.lease_id, *drawn).select_from(lent).join(free, _same_task(free, lent)).add_cte(*changes)
    )


@cache
def take(*, wishes: int, wait: bool) -> Select[Any]:
    """Lends given tasks to given workers, all in one statement."""
    wish = _wishes(LEASE, wishes)
    place, changes = _taking(_lock_free(wish, _values("task_id", wishes), wait=wait).cte("free"))
    lent = _lend(select(*(wish.c[name] for name in LEASE)).join(place, _same_task(wish, place)))
    return select(lent).add_cte(*changes)


def _wishes(names: Sequence[str], count: int) -> FromClause:
    """These columns of so many leases as rows, numbered."""
    columns = [column(name, leases.c[name].type) for name in names]
    values = [_values(name, count) for name in names]
    rows = func.unnest(*values).table_valued(*columns, with_ordinality="number")
    return rows.render_derived(name="wish")


def _lend(rows: Select[Any]) -> CTE:
    lent = insert(leases).from_select(list(LEASE), rows)
    return lent.returning(leases.c.id.label("lease_id"), leases.c.task_id).cte("lent")


def _same_task(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return one.c.task_id == other.c.task_id


def _lock_free(wish: FromClause, task_ids: ColumnElement[Any], *, wait: bool) -> Select[Any]:
    """Those of some tasks that are free and new to their workers, locked in the order of their ids."""
    new = select(wish.c.task_id).where(wish.c.task_id == tasks.c.id, _unseen(wish.c.worker_id, tasks.c.id))
    return (
        select(tasks.c.id.label("task_id"))
        .where(tasks.c.id == func.any(task_ids), FREE, new.correlate(tasks).exists())
        .order_by(tasks.c.id)
        .with_for_update(of=tasks, key_share=True, skip_locked=not wait)
    )


def _taking(free: FromClause) -> tuple[CTE, Sequence[CTE]]:
    """The places of locked tasks, as they are now, and what taking one lease of each changes."""
    # The statement sees the frontier as it was before it began; locking the rows shows them as they are.
    place = (
        select(frontier.c.task_id, frontier.c.need)
        .join(free, _same_task(free, frontier))
        .where(frontier.c.need > 0)
        .with_for_update(of=frontier)
        .cte("place")
    )
    here = frontier.c.task_id == place.c.task_id
    return place, (
        update(frontier).where(here, place.c.need > 1).values(need=place.c.need - 1).cte("less"),
        delete(frontier).where(here, place.c.need <= 1).cte("gone"),
        update(tasks).where(tasks.c.id == place.c.task_id).values(taken=tasks.c.taken + 1).cte("counted"),
    )


def _whole() -> Select[Any]:
    """The frontier of a project, along its index."""
    return (
        select(*CANDIDATE).where(frontier.c.project_id == PROJECT).order_by(frontier.c.bucket, frontier.c.rnd)
    )


@cache
def list_unseen(rows: int, limit: int) -> Select[Any]:
    """The first few at its beginning that the worker never had."""
    stretch = _whole().limit(literal_column(str(rows))).subquery("stretch")
    return (
        select(stretch)
        .where(_unseen(WORKER, stretch.c.task_id), _is_free(stretch.c.task_id))
        .limit(literal_column(str(limit)))
    )


@cache
def find_behind(rows: int) -> Select[Any]:
    """A task behind so many, if there is one."""
    return _whole().offset(literal_column(str(rows))).limit(literal_column("1"))


@cache
def list_all_unseen(limit: int) -> Select[Any]:
    """The first few anywhere that she never had."""
    return (
        select(*CANDIDATE)
        .where(frontier.c.project_id == PROJECT)
        .where(_unseen(WORKER, frontier.c.task_id), _is_free(frontier.c.task_id))
        .limit(literal_column(str(limit)))
    )


@cache
def count_started(limit: int) -> Select[Any]:
    """How many started tasks lie on a piece of the round, counted up to the limit."""
    piece = (
        select(frontier.c.task_id)
        .where(
            frontier.c.project_id == PROJECT,
            frontier.c.bucket == literal_column(str(int(Bucket.STARTED))),
            frontier.c.rnd.between(bindparam("start"), bindparam("end")),
        )
        .limit(literal_column(str(limit)))
    )
    return select(func.count()).select_from(piece.subquery())


# The same step by step, for an engine that changes one table a statement; each for any number of tasks.
_LENT = bindparam("task", type_=BigId)
COUNT_LENT = update(tasks).where(tasks.c.id == _LENT).values(taken=tasks.c.taken + 1)
LESSEN_PLACES = update(frontier).where(frontier.c.task_id == _LENT).values(need=frontier.c.need - 1)
DROP_PLACES = delete(frontier).where(frontier.c.task_id == _LENT)
ADD_LEASES = insert(leases).returning(leases.c.id, leases.c.task_id)
