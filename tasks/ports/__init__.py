"""The protocols that use cases need; `storage` keeps them, and each contract is tested on every engine."""

from tasks.ports.books import Ledger
from tasks.ports.clock import Clock
from tasks.ports.frontier import ROUND, Bucket, Candidate, Drawn, Frontier, Place, Stretch
from tasks.ports.learning import Model, Models, Verdicts
from tasks.ports.notices import AwaitedInputs, Change, Clockwork, Deliveries, DeliveryRow, Notices
from tasks.ports.outward import Quarantine
from tasks.ports.people import JoinCodes, Places, Supervisors, Workers, WorkWaits
from tasks.ports.projects import Pictures, Projects
from tasks.ports.quality import (
    GoldChange,
    Golds,
    Learnt,
    NewSanction,
    Recount,
    Recounts,
    Sanctions,
    StandingKey,
    Standings,
    UntoldGold,
)
from tasks.ports.reports import Reports
from tasks.ports.store import Store, UnitOfWork
from tasks.ports.work import (
    Asker,
    Cast,
    Leases,
    NewLease,
    NewTask,
    Pressed,
    Settled,
    TallyChange,
    Tasks,
    Terms,
)

__all__ = [
    "ROUND",
    "Asker",
    "AwaitedInputs",
    "Bucket",
    "Candidate",
    "Cast",
    "Change",
    "Clock",
    "Clockwork",
    "Deliveries",
    "DeliveryRow",
    "Drawn",
    "Frontier",
    "GoldChange",
    "Golds",
    "JoinCodes",
    "Learnt",
    "Leases",
    "Ledger",
    "Model",
    "Models",
    "NewLease",
    "NewSanction",
    "NewTask",
    "Notices",
    "Pictures",
    "Place",
    "Places",
    "Pressed",
    "Projects",
    "Quarantine",
    "Recount",
    "Recounts",
    "Reports",
    "Sanctions",
    "Settled",
    "StandingKey",
    "Standings",
    "Store",
    "Stretch",
    "Supervisors",
    "TallyChange",
    "Tasks",
    "Terms",
    "UnitOfWork",
    "UntoldGold",
    "Verdicts",
    "WorkWaits",
    "Workers",
]
