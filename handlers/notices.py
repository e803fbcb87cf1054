"""What we say without being asked."""

from handlers.menu import work_button
from handlers.screens import Screen, Slot
from handlers.words import words_in
from tasks.ports import Notice
from tasks.promising import WORK_AGAIN


def notice_screen(notice: Notice) -> Screen:
    """The notice as its reader sees it; raises LookupError for a kind that has no words."""
    words = words_in(notice.language)
    if notice.kind == WORK_AGAIN:
        return Screen(words("There is work again."), ((work_button(words),),), slot=Slot.NOTE)
    raise LookupError(f"no words for a notice of kind {notice.kind!r}")
