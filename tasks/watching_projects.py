"""How projects are doing: for the supervisors who look after the people, and for the command line.

What can be said only after going through everything is a ``Report``, made in the background and as old as it
says. Only for a small project it is made when somebody looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tasks.model.identifiers import AccountKey, ProjectId
from tasks.model.place import PROGRAMME
from tasks.model.project import Project
from tasks.model.report import Live, Report, WorkerFigures
from tasks.ports import Clock, Store, UnitOfWork
from tasks.quality.summary import summarise
from tasks.supervising import Scopes

SMALL_TASKS = 2_000
"""Going through so many tasks and their answers takes no longer than a tap may take."""
RESTS_TIMES = 10
"""A report is not made anew for so many times as long as it took. It takes longer the more answers there are,
and would otherwise hold up learning, after which it is made, a little longer every day.
"""
PORTION = 8
"""So many workers stand on one screen."""


@dataclass(frozen=True, slots=True)
class ProjectView:
    """One project as it is now."""

    project: Project
    live: Live
    report: Report | None
    """None if nobody has counted yet."""
    is_whole_programme: bool
    """She who looks may also decide about pictures."""


@dataclass(frozen=True, slots=True)
class WorkersView:
    """Some of the people who work in a project."""

    project: Project
    workers: Sequence[WorkerFigures]
    """Only those who live within her scope who looks."""
    first: int
    """So many stand before them."""
    within: int
    """So many live within her scope altogether."""
    elsewhere: int
    """So many do not; nothing else is told of them."""


async def make_report(uow: UnitOfWork, project: Project, clock: Clock) -> Report:
    """A fresh report; goes through all tasks and answers of the project."""
    now = clock.now()
    return summarise(project, await uow.reports.count(project, now), now)


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """Makes the project's report and keeps it; work for the background, since it goes through everything.

    Returns None, and leaves the last one, where that took so long that it is not its turn again yet. That
    holds for what failed as well, such as because it took too long.
    """

    store: Store
    clock: Clock
    _rests_until: dict[ProjectId, datetime] = field(default_factory=dict)

    async def __call__(self, project: Project) -> Report | None:
        began = self.clock.now()
        if began < self._rests_until.get(project.id, began):
            return None
        try:
            return await self._make(project)
        finally:
            ended = self.clock.now()
            self._rests_until[project.id] = ended + RESTS_TIMES * (ended - began)

    async def _make(self, project: Project) -> Report:
        async with self.store.read() as uow:
            report = await make_report(uow, project, self.clock)
        async with self.store.write() as uow:
            await uow.reports.save(project.id, report)
            await uow.commit()
        return report


@dataclass(frozen=True, slots=True)
class ListWatched:
    """The projects that a supervisor can look at: all of them. Raises NotSupervisor."""

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey) -> Sequence[Project]:
        async with self.store.read() as uow:
            await self.scopes.require(uow, who)
            return await uow.projects.list_all()


@dataclass(frozen=True, slots=True)
class ShowProject:
    """One project's figures, which any supervisor may see; None if there is no such project.

    Raises NotSupervisor.
    """

    store: Store
    clock: Clock
    scopes: Scopes

    async def __call__(self, who: AccountKey, project_id: ProjectId) -> ProjectView | None:
        async with self.store.read() as uow:
            scope = await self.scopes.require(uow, who)
            project = await uow.projects.find(project_id)
            if project is None:
                return None
            live = await uow.reports.read_live(project, self.clock.now())
            if await uow.reports.is_small(project_id, SMALL_TASKS):
                report: Report | None = await make_report(uow, project, self.clock)
            else:
                report = await uow.reports.find(project_id)
        return ProjectView(project, live, report, is_whole_programme=scope == PROGRAMME)


@dataclass(frozen=True, slots=True)
class ShowWorkers:
    """The workers of a project who live within the supervisor's scope, from ``first`` on; None without such a
    project. Of the others she learns only how many they are. Raises NotSupervisor.
    """

    store: Store
    scopes: Scopes

    async def __call__(self, who: AccountKey, project_id: ProjectId, first: int) -> WorkersView | None:
        async with self.store.read() as uow:
            scope = await self.scopes.require(uow, who)
            project = await uow.projects.find(project_id)
            if project is None:
                return None
            workers = await uow.reports.list_workers(project, scope=scope, first=first, limit=PORTION)
            within = await uow.reports.count_workers(project_id, scope)
            everybody = await uow.reports.count_workers(project_id, PROGRAMME)
        return WorkersView(project, workers, first, within, everybody - within)
