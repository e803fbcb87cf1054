"""Whether others are at work on what is kept from those whose answers tell little."""

from datetime import datetime, timedelta

from tasks.model.project import Project
from tasks.ports import UnitOfWork
from tasks.quality.selection import takes_first_looks

ATTENDED = timedelta(minutes=5)
"""Whoever has not answered for so long has put her phone away."""
ANSWERS_LOOKED_AT = 200


async def others_are_at_work(uow: UnitOfWork, project: Project, now: datetime) -> bool:
    """Whether somebody from whom nothing is kept has answered there a moment ago, and has her next question.

    When such people find nothing for themselves any more, what is left is for everybody at once.
    """
    at_work = await uow.standings.list_at_work(project.id, now - ATTENDED, ANSWERS_LOOKED_AT)
    return any(not takes_first_looks(step, information, project.rules) for step, information in at_work)
