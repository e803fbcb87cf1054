"""What we say without being asked."""

from handlers.menu import work_button
from handlers.notice_buttons import SecondWord, SeeNotice
from handlers.notice_card import notice_card
from handlers.screens import Choice, Rows, Screen, Slot
from handlers.supervisor.notice_words import pause_text
from handlers.words import Words, words_in
from tasks.model.identifiers import NoticeId
from tasks.model.notice import Delivery, Notice
from tasks.noticing.own_messages import NOTICE_PAUSED, NOTICE_REFUSED, SECOND_WORD
from tasks.promising import WORK_AGAIN


def delivery_screen(delivery: Delivery, notice: Notice | None) -> Screen:
    """A delivery as its reader sees it; raises LookupError for a kind that has no words."""
    if notice is not None:
        return notice_card(notice, delivery.language, delivery.id)
    words = words_in(delivery.language)
    text, rows = _said(words, delivery)
    return Screen(text, rows, slot=Slot.NOTE)


def _said(words: Words, delivery: Delivery) -> tuple[str, Rows]:
    facts = delivery.facts
    if delivery.kind == WORK_AGAIN:
        return words("There is work again."), ((work_button(words),),)
    notice_id = NoticeId(int(facts.get("notice", "0")))
    see = Choice(words("🔎 Look at it"), SeeNotice(notice_id).pack())
    if delivery.kind == SECOND_WORD:
        text = words("🚨 An urgent notice needs your word. It would go out now, at night too:")
        agree = Choice(words("✅ I agree"), SecondWord(notice_id, agrees=True).pack())
        refuse = Choice(words("❌ I refuse"), SecondWord(notice_id, agrees=False).pack())
        return f"{text}\n\n{facts.get('text', '')}", ((agree, refuse),)
    if delivery.kind == NOTICE_REFUSED:
        return words("The second supervisor refused your urgent notice. /broadcast shows it as a draft."), ()
    if delivery.kind == NOTICE_PAUSED:
        return pause_text(words, facts.get("reason", "")), ((see,),)
    raise LookupError(f"no words for a delivery of kind {delivery.kind!r}")


def taken_back_text(_notice: Notice, language: str) -> str:
    """What stands in place of a notice that was taken back and can no longer be deleted."""
    words = words_in(language)
    return words("This notice was taken back.")
