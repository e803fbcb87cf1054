"""How tasks are drawn from the frontier. Each statement is built once and then only filled in.

How many rows a look may take and which buckets it looks at are written into the statement: a plan that
PostgreSQL keeps for all parameters would otherwise have to guess them.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BindParameter,
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

from storage.columns import BigId
from storage.tables import (
    LEASE_IS_NOT_UNDONE,
    TASK_IS_OPEN,
    frontier,
    leases,
    tasks,
)
from tasks.ports import Bucket

ROUND = 2_147_483_647
"""The numbers on the round of a bucket: 0 up to this, a prime."""
PROJECT = bindparam("project", type_=BigId)
QUOTA = bindparam("quota", type_=tasks.c.taken.type)
WORKER = bindparam("worker", type_=BigId)
TERMS = ("project_id", "worker_id", "state", "currency", "price_micros", "shown_at", "ends_at", "previous_id")
LEASE = (*TERMS, "task_id", "purpose")

FREE = TASK_IS_OPEN & (tasks.c.taken < QUOTA)
"""The guard: whatever the frontier says, nobody is lent more than this allows."""


def _bind(name: str) -> BindParameter[Any]:
    return bindparam(f"of_{name}", type_=leases.c[name].type)


# Subqueries, not joins: each is one look into an index for each task passed over, whatever PostgreSQL
# believes about the sizes of tables that it has not analysed yet.
def _unseen(task_id: ColumnElement[Any]) -> ColumnElement[bool]:
    seen = (
        select(leases.c.id)
        .where(leases.c.worker_id == WORKER, leases.c.task_id == task_id, LEASE_IS_NOT_UNDONE)
        .limit(literal_column("1"))
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
                select(frontier.c.task_id, frontier.c.image_id, frontier.c.bucket, frontier.c.rnd)
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
def list_near(buckets: Sequence[Bucket], rows: int) -> Select[Any]:
    """The first ``rows`` of them."""
    return select(near(buckets, rows)).limit(literal_column(str(rows)))


@cache
def find_free(buckets: Sequence[Bucket], rows: int) -> Select[Any]:
    """The first of them that the worker never had; not locked."""
    around = near(buckets, rows)
    return (
        select(around).where(_unseen(around.c.task_id), _is_free(around.c.task_id)).limit(literal_column("1"))
    )


def _lock_first(buckets: Sequence[Bucket], rows: int) -> Select[Any]:
    """The same, and nobody else holds it; locked. Sideways, so that the rows are tried in their order."""
    around = near(buckets, rows)
    free = (
        select(tasks.c.id)
        .where(tasks.c.id == around.c.task_id, FREE)
        .limit(literal_column("1"))
        .with_for_update(key_share=True, skip_locked=True)
        .lateral("free_task")
    )
    return select(around).join(free, true()).where(_unseen(around.c.task_id)).limit(literal_column("1"))


@cache
def draw(buckets: Sequence[Bucket], rows: int) -> Select[Any]:
    """Finds one for the worker and lends it, all in one statement."""
    free = _lock_first(buckets, rows).cte("free")
    place, changes = _taking(free.c.task_id, free)
    terms = [WORKER if name == "worker_id" else _bind(name) for name in TERMS]
    lent = (
        insert(leases)
        .from_select(
            list(LEASE),
            select(*terms, place.c.task_id, literal_column("'work'")).select_from(place),
        )
        .returning(leases.c.id, leases.c.task_id)
        .cte("lent")
    )
    return (
        select(lent.c.id.label("lease_id"), free.c.task_id, free.c.image_id, free.c.bucket)
        .join(free, free.c.task_id == lent.c.task_id)
        .add_cte(*changes)
    )


@cache
def take(*, wait: bool) -> Select[Any]:
    """Lends given tasks to given workers, all in one statement."""
    arrays = [bindparam(f"of_{name}", type_=ARRAY(leases.c[name].type)) for name in LEASE]
    wish = func.unnest(*arrays).table_valued(*(column(name, leases.c[name].type) for name in LEASE))
    wish = wish.render_derived(name="wish")
    free = lock_free(wait=wait).cte("free")
    place, changes = _taking(free.c.id, free)
    lent = (
        insert(leases)
        .from_select(
            list(LEASE),
            select(*(wish.c[name] for name in LEASE)).join(place, place.c.task_id == wish.c.task_id),
        )
        .returning(leases.c.id, leases.c.task_id)
        .cte("lent")
    )
    return select(lent.c.task_id, lent.c.id.label("lease_id")).add_cte(*changes)


def lock_free(*, wait: bool) -> Select[Any]:
    """Those of some tasks that still have a free place, locked in the order of their ids."""
    named = tasks.c.id == func.any(bindparam("of_task_id", type_=ARRAY(BigId)))
    return (
        select(tasks.c.id)
        .where(named, FREE)
        .order_by(tasks.c.id)
        .with_for_update(key_share=True, skip_locked=not wait)
    )


def _taking(task_id: ColumnElement[Any], free: FromClause) -> tuple[CTE, Sequence[CTE]]:
    """The places of locked tasks, as they are now, and what taking one lease of each changes."""
    # The statement sees the frontier as it was before it began; locking the rows shows them as they are.
    place = (
        select(frontier.c.task_id, frontier.c.need)
        .join(free, task_id == frontier.c.task_id)
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
        select(frontier.c.task_id, frontier.c.image_id, frontier.c.bucket, frontier.c.rnd)
        .where(frontier.c.project_id == PROJECT)
        .order_by(frontier.c.bucket, frontier.c.rnd)
    )


@cache
def list_unseen(rows: int, limit: int) -> Select[Any]:
    """The first few at its beginning that the worker never had."""
    stretch = _whole().limit(literal_column(str(rows))).subquery("stretch")
    return (
        select(stretch)
        .where(_unseen(stretch.c.task_id), _is_free(stretch.c.task_id))
        .limit(literal_column(str(limit)))
    )


@cache
def find_behind(rows: int) -> Select[Any]:
    """A task behind so many, if there is one."""
    return _whole().offset(literal_column(str(rows))).limit(literal_column("1"))


@cache
def list_all_unseen(limit: int) -> Select[Any]:
    """The first few anywhere that she never had: what she had is held against what is there."""
    hers = select(leases.c.task_id).where(leases.c.worker_id == WORKER, LEASE_IS_NOT_UNDONE).subquery("hers")
    return (
        select(frontier.c.task_id, frontier.c.image_id, frontier.c.bucket, frontier.c.rnd)
        .join(hers, hers.c.task_id == frontier.c.task_id, isouter=True)
        .where(frontier.c.project_id == PROJECT, hers.c.task_id.is_(None), _is_free(frontier.c.task_id))
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
DROP_LAST_PLACE = delete(frontier).where(frontier.c.task_id == _LENT, frontier.c.need <= 1)
LESSEN_PLACES = update(frontier).where(frontier.c.task_id == _LENT).values(need=frontier.c.need - 1)
ADD_LEASES = insert(leases).returning(leases.c.id, leases.c.task_id)
