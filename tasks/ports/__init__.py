"""The protocols that use cases need; `storage` keeps them, and each contract is tested on every engine."""

from tasks.ports.books import Ledger
from tasks.ports.clock import Clock
from tasks.ports.outward import Notice, Outbox, Quarantine
from tasks.ports.people import Roles, Workers, WorkWaits
from tasks.ports.projects import Pictures, Projects
from tasks.ports.store import Store, UnitOfWork
from tasks.ports.work import Candidate, Leases, NewLease, NewTask, Pressed, TallyChange, Tasks

__all__ = [
    "Candidate",
    "Clock",
    "Leases",
    "Ledger",
    "NewLease",
    "NewTask",
    "Notice",
    "Outbox",
    "Pictures",
    "Pressed",
    "Projects",
    "Quarantine",
    "Roles",
    "Store",
    "TallyChange",
    "Tasks",
    "UnitOfWork",
    "WorkWaits",
    "Workers",
]
