"""What the program had to say of a pause, and what is no longer so when it would go out: a night later."""

from collections.abc import Collection, Iterable

from tasks.model.identifiers import DeliveryId
from tasks.model.notice import Delivery
from tasks.model.standing import HALTS, Appeal, Sanction
from tasks.noticing.own_messages import APPEAL_MADE, PAUSE_KINDS, PAUSE_OVER, REMOVAL_DOUBTED
from tasks.ports import UnitOfWork

WAITS_AS = {APPEAL_MADE: Appeal.MADE, REMOVAL_DOUBTED: Appeal.DOUBTED}
"""What a supervisor is asked to look at, as long as nobody has decided."""


async def list_outdated(uow: UnitOfWork, deliveries: Iterable[Delivery]) -> Collection[DeliveryId]:
    """Those of these deliveries that would say what is not true any more.

    Quiet hours and a blocked bot hold them up, and meanwhile somebody may decide, or the program pause her
    once more.
    """
    of_pauses = [each for each in deliveries if each.kind in PAUSE_KINDS]
    return {each.id for each in of_pauses if not await _holds(uow, each)}


async def _holds(uow: UnitOfWork, delivery: Delivery) -> bool:
    sanction = await uow.sanctions.find(int(delivery.facts.get("sanction", "0")))
    if sanction is None:
        return False
    if delivery.kind in WAITS_AS:
        return sanction.appeal is WAITS_AS[delivery.kind] and sanction.ended_at is None
    if delivery.kind == PAUSE_OVER:
        return not await _is_out(uow, sanction)
    return sanction.ended_at is None


async def _is_out(uow: UnitOfWork, sanction: Sanction) -> bool:
    """Whether she is out of that project by now, by that pause or a later one."""
    last = await uow.sanctions.find_last(sanction.project_id, sanction.worker_id, HALTS)
    return last is not None and last.ended_at is None
