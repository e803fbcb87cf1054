"""What we say without being asked."""

from handlers.menu import work_button
from handlers.screens import Screen, Slot
from handlers.words import words_in
from tasks.model.notice import Delivery
from tasks.promising import WORK_AGAIN


def notice_screen(delivery: Delivery) -> Screen:
    """What the program itself has to say; raises LookupError for a kind that has no words."""
    words = words_in(delivery.language)
    if delivery.kind == WORK_AGAIN:
        return Screen(words("There is work again."), ((work_button(words),),), slot=Slot.NOTE)
    raise LookupError(f"no words for a notice of kind {delivery.kind!r}")
