"""Transactions."""

from types import TracebackType
from typing import Protocol, Self

from tasks.ports.books import Ledger
from tasks.ports.frontier import Frontier
from tasks.ports.learning import Models, Verdicts
from tasks.ports.notices import AwaitedInputs, Deliveries, Notices
from tasks.ports.outward import Quarantine
from tasks.ports.people import JoinCodes, Places, Supervisors, Workers, WorkWaits
from tasks.ports.projects import Projects
from tasks.ports.quality import Golds, Recounts, Sanctions, Standings
from tasks.ports.reports import Reports
from tasks.ports.work import Leases, Tasks


class UnitOfWork(Protocol):
    """One transaction. Leaving it without ``commit`` undoes everything."""

    @property
    def workers(self) -> Workers: ...

    @property
    def projects(self) -> Projects: ...

    @property
    def tasks(self) -> Tasks: ...

    @property
    def leases(self) -> Leases: ...

    @property
    def frontier(self) -> Frontier: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def places(self) -> Places: ...

    @property
    def supervisors(self) -> Supervisors: ...

    @property
    def join_codes(self) -> JoinCodes: ...

    @property
    def awaited(self) -> AwaitedInputs: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def deliveries(self) -> Deliveries: ...

    @property
    def work_waits(self) -> WorkWaits: ...

    @property
    def golds(self) -> Golds: ...

    @property
    def recounts(self) -> Recounts: ...

    @property
    def standings(self) -> Standings: ...

    @property
    def sanctions(self) -> Sanctions: ...

    @property
    def models(self) -> Models: ...

    @property
    def verdicts(self) -> Verdicts: ...

    @property
    def reports(self) -> Reports: ...

    @property
    def quarantine(self) -> Quarantine: ...

    async def commit(self) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Store(Protocol):
    """Where everything is kept."""

    def write(self) -> UnitOfWork:
        """A transaction that may change things (on SQLite it holds the write lock from its start)."""

    def read(self) -> UnitOfWork:
        """A transaction that only reads; what locks rows (``lock``, ``find_open``) is not for it."""
