"""The tasks in play.

A place in the frontier is guarded by the lock on its task, as a lease is: whoever changes it has locked the
task before, so there is one order for all locks. Only the feeder needs none: it brings in what nobody has
yet, and adds nothing that is there already.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from storage.engine import Transaction
from storage.repositories import frontier_feeding as feeding
from storage.repositories import frontier_statements as statements
from storage.repositories.lease_rows import asker_values, new_values, terms_values
from storage.tables import TASK_IS_GOLD, TASK_IS_OPEN, feeds, frontier, tasks
from tasks.model.identifiers import ImageId, LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.project import Project
from tasks.ports import ROUND, Asker, Bucket, Candidate, Drawn, NewLease, Place, Stretch, Terms
from tasks.quality.selection import choose

NAMED_MAX = 8
"""So many tasks of a stretch are named: the first may be held by somebody else this moment."""
COUNTED_MAX = 64
"""So many started tasks are counted, on a piece of the round that has as many where they are a crowd."""


class SqlFrontier:
    """Implements ``Frontier``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def draw(
        self,
        project: Project,
        terms: Terms,
        askers: Sequence[Asker],
        buckets: Sequence[Bucket],
        *,
        start: int,
        rows: int,
        tidy: bool = False,
    ) -> Mapping[WorkerId, Drawn]:
        if not askers:
            return {}
        if self._transaction.chains:
            where = {"project": project.id, "quota": project.rules.max, "start": start}
            values = where | _of(terms_values(terms)) | _numbered(map(asker_values, askers))
            statement = statements.draw(tuple(buckets), rows, wishes=len(askers))
            drawn = await self._chain(statement, values, tidy=tidy)
            return {WorkerId(row.worker_id): _drawn(row, row.lease_id) for row in drawn}
        workers = [one.worker_id for one in askers]
        chosen = await self._choose(project, workers, buckets, start=start, rows=rows)
        ids = await self._lend(
            [terms.lease(one, chosen[one.worker_id].task_id) for one in askers if one.worker_id in chosen],
            {one.task_id: one.need for one in chosen.values()},
        )
        return {worker: _drawn(one, ids[one.task_id]) for worker, one in chosen.items()}

    async def take(
        self, project: Project, leases: Sequence[NewLease], *, wait: bool = False
    ) -> Mapping[TaskId, LeaseId]:
        if not leases:
            return {}
        if self._transaction.chains:
            values = {"quota": project.rules.max} | _numbered(map(new_values, leases))
            lent = await self._chain(statements.take(wishes=len(leases), wait=wait), values, tidy=wait)
            return {TaskId(row.task_id): LeaseId(row.lease_id) for row in lent}
        free = await self._transaction.execute(
            select(frontier.c.task_id, frontier.c.need)
            .join(tasks, tasks.c.id == frontier.c.task_id)
            .where(
                tasks.c.id.in_([lease.task_id for lease in leases]),
                TASK_IS_OPEN,
                tasks.c.taken < project.rules.max,
                frontier.c.need > 0,
            )
        )
        needs = {row.task_id: row.need for row in free}
        left = [lease for lease in leases if lease.task_id in needs]
        seen = await self._find_seen([one.worker_id for one in left], [one.task_id for one in left])
        return await self._lend([one for one in left if (one.worker_id, one.task_id) not in seen], needs)

    async def list_unseen(self, project: Project, worker_id: WorkerId, *, rows: int) -> Stretch:
        where = {"project": project.id, "worker": worker_id, "quota": project.rules.max}
        found = await self._transaction.execute(statements.list_unseen(rows, NAMED_MAX), where)
        unseen = [_candidate(row) for row in found]
        more = await self._transaction.execute(statements.find_behind(rows), where)
        return Stretch(unseen, is_all=more.one_or_none() is None)

    async def list_all_unseen(
        self, project: Project, worker_id: WorkerId, *, limit: int
    ) -> Sequence[Candidate]:
        where = {"project": project.id, "worker": worker_id, "quota": project.rules.max}
        found = await self._transaction.execute(statements.list_all_unseen(limit), where)
        return [_candidate(row) for row in found]

    async def has_work(
        self, project: Project, worker_id: WorkerId, buckets: Sequence[Bucket], *, start: int, rows: int
    ) -> bool:
        where = {"project": project.id, "quota": project.rules.max}
        found = await self._transaction.execute(
            statements.find_free(tuple(buckets), rows),
            where | {"start": start, "worker": worker_id},
        )
        if found.one_or_none() is not None:
            return True
        unfed = await self._transaction.execute(feeding.UNFED, where)
        return unfed.one_or_none() is not None

    async def is_crowded(self, project: Project, *, start: int, rows: int) -> bool:
        # The numbers lie evenly on the round: how many are on a piece of it tells how many there are.
        width = ROUND * COUNTED_MAX // rows
        begin = min(start, ROUND - width)
        counted = await self._transaction.execute(
            statements.count_started(COUNTED_MAX),
            {"project": project.id, "start": begin, "end": begin + width},
        )
        return bool(counted.scalar_one() >= COUNTED_MAX)

    async def feed(self, project: Project, *, need: int, rows: int) -> int:
        feed = await self._lock_feed(project.id)
        if feed is None:
            return 0
        until = await self._last_of(
            feeding.next_to_feed(rows), project, after=feed.position, quota=project.rules.max
        )
        if until is None:
            return 0
        fed = await self._add(feeding.FED_ROWS, project, need=need, after=feed.position, until=until)
        await self._set_feed(project.id, position=until)
        return fed

    async def mend(self, project: Project, *, need: int, rows: int) -> int:
        feed = await self._lock_feed(project.id)
        if feed is None:
            return 0
        for after in (feed.mended, 0):
            until = await self._last_of(feeding.next_to_mend(rows), project, after=after, fed=feed.position)
            if until is not None:
                await self._set_feed(project.id, mended=until)
                return await self._add(feeding.MENDED_ROWS, project, need=need, after=after, until=until)
        return 0

    async def set_places(self, places: Mapping[TaskId, Place]) -> None:
        await self.remove([task_id for task_id, place in places.items() if place.need <= 0])
        rows = [
            {"task": task_id, "bucket": int(place.bucket), "need": place.need}
            for task_id, place in sorted(places.items())
            if place.need > 0
        ]
        if not rows:
            return
        statement = self._transaction.insert(frontier).from_select(
            feeding.PLACES,
            feeding.place_values(
                bindparam("bucket", type_=frontier.c.bucket.type),
                bindparam("need", type_=frontier.c.need.type),
            ).where(tasks.c.id == bindparam("task", type_=tasks.c.id.type), TASK_IS_OPEN, ~TASK_IS_GOLD),
        )
        renewed = {name: statement.excluded[name] for name in ("bucket", "need")}
        await self._transaction.execute(
            statement.on_conflict_do_update(index_elements=[frontier.c.task_id], set_=renewed), rows
        )

    async def remove(self, task_ids: Collection[TaskId]) -> None:
        if task_ids:
            await self._transaction.execute(delete(frontier).where(frontier.c.task_id.in_(sorted(task_ids))))

    async def _chain(self, statement: Any, values: Mapping[str, Any], *, tidy: bool) -> Sequence[Any]:
        """What a statement that lends brings; ``tidy`` as in ``draw``."""
        if not tidy:
            return (await self._transaction.execute(statement, values)).all()
        async with self._transaction.connection.begin_nested() as trial:
            rows = (await self._transaction.execute(statement, values)).all()
            if not rows:
                await trial.rollback()
        return rows

    async def _choose(
        self,
        project: Project,
        workers: Sequence[WorkerId],
        buckets: Sequence[Bucket],
        *,
        start: int,
        rows: int,
    ) -> Mapping[WorkerId, Candidate]:
        """What ``draw`` will lend, for an engine that needs a statement for each table and has one writer."""
        where = {"project": project.id, "quota": project.rules.max, "start": start}
        if len(workers) == 1:
            first = statements.find_free(tuple(buckets), rows)
            found = await self._transaction.execute(first, where | {"worker": workers[0]})
            return dict(zip(workers, map(_candidate, found), strict=False))
        free = statements.list_free(tuple(buckets), min(rows, 2 * len(workers) + 8))
        window = [_candidate(row) for row in await self._transaction.execute(free, where)]
        return choose(workers, window, await self._find_seen(workers, [one.task_id for one in window]))

    async def _find_seen(
        self, workers: Sequence[WorkerId], task_ids: Sequence[TaskId]
    ) -> Collection[tuple[WorkerId, TaskId]]:
        """Which of the workers ever had which of the tasks."""
        where = {"workers": workers, "tasks": task_ids}
        seen = await self._transaction.execute(statements.LIST_SEEN, where)
        return {(row.worker_id, row.task_id) for row in seen}

    async def _lend(self, new: Sequence[NewLease], needs: Mapping[TaskId, int]) -> Mapping[TaskId, LeaseId]:
        """The same as ``take`` does in one statement, for an engine that needs one for each table."""
        if not new:
            return {}
        lent = [{"task": lease.task_id} for lease in new]
        for statement, places in (
            (statements.COUNT_LENT, lent),
            (statements.LESSEN_PLACES, [one for one in lent if needs[one["task"]] > 1]),
            (statements.DROP_PLACES, [one for one in lent if needs[one["task"]] <= 1]),
        ):
            if places:
                await self._transaction.execute(statement, places)
        rows = await self._transaction.execute(statements.ADD_LEASES, [new_values(lease) for lease in new])
        return {TaskId(row.task_id): LeaseId(row.id) for row in rows}

    async def _lock_feed(self, project_id: ProjectId) -> Any:
        """How far it was fed, locked; None if another process is just feeding."""
        mine = (
            select(feeds.c.position, feeds.c.mended)
            .where(feeds.c.project_id == project_id)
            .with_for_update(skip_locked=True)
        )
        row = (await self._transaction.execute(mine)).one_or_none()
        if row is not None:
            return row
        # An insert would wait for whoever holds the row; so it is only tried if there is none.
        known = select(feeds.c.project_id).where(feeds.c.project_id == project_id)
        if (await self._transaction.execute(known)).one_or_none() is not None:
            return None
        first = self._transaction.insert(feeds).on_conflict_do_nothing()
        await self._transaction.execute(first, {"project_id": project_id, "position": 0, "mended": 0})
        return (await self._transaction.execute(mine)).one_or_none()

    async def _set_feed(self, project_id: ProjectId, **values: int) -> None:
        await self._transaction.execute(
            update(feeds).where(feeds.c.project_id == project_id).values(**values)
        )

    async def _last_of(self, statement: Any, project: Project, **where: int) -> int | None:
        found = await self._transaction.execute(statement, {"project": project.id} | where)
        last: int | None = found.scalar_one()
        return last

    async def _add(self, rows: Any, project: Project, **where: int) -> int:
        statement = self._transaction.insert(frontier).from_select(feeding.PLACES, rows)
        added = await self._transaction.execute(
            statement.on_conflict_do_nothing(),
            {"project": project.id, "quota": project.rules.max} | where,
        )
        return int(added.rowcount)


def _of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What leases have alike, under the names that the statement has for it."""
    return {f"of_{name}": value for name, value in values.items()}


def _numbered(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The values of leases, one by one, under the names that the statements have for them."""
    return {f"of_{name}_{number}": value for number, row in enumerate(rows) for name, value in row.items()}


def _drawn(row: Any, lease_id: int) -> Drawn:
    return Drawn(LeaseId(lease_id), TaskId(row.task_id), ImageId(row.image_id), Bucket(row.bucket))


def _candidate(row: Any) -> Candidate:
    return Candidate(TaskId(row.task_id), ImageId(row.image_id), Bucket(row.bucket), row.need)
