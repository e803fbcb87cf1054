"""How a person becomes a worker, changes her language, leaves, and comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.errors import NotEnrolled
from tasks.model.identifiers import AccountKey
from tasks.model.worker import Worker, WorkerStatus
from tasks.noticing.saying_again import note_she_is_back
from tasks.ports import Clock, Store
from tasks.recruiting import settle_in
from tasks.stopping import give_back

JOIN_CODE_LENGTH_MAX = 64


@dataclass(frozen=True, slots=True)
class RecogniseAccounts:
    """The workers behind accounts, in the order asked; None where nobody is known."""

    store: Store

    async def __call__(self, keys: Sequence[AccountKey]) -> Sequence[Worker | None]:
        async with self.store.read() as uow:
            known: Mapping[AccountKey, Worker] = await uow.workers.list_by_account(set(keys))
        return [known.get(key) for key in keys]


@dataclass(frozen=True, slots=True)
class Welcomed:
    """Who she is, and whether the code that she brought was good."""

    worker: Worker
    code_is_good: bool
    """False if it is one of ours and lets nobody in any more: she may work, but her place is not known."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """The worker behind an account, made if it is new, in the place that her code names; marks her reachable.

    Somebody who left comes back as new: she is asked to agree again.
    """

    store: Store
    clock: Clock
    time_zone: str
    """Where workers live until we know better."""

    async def __call__(self, key: AccountKey, *, language: str, join_code: str | None) -> Welcomed:
        code = join_code[:JOIN_CODE_LENGTH_MAX] if join_code else None
        async with self.store.write() as uow:
            now = self.clock.now()
            worker = await uow.workers.add(key, language=language, time_zone=self.time_zone, at=now)
            code_is_good = code is None or await settle_in(uow, worker, code, now)
            if code and code_is_good and (worker.join_code is None or not worker.place):
                await uow.workers.set_join_code(worker.id, code)
            if worker.status is WorkerStatus.LEFT:
                await uow.workers.set_status(worker.id, WorkerStatus.NEW, now)
            if not worker.reachable:
                await note_she_is_back(uow, key, now)
            worker = await uow.workers.get(worker.id)
            await uow.commit()
        return Welcomed(worker, code_is_good)


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """Records that she agreed to that version of the promise and is 18 or older; she may work from now on."""

    store: Store
    clock: Clock

    async def __call__(self, worker: Worker, version: str) -> None:
        async with self.store.write() as uow:
            await uow.workers.set_consent(worker.id, version=version, at=self.clock.now())
            await uow.commit()


@dataclass(frozen=True, slots=True)
class ChangeLanguage:
    """Speaks that language with her from now on."""

    store: Store

    async def __call__(self, worker: Worker, language: str) -> None:
        async with self.store.write() as uow:
            await uow.workers.set_language(worker.id, language)
            await uow.commit()


@dataclass(frozen=True, slots=True)
class Leave:
    """She leaves: her open questions go back, nothing more is sent to her, and what she earned stays hers."""

    store: Store
    clock: Clock

    async def __call__(self, worker: Worker) -> None:
        async with self.store.write() as uow:
            # Before any task is locked, as where she is lent one.
            await uow.workers.set_status(worker.id, WorkerStatus.LEFT, self.clock.now())
            for project in await uow.projects.list_all():
                await give_back(uow, await uow.leases.list_open(worker.id, project.id))
            await uow.work_waits.remove(worker.id)
            await uow.commit()


@dataclass(frozen=True, slots=True)
class MarkReachable:
    """Notes that an account blocked the bot or is gone, or that it returned, and hears what has waited."""

    store: Store
    clock: Clock

    async def __call__(self, key: AccountKey, *, reachable: bool) -> None:
        async with self.store.write() as uow:
            now = self.clock.now()
            if reachable:
                await note_she_is_back(uow, key, now)
            else:
                await uow.workers.set_reachable(key, reachable=False, at=now)
            await uow.commit()


def require_active(worker: Worker | None, consent_version: str) -> Worker:
    """The worker, if she agreed to the promise as it stands now; raises NotEnrolled otherwise."""
    if (
        worker is None
        or worker.status is not WorkerStatus.ACTIVE
        or worker.consent_version != consent_version
    ):
        raise NotEnrolled
    return worker
