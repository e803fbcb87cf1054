"""What we say without being asked."""

from handlers.menu import work_button
from handlers.notice_card import notice_card
from handlers.screens import Screen, Slot
from handlers.words import words_in
from tasks.model.notice import Delivery, Notice
from tasks.promising import WORK_AGAIN


def delivery_screen(delivery: Delivery, notice: Notice | None) -> Screen:
    """A delivery as its reader sees it; raises LookupError for a kind that has no words."""
    if notice is not None:
        return notice_card(notice, delivery.language, delivery.id)
    words = words_in(delivery.language)
    if delivery.kind == WORK_AGAIN:
        return Screen(words("There is work again."), ((work_button(words),),), slot=Slot.NOTE)
    raise LookupError(f"no words for a delivery of kind {delivery.kind!r}")


def taken_back_text(_notice: Notice, language: str) -> str:
    """What stands in place of a notice that was taken back and can no longer be deleted."""
    return words_in(language)("This notice was taken back.")
