"""Workers, their accounts and places, and who looks after them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from tasks.model.identifiers import AccountKey, WorkerId
from tasks.model.place import Place
from tasks.model.supervisor import Invitation, JoinCode, Supervisor
from tasks.model.worker import Worker, WorkerStatus


class Workers(Protocol):
    """People and their accounts."""

    async def list_by_account(self, keys: Collection[AccountKey]) -> Mapping[AccountKey, Worker]:
        """The workers behind those accounts; unknown accounts are left out."""

    async def get(self, worker_id: WorkerId) -> Worker:
        """The worker; raises LookupError if there is none."""

    async def lock(self, worker_id: WorkerId) -> None:
        """Until the end of the transaction nobody else locks her. It comes before the locks of tasks."""

    async def add(self, key: AccountKey, *, language: str, time_zone: str, at: datetime) -> Worker:
        """A new worker with that account, or the one who has it already (two first messages at once)."""

    async def set_consent(self, worker_id: WorkerId, *, version: str, at: datetime) -> None:
        """Records that she agreed to that version and is of age; makes her active."""

    async def set_status(self, worker_id: WorkerId, status: WorkerStatus, at: datetime) -> None: ...

    async def set_language(self, worker_id: WorkerId, language: str) -> None: ...

    async def set_join_code(self, worker_id: WorkerId, code: str) -> None: ...

    async def set_place(self, worker_id: WorkerId, path: str, time_zone: str | None) -> None:
        """She lives there; with its time zone, if that is known."""

    async def set_quiet_hours(self, worker_id: WorkerId, *, quiet_from: int, quiet_until: int) -> None: ...

    async def set_silenced(self, worker_id: WorkerId, kinds: frozenset[str]) -> None: ...

    async def set_reachable(self, key: AccountKey, *, reachable: bool, at: datetime) -> None:
        """Marks the account; unknown accounts are no error."""


class Places(Protocol):
    """The tree of places."""

    async def upsert(self, path: str, names: Mapping[str, str], time_zone: str | None) -> bool:
        """Keeps that place, in place of an older one with its path; True if it is new."""

    async def find(self, path: str) -> Place | None: ...

    async def find_by_id(self, place_id: int) -> Place | None: ...

    async def list_in(self, path: str) -> Sequence[Place]:
        """The places right below that path, by path."""

    async def find_time_zone(self, path: str) -> str | None:
        """Its own time zone, or that of the nearest place around it that has one."""


class Supervisors(Protocol):
    """Those who look after workers."""

    async def find(self, account: AccountKey) -> Supervisor | None:
        """The supervisor with that account, if she was not withdrawn."""

    async def get(self, supervisor_id: int) -> Supervisor:
        """The same by id; raises LookupError if there is none."""

    async def add(self, account: AccountKey, scope: str, at: datetime) -> Supervisor:
        """A supervisor of that scope, in place of what she was before."""

    async def list_within(self, scope: str) -> Sequence[Supervisor]:
        """Those whose scope lies in that one, by scope."""

    async def list_around(self, scope: str) -> Sequence[Supervisor]:
        """Those whose scope is that one or holds it."""

    async def withdraw(self, supervisor_id: int, at: datetime) -> bool:
        """She is none any more; False if she was none."""

    async def add_invitation(self, invitation: Invitation, at: datetime) -> None: ...

    async def lock_invitation(self, code: str) -> Invitation | None:
        """The invitation with that code, locked."""

    async def set_invitation_used(self, code: str, at: datetime) -> None: ...


class JoinCodes(Protocol):
    """Codes with which workers come in."""

    async def add(self, code: JoinCode, at: datetime) -> None: ...

    async def lock(self, code: str) -> JoinCode | None: ...

    async def count_use(self, code: str) -> None:
        """One more came with that code, which the caller has locked; raises LookupError if there is no code
        with room for her.
        """

    async def end(self, code: str, at: datetime) -> None:
        """Nobody comes in with it from then on; an earlier end stays."""

    async def list_within(self, scope: str, limit: int) -> Sequence[JoinCode]:
        """Codes of places within the scope, newest first."""


class WorkWaits(Protocol):
    """Workers who were promised a word when there is work again."""

    async def add(self, worker_id: WorkerId, at: datetime) -> None:
        """Notes the promise; once is enough."""

    async def list_waiting(self, limit: int, *, after: WorkerId) -> Sequence[Worker]:
        """Active, reachable workers who wait, by id from behind ``after`` on."""

    async def remove(self, worker_id: WorkerId) -> None: ...
