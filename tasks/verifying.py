"""A machine's guess as a yes-or-no question first, and one of a few choices only after a *no*.

*Yes* is an answer like any other, with the choice that stood on the card. *No* is stored nowhere: it only
turns the same card, on the same lease, into the question with the other choices, and whoever answers that is
paid once, as for a *yes*. So nothing can be lost or counted twice between the two presses.
"""

from dataclasses import dataclass

from tasks.halting import find_current, find_pause
from tasks.judging import Ruling, rule
from tasks.lending import question_of
from tasks.model.identifiers import LeaseId
from tasks.model.work import LeaseState
from tasks.model.worker import Worker
from tasks.outcomes import NOT_YOURS, AlreadyAnswered, GuessRefused, RefuseGuessOutcome
from tasks.ports import Clock, Store
from tasks.pressing import find_own


@dataclass(frozen=True, slots=True)
class RefuseGuess:
    """She says that the machine is wrong: the same question comes back, and now waits for a choice.

    Whoever is paused is told so instead of being asked for a choice that would not be paid.
    """

    store: Store
    clock: Clock

    async def __call__(self, worker: Worker, lease_id: LeaseId) -> RefuseGuessOutcome:
        async with self.store.write() as uow:
            own = await find_own(uow, worker, lease_id)
            if own is None:
                return NOT_YOURS
            project, pressed, now = own.project, own.pressed, self.clock.now()
            if rule(pressed, worker.id, project.rules, cant_tell=True) is Ruling.ALREADY:
                return AlreadyAnswered(project, await find_current(uow, project, worker, now))
            if pressed.lease.state is not LeaseState.OPEN:
                pause = await find_pause(uow, project, worker, now)
                if pause is not None:
                    return pause
            return GuessRefused(question_of(pressed.lease, pressed.task, project))
