"""A worker puts work down; a lease's time is over. Either way the place goes back, and nothing is lost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.booking import Moment
from tasks.model.identifiers import LeaseId
from tasks.model.work import Lease, LeaseState
from tasks.model.worker import Worker
from tasks.outcomes import NOT_YOURS, StopOutcome, WorkStopped
from tasks.ports import Clock, Store, TallyChange, UnitOfWork
from tasks.pressing import find_own


async def give_back(uow: UnitOfWork, leases: Sequence[Lease]) -> None:
    """Ends open leases that the caller has locked with their tasks."""
    if not leases:
        return
    await uow.leases.set_state([lease.id for lease in leases], LeaseState.ENDED)
    places = Counter(lease.task_id for lease in leases if not lease.is_gold)
    await uow.tasks.add_to_tallies({task: TallyChange(taken=-count) for task, count in places.items()})


@dataclass(frozen=True, slots=True)
class StopWork:
    """Gives back her open questions of the project that a card belongs to."""

    store: Store
    clock: Clock

    async def __call__(self, worker: Worker, lease_id: LeaseId) -> StopOutcome:
        async with self.store.write() as uow:
            own = await find_own(uow, worker, lease_id)
            if own is None:
                return NOT_YOURS
            await give_back(uow, await uow.leases.list_open(worker.id, own.project.id))
            day = Moment.of(worker, self.clock.now()).day
            today = await uow.ledger.earned_on({worker.id: day}, own.project.price.currency)
            await uow.commit()
        return WorkStopped(own.project, today[worker.id])


@dataclass(frozen=True, slots=True)
class EndOverdueLeases:
    """Ends leases whose time is over, some at a time; returns how many."""

    store: Store
    clock: Clock
    batch_size: int = 200

    async def __call__(self) -> int:
        ended = 0
        while True:
            async with self.store.write() as uow:
                now = self.clock.now()
                overdue = await uow.leases.list_overdue(now, self.batch_size)
                locked = await uow.leases.lock_pressed(overdue)
                still = [
                    pressed.lease
                    for pressed in locked.values()
                    if pressed.lease.state is LeaseState.OPEN and pressed.lease.ends_at <= now
                ]
                await give_back(uow, still)
                await uow.commit()
            ended += len(still)
            if len(overdue) < self.batch_size:
                return ended
