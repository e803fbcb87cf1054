"""What was learnt in each project, as this process remembers it; it may be forgotten at any time."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tasks.model.identifiers import ProjectId, WorkerId
from tasks.model.project import Project
from tasks.ports import UnitOfWork
from tasks.quality.judgement import Mind

LOOKED_AT_EVERY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Kept:
    looked_at: datetime
    fitted_at: datetime | None
    choices: int
    mind: Mind


@dataclass(slots=True)
class Minds:
    """One mind for each project, made again within seconds when something new was learnt there."""

    _kept: dict[ProjectId, _Kept] = field(default_factory=dict)

    async def recall(self, uow: UnitOfWork, project: Project, now: datetime) -> Mind:
        """What is known there; it is still to be told of the workers (``introduce``)."""
        kept, choices = self._kept.get(project.id), len(project.choices)
        if kept is not None and kept.choices == choices:
            if kept.looked_at <= now < kept.looked_at + LOOKED_AT_EVERY:
                return kept.mind
            fitted_at = await uow.models.find_fitted_at(project.id)
            if fitted_at is not None and fitted_at == kept.fitted_at:
                self._kept[project.id] = _Kept(now, fitted_at, choices, kept.mind)
                return kept.mind
        model = await uow.models.find(project.id)
        mind = Mind.usual(choices)
        if model is not None:
            mind = Mind.from_plain(model.knowledge, model.machine, choices)
        self._kept[project.id] = _Kept(now, None if model is None else model.fitted_at, choices, mind)
        return mind


async def introduce(uow: UnitOfWork, project: Project, mind: Mind, workers: Collection[WorkerId]) -> None:
    """Tells a mind what was learnt of these workers, as far as it does not know it yet."""
    strangers = mind.list_strangers(workers)
    if strangers:
        known = await uow.standings.list_rows(project.id, strangers)
        for worker_id in strangers:
            mind.meet(worker_id, known.get(worker_id, ()))
