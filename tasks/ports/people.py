"""Workers, their accounts, and who looks after them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from tasks.model.identifiers import AccountKey, WorkerId
from tasks.model.worker import Worker, WorkerStatus


class Workers(Protocol):
    """People and their accounts."""

    async def list_by_account(self, keys: Collection[AccountKey]) -> Mapping[AccountKey, Worker]:
        """The workers behind those accounts; unknown accounts are left out."""

    async def get(self, worker_id: WorkerId) -> Worker:
        """The worker; raises LookupError if there is none."""

    async def add(
        self, key: AccountKey, *, language: str, join_code: str | None, time_zone: str, at: datetime
    ) -> Worker:
        """A new worker with that account, or the one who has it already (two first messages at once)."""

    async def set_consent(self, worker_id: WorkerId, *, version: str, at: datetime) -> None:
        """Records that she agreed to that version and is of age; makes her active."""

    async def set_status(self, worker_id: WorkerId, status: WorkerStatus, at: datetime) -> None: ...

    async def set_language(self, worker_id: WorkerId, language: str) -> None: ...

    async def set_join_code(self, worker_id: WorkerId, code: str) -> None: ...

    async def set_reachable(self, key: AccountKey, *, reachable: bool, at: datetime) -> None:
        """Marks the account; unknown accounts are no error."""


class Roles(Protocol):
    """Who looks after workers."""

    def is_supervisor(self, key: AccountKey) -> bool: ...


class WorkWaits(Protocol):
    """Workers who were promised a word when there is work again."""

    async def add(self, worker_id: WorkerId, at: datetime) -> None:
        """Notes the promise; once is enough."""

    async def list_waiting(self, limit: int, *, after: WorkerId) -> Sequence[Worker]:
        """Active, reachable workers who wait, by id from behind ``after`` on."""

    async def remove(self, worker_id: WorkerId) -> None: ...
