"""One write is one transaction; leaving it without commit undoes it."""

from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

from storage.engine import Database, Transaction, open_database
from storage.repositories.awaited_inputs import SqlAwaitedInputs
from storage.repositories.deliveries import SqlDeliveries
from storage.repositories.frontier import SqlFrontier
from storage.repositories.gold_recounts import SqlRecounts
from storage.repositories.golds import SqlGolds
from storage.repositories.join_codes import SqlJoinCodes
from storage.repositories.leases import SqlLeases
from storage.repositories.ledger import SqlLedger
from storage.repositories.models import SqlModels
from storage.repositories.notices import SqlNotices
from storage.repositories.picture_handles import PictureHandles
from storage.repositories.places import SqlPlaces
from storage.repositories.project_cache import ProjectCache
from storage.repositories.projects import SqlProjects
from storage.repositories.quarantine import SqlQuarantine
from storage.repositories.reports import SqlReports
from storage.repositories.sanctions import SqlSanctions
from storage.repositories.standings import SqlStandings
from storage.repositories.supervisors import SqlSupervisors
from storage.repositories.tasks import SqlTasks
from storage.repositories.verdicts import SqlVerdicts
from storage.repositories.work_waits import SqlWorkWaits
from storage.repositories.workers import SqlWorkers
from tasks.ports import (
    AwaitedInputs,
    Deliveries,
    Frontier,
    Golds,
    JoinCodes,
    Leases,
    Ledger,
    Models,
    Notices,
    Places,
    Projects,
    Quarantine,
    Recounts,
    Reports,
    Sanctions,
    Standings,
    Supervisors,
    Tasks,
    UnitOfWork,
    Verdicts,
    Workers,
    WorkWaits,
)


class SqlUnitOfWork:
    """Implements ``UnitOfWork``; its repositories are there once it was entered."""

    workers: Workers
    projects: Projects
    tasks: Tasks
    leases: Leases
    frontier: Frontier
    ledger: Ledger
    places: Places
    supervisors: Supervisors
    join_codes: JoinCodes
    awaited: AwaitedInputs
    notices: Notices
    deliveries: Deliveries
    work_waits: WorkWaits
    golds: Golds
    recounts: Recounts
    standings: Standings
    sanctions: Sanctions
    models: Models
    verdicts: Verdicts
    reports: Reports
    quarantine: Quarantine

    def __init__(self, opening: AbstractAsyncContextManager[Transaction], cache: ProjectCache) -> None:
        self._opening = opening
        self._cache = cache

    async def __aenter__(self) -> Self:
        self._transaction = await self._opening.__aenter__()
        self.workers = SqlWorkers(self._transaction)
        self._projects = SqlProjects(self._transaction, self._cache)
        self.projects = self._projects
        self.tasks = SqlTasks(self._transaction)
        self.leases = SqlLeases(self._transaction)
        self.frontier = SqlFrontier(self._transaction)
        self.ledger = SqlLedger(self._transaction)
        self.places = SqlPlaces(self._transaction)
        self.supervisors = SqlSupervisors(self._transaction)
        self.join_codes = SqlJoinCodes(self._transaction)
        self.awaited = SqlAwaitedInputs(self._transaction)
        self.notices = SqlNotices(self._transaction)
        self.deliveries = SqlDeliveries(self._transaction)
        self.work_waits = SqlWorkWaits(self._transaction)
        self.golds = SqlGolds(self._transaction, self._projects)
        self.recounts = SqlRecounts(self._transaction)
        self.standings = SqlStandings(self._transaction)
        self.sanctions = SqlSanctions(self._transaction)
        self.models = SqlModels(self._transaction)
        self.verdicts = SqlVerdicts(self._transaction)
        self.reports = SqlReports(self._transaction)
        self.quarantine = SqlQuarantine(self._transaction)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._opening.__aexit__(kind, error, trace)

    async def commit(self) -> None:
        await self._transaction.commit()
        self._projects.forget_old()


class SqlStore:
    """Implements ``Store``."""

    def __init__(self, database: Database, cache: ProjectCache) -> None:
        self.database = database
        self.picture_handles = PictureHandles(database)
        self._cache = cache

    def write(self) -> UnitOfWork:
        """A transaction that may change things (on SQLite its first statement takes the write lock)."""
        return SqlUnitOfWork(self.database.write(), self._cache)

    def read(self) -> UnitOfWork:
        """A transaction that only reads; the database refuses changes and row locks in it."""
        return SqlUnitOfWork(self.database.read(), self._cache)

    async def ping(self) -> None:
        """Returns if the database answers; raises InputError with one sentence if not."""
        await self.database.ping()

    async def close(self) -> None:
        """Closes all connections; transactions must have ended."""
        await self.database.close()


def create_store(database_url: str, *, connections: int = 8) -> SqlStore:
    """The store at that address, not connected yet; raises InputError if it is no address of a database."""
    return SqlStore(open_database(database_url, connections=connections), ProjectCache())
