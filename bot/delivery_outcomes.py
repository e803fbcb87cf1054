"""What a messenger's answer means for a delivery."""

from datetime import datetime, timedelta

from handlers.screens import Refused, RefusedWhy, Shown
from tasks.model.notice import Delivery, DeliveryState
from tasks.noticing.clocks import AT_ONCE
from tasks.ports import Change

ATTEMPTS_MAX = 10
FAULT_RETRY_SECONDS = 60.0
WINDOW_RETRY_SECONDS = 3600.0
REASON_LENGTH_MAX = 200

_FINAL = {
    RefusedWhy.BLOCKED: DeliveryState.BLOCKED,
    RefusedWhy.GONE: DeliveryState.GONE,
    RefusedWhy.BAD: DeliveryState.REFUSED,
    RefusedWhy.UNKNOWN: DeliveryState.UNKNOWN,
}


def after_bringing(delivery: Delivery, outcome: Shown | Refused, now: datetime) -> Change:
    """What becomes of a delivery that was sent. What may have arrived is not sent again by itself."""
    if isinstance(outcome, Shown):
        at = outcome.message
        return Change(delivery.id, DeliveryState.SENT, at=now, chat=at.chat, message=at.message)
    if (state := _FINAL.get(outcome.why)) is not None:
        return Change(delivery.id, state, reason=_reason(outcome))
    if outcome.why is RefusedWhy.WINDOW_CLOSED:
        return put_off(delivery, now, WINDOW_RETRY_SECONDS, reason=_reason(outcome))
    # Not sent for certain. The whole lane waits if the messenger says so, and then this one goes first.
    return Change(delivery.id, DeliveryState.PLANNED, due_at=AT_ONCE, reason=_reason(outcome))


def put_off(delivery: Delivery, now: datetime, seconds: float, *, reason: str) -> Change:
    """Later."""
    due_at = now + timedelta(seconds=seconds)
    return Change(delivery.id, DeliveryState.PLANNED, due_at=due_at, reason=reason)


def after_fault(delivery: Delivery, now: datetime, *, reason: str) -> Change:
    """What becomes of one that met a fault of ours: later, or never if it was tried too often."""
    if delivery.attempts >= ATTEMPTS_MAX:
        return Change(delivery.id, DeliveryState.REFUSED, reason=reason)
    return put_off(delivery, now, FAULT_RETRY_SECONDS, reason=reason)


def after_taking_back(delivery: Delivery, outcome: Shown | Refused) -> Change | None:
    """What becomes of a delivery that was to be taken back; None: it is tried again."""
    if isinstance(outcome, Shown):
        return Change(delivery.id, DeliveryState.RETRACTED)
    if outcome.why in (RefusedWhy.BLOCKED, RefusedWhy.GONE, RefusedWhy.BAD):
        return Change(delivery.id, DeliveryState.REFUSED, reason=f"not taken back: {_reason(outcome)}")
    return None


def _reason(refused: Refused) -> str:
    reason = f"{refused.why.value}: {refused.detail}" if refused.detail else refused.why.value
    return reason[:REASON_LENGTH_MAX]
