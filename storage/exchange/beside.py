"""What the common methods would say of the same answers, for a look beside the verdicts."""

from collections.abc import Hashable, Mapping
from enum import StrEnum

from sqlalchemy import select

from storage.engine import Database
from storage.exchange.exports import PAGE_ROWS
from storage.repositories.votes import IS_VOTE_OF_PROJECT
from storage.tables import leases
from tasks.model.project import Project
from tasks.quality.dawid_skene import GatheredAnswers

Batch = Mapping[Hashable, tuple[str, float]]
"""The most probable choice of each task, and its probability."""


class Beside(StrEnum):
    """Another method."""

    MAJORITY = "majority"
    DAWID_SKENE = "dawid-skene"


async def read_dawid_skene(database: Database, project: Project) -> Batch:
    """What batch Dawid-Skene makes of all accepted answers; needs memory for all of them."""
    gathered = GatheredAnswers()
    query = select(leases.c.task_id, leases.c.worker_id, leases.c.choice).where(
        leases.c.project_id == project.id, IS_VOTE_OF_PROJECT
    )
    async with database.read() as transaction:
        result = await transaction.connection.stream(query)
        async for page in result.partitions(PAGE_ROWS):
            for task_id, worker_id, choice in page:
                gathered.add(task_id, worker_id, choice)
    return gathered.believe()
