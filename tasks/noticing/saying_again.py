"""What the program itself has to say is said again where she may not have heard it."""

from datetime import datetime, timedelta

from tasks.model.identifiers import AccountKey, DeliveryId
from tasks.model.notice import Delivery, DeliveryState
from tasks.noticing.own_messages import manners_of
from tasks.ports import Change, UnitOfWork

REACH_AGAIN_MINUTES = 15
"""What is for somebody who cannot be reached waits, and looks so often whether she is back."""
CLOCKS_APART_MINUTES = 1
"""Something may have been put off by another process, and a moment after this one has looked at its clock."""
SAY_AGAIN_MINUTES = 1
SAID_MAX = 3
"""So often is sent at most what may have arrived each time."""


def not_lost(delivery: Delivery, result: Change, now: datetime) -> Change:
    """What becomes of a delivery that went like that.

    Whoever has blocked the bot hears what it has to say of her when she is back, no matter whether that was
    known before the call or by it. What may have arrived goes out again where twice is better than never: of
    a notice a supervisor decides that, but nobody sees what becomes of the program's own messages.
    """
    if delivery.notice_id is not None:
        return result
    if result.state is DeliveryState.BLOCKED:
        return when_she_is_back(delivery.id, now, reason=result.reason)
    is_worth_it = manners_of(delivery.kind).rather_twice and delivery.attempts < SAID_MAX
    if result.state is DeliveryState.UNKNOWN and is_worth_it:
        return _later(delivery.id, now, SAY_AGAIN_MINUTES, reason=result.reason)
    return result


def when_she_is_back(delivery_id: DeliveryId, now: datetime, *, reason: str | None) -> Change:
    """It waits for her."""
    return _later(delivery_id, now, REACH_AGAIN_MINUTES, reason=reason)


async def note_she_is_back(uow: UnitOfWork, account: AccountKey, now: datetime) -> None:
    """Marks her reachable, and lets what has waited for her go out at once."""
    await uow.workers.set_reachable(account, reachable=True, at=now)
    until = now + timedelta(minutes=REACH_AGAIN_MINUTES + CLOCKS_APART_MINUTES)
    await uow.deliveries.hasten(account, now, until=until)


def _later(delivery_id: DeliveryId, now: datetime, minutes: int, *, reason: str | None) -> Change:
    due_at = now + timedelta(minutes=minutes)
    return Change(delivery_id, DeliveryState.PLANNED, due_at=due_at, reason=reason)
