"""Whether others are at work on what is kept from those whose answers tell little."""

from datetime import datetime, timedelta

from tasks.model.project import Project
from tasks.ports import UnitOfWork
from tasks.quality.selection import LITTLE

ATTENDED = timedelta(minutes=5)
"""So long after the last answer of somebody else everybody gets what is left."""


async def others_are_at_work(uow: UnitOfWork, project: Project, now: datetime) -> bool:
    """Whether somebody has answered there a moment ago whom nothing is kept from."""
    return await uow.standings.is_attended(project.id, since=now - ATTENDED, information=LITTLE)
