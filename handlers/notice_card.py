"""A supervisor's notice as a worker sees it."""

from handlers.buttons import AnswerNotice, FewerNotices, ReadNotice
from handlers.labels import LABEL_MAX, shorten
from handlers.screens import Choice, Screen, Slot
from handlers.words import words_in
from tasks.model.identifiers import DeliveryId
from tasks.model.notice import Notice, Receipt

TEST_ID = DeliveryId(0)
"""Below a notice that a supervisor has sent to nobody but herself."""


def notice_card(notice: Notice, language: str, delivery_id: DeliveryId) -> Screen:
    """The notice in that language, with what she may say to it; delivery 0 is a supervisor's test."""
    words = words_in(language)
    rows: list[tuple[Choice, ...]] = []
    if notice.receipt is Receipt.READ:
        rows.append((Choice(words("✅ I have read it"), ReadNotice(delivery_id).pack()),))
    if notice.receipt is Receipt.POLL:
        for number, answer in enumerate(notice.answers_in(language), start=1):
            rows.append((Choice(shorten(answer, LABEL_MAX), AnswerNotice(delivery_id, number).pack()),))
    rows.append((Choice(words("🔕 Fewer of these"), FewerNotices(delivery_id).pack()),))
    return Screen(notice.text(language), tuple(rows), notice.picture, Slot.NOTE, notice.voice)
