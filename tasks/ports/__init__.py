"""The protocols that use cases need; `storage` keeps them, and each contract is tested on every engine."""

from tasks.ports.books import Ledger
from tasks.ports.clock import Clock
from tasks.ports.notices import AwaitedInputs, Change, Clockwork, Deliveries, DeliveryRow, Notices
from tasks.ports.outward import Quarantine
from tasks.ports.people import JoinCodes, Places, Supervisors, Workers, WorkWaits
from tasks.ports.projects import Pictures, Projects
from tasks.ports.quality import GoldChange, Golds, NewSanction, Sanctions, StandingKey, Standings
from tasks.ports.reports import Reports
from tasks.ports.store import Store, UnitOfWork
from tasks.ports.work import Candidate, Leases, NewLease, NewTask, Pressed, TallyChange, Tasks

__all__ = [
    "AwaitedInputs",
    "Candidate",
    "Change",
    "Clock",
    "Clockwork",
    "Deliveries",
    "DeliveryRow",
    "GoldChange",
    "Golds",
    "JoinCodes",
    "Leases",
    "Ledger",
    "NewLease",
    "NewSanction",
    "NewTask",
    "Notices",
    "Pictures",
    "Places",
    "Pressed",
    "Projects",
    "Quarantine",
    "Reports",
    "Sanctions",
    "StandingKey",
    "Standings",
    "Store",
    "Supervisors",
    "TallyChange",
    "Tasks",
    "UnitOfWork",
    "WorkWaits",
    "Workers",
]
