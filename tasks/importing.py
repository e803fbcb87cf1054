"""A client's project folder becomes a project and its tasks."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tasks.deciding import Deciding
from tasks.errors import InputError
from tasks.golding import share_out_roles
from tasks.import_notes import ImportNotes
from tasks.model.identifiers import TaskId
from tasks.model.project import Project
from tasks.ports import Clock, NewTask, Store, UnitOfWork

BATCH_ROWS = 1000
"""One transaction a batch: short enough that workers never wait for an import."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not imported."""

    line: int
    """The physical line of the file where the row begins."""
    reason: str
    """One sentence for the client."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a source, in their order; the pictures of its tasks are stored already."""

    tasks: Sequence[NewTask]
    refused: Sequence[RefusedRow]


class ProjectSource(Protocol):
    """Where a project comes from, such as a folder."""

    @property
    def project(self) -> Project:
        """The project as the source describes it; its id and the numbers of its choices mean nothing yet."""

    def batches(self, size: int) -> AsyncIterator[Batch]:
        """All rows, at most so many at a time."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    project: Project | None
    """The project as it is kept now; None if no row was good, and so nothing was changed."""
    added: int
    """Tasks that are new."""
    updated: int
    """Tasks that were there before; an unchanged row changes nothing about them."""
    refused: tuple[RefusedRow, ...]
    notes: tuple[str, ...] = ()
    """Sentences on what the client could do better; none of them stops anything."""


@dataclass(frozen=True, slots=True)
class ImportProject:
    """Creates or updates a project and its tasks; again, or after a crash in the middle, without duplicates.

    Raises InputError if the project must not be changed like this.
    """

    store: Store
    clock: Clock
    deciding: Deciding = field(default_factory=Deciding)

    async def __call__(
        self, source: ProjectSource, on_rows: Callable[[int], None] = lambda _rows: None
    ) -> ImportReport:
        project: Project | None = None
        added = updated = 0
        refused: list[RefusedRow] = []
        notes, golds = ImportNotes(), Counter[str]()
        async for batch in source.batches(BATCH_ROWS):
            refused += batch.refused
            notes.watch(batch.tasks)
            if batch.tasks:
                project = project or await self._begin(source.project)
                async with self.store.write() as unit:
                    new = await unit.tasks.upsert(project, batch.tasks)
                    ordinary = await unit.golds.renew(project.id, [task.key for task in batch.tasks])
                    await self._decide(unit, project, ordinary)
                    if not project.has_gold and any(task.gold for task in batch.tasks):
                        # Gold is asked from now on, though this import may be broken off.
                        project = await share_out_roles(unit, project)
                    await unit.commit()
                added += new
                updated += len(batch.tasks) - new
            on_rows(len(batch.tasks) + len(batch.refused))
        if project:
            async with self.store.write() as unit:
                project = await share_out_roles(unit, project)
                golds.update(share.choice for share in await unit.golds.list_shares(project.id))
                # Now that all is there, so that what was learnt in the middle is learnt anew.
                project = await unit.projects.save(project, self.clock.now())
                await unit.commit()
        return ImportReport(
            project, added, updated, tuple(refused), notes.sentences(project, golds) if project else ()
        )

    async def _begin(self, described: Project) -> Project:
        """The rules, and what they change for the tasks that are there: neither is ever kept alone."""
        async with self.store.write() as unit:
            project = await self._save(unit, described)
            await unit.tasks.apply_quota(project)
            await unit.commit()
        return project

    async def _decide(self, unit: UnitOfWork, project: Project, task_ids: Collection[TaskId]) -> None:
        """Decides tasks by the answers that they have. They may have all that they get, and no learning may
        look back as far as these.
        """
        if task_ids:
            locked = await unit.tasks.lock_all(task_ids)
            await self.deciding(unit, project, list(locked.values()), self.clock.now())

    async def _save(self, unit: UnitOfWork, project: Project) -> Project:
        known = await unit.projects.find_by_slug(project.slug)
        if (
            known
            and (known.price.currency, known.kind) != (project.price.currency, project.kind)
            and (await unit.projects.progress(known.id)).has_begun
        ):
            raise InputError(
                f"The project {project.slug} has answers already, so it stays a {known.kind} project "
                f"paid in {known.price.currency}; use another slug for a new project."
            )
        return await unit.projects.save(project, self.clock.now())


@dataclass(frozen=True, slots=True)
class ListProjects:
    """All projects, oldest first."""

    store: Store

    async def __call__(self) -> Sequence[Project]:
        async with self.store.read() as uow:
            return await uow.projects.list_all()
