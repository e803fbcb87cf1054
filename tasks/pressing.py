"""Finds what a button of a card names, for the person who pressed it."""

from dataclasses import dataclass

from tasks.model.identifiers import LeaseId
from tasks.model.project import Project
from tasks.model.worker import Worker
from tasks.ports import Pressed, UnitOfWork


@dataclass(frozen=True, slots=True)
class OwnPress:
    """A lease of the worker's own, locked with its task, and its project."""

    pressed: Pressed
    project: Project


async def find_own(uow: UnitOfWork, worker: Worker, lease_id: LeaseId) -> OwnPress | None:
    """What the button names; None if there is no such lease, or it is somebody else's."""
    pressed = (await uow.leases.lock_pressed([lease_id])).get(lease_id)
    if pressed is None or pressed.lease.worker_id != worker.id:
        return None
    project = await uow.projects.find(pressed.lease.project_id)
    return OwnPress(pressed, project) if project is not None else None
