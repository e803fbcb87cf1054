"""Transactions."""

from types import TracebackType
from typing import Protocol, Self

from tasks.ports.books import Ledger
from tasks.ports.outward import Outbox, Quarantine
from tasks.ports.people import Workers, WorkWaits
from tasks.ports.projects import Projects
from tasks.ports.work import Leases, Tasks


class UnitOfWork(Protocol):
    """One transaction. Leaving it without ``commit`` undoes everything."""

    workers: Workers
    projects: Projects
    tasks: Tasks
    leases: Leases
    ledger: Ledger
    outbox: Outbox
    work_waits: WorkWaits
    quarantine: Quarantine

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
        """A transaction that only reads."""
