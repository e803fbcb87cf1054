"""What we say without being asked."""

from collections.abc import Iterator

from handlers.buttons import TakeProject
from handlers.labels import LABEL_MAX, TEXT_MAX, shorten
from handlers.menu import work_button
from handlers.notice_buttons import SecondWord, SeeNotice
from handlers.notice_card import notice_card
from handlers.pause_buttons import SeePause
from handlers.project_buttons import SeeContradicted
from handlers.screens import Choice, Rows, Screen, Slot
from handlers.supervisor.notice_words import pause_text
from handlers.supervisor.progress import FIRST_WORDS
from handlers.words import Words, words_in
from handlers.worker.pausing import ask_button, see_button
from tasks.model.identifiers import NoticeId, ProjectId
from tasks.model.notice import Delivery, Notice
from tasks.model.standing import SanctionKind
from tasks.noticing.own_messages import (
    APPEAL_MADE,
    GOLD_CONTRADICTED,
    NOTICE_PAUSED,
    NOTICE_REFUSED,
    PAUSE_KEPT,
    PAUSE_KINDS,
    PAUSE_OVER,
    REMOVAL_DOUBTED,
    SECOND_WORD,
    WhyOver,
)
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
    if delivery.kind in PAUSE_KINDS:
        return _said_of_pause(words, delivery)
    if delivery.kind == GOLD_CONTRADICTED:
        return _said_of_gold(words, delivery)
    notice_id = NoticeId(int(facts.get("notice", "0")))
    see = Choice(words("🔎 Look at it"), SeeNotice(notice_id).pack())
    said = facts.get("text", "")
    beginning = shorten(" ".join(said.split()), FIRST_WORDS)
    if delivery.kind == SECOND_WORD:
        text = words(
            "🚨 Another supervisor wants to send an urgent notice. If you agree, it comes at night too:"
        )
        asked = int(facts.get("asked", "0"))
        agree = Choice(words("✅ I agree"), SecondWord(notice_id, asked, agrees=True).pack())
        refuse = Choice(words("❌ I refuse"), SecondWord(notice_id, asked, agrees=False).pack())
        return shorten(f"{text}\n\n{said}", TEXT_MAX), ((agree, refuse),)
    if delivery.kind == NOTICE_REFUSED:
        text = words("The second supervisor refused your urgent notice. /broadcast shows it as a draft.")
        return f"{text}\n\n📢 {beginning}", ()
    if delivery.kind == NOTICE_PAUSED:
        return f"📢 {beginning}\n\n{pause_text(words, facts.get('reason', ''))}", ((see,),)
    raise LookupError(f"no words for a delivery of kind {delivery.kind!r}")


def _said_of_pause(words: Words, delivery: Delivery) -> tuple[str, Rows]:
    facts, title = delivery.facts, delivery.facts.get("title", "")
    sanction_id, project_id = (int(facts.get(name, "0")) for name in ("sanction", "project"))
    look = Choice(words("🔎 Look at it"), SeePause(sanction_id).pack())
    if delivery.kind == APPEAL_MADE:
        text = words("🙋 A worker of yours asks you to look at her pause in “{title}”.", title=title)
        if facts.get("against") == SanctionKind.REMOVAL:
            text = words("🙋 Somebody taken out of “{title}” asks you to look once more.", title=title)
        return text, ((look,),)
    if delivery.kind == REMOVAL_DOUBTED:
        text = words(
            "⚠️ Somebody was taken out of “{title}” for known answers that turned out wrong. "
            "Please look once more.",
            title=title,
        )
        return text, ((look,),)
    if delivery.kind == PAUSE_OVER:
        on = Choice(words("▶️ Work"), TakeProject(ProjectId(project_id)).pack())
        text = words("✅ You can go on with “{title}”. Welcome back!", title=title)
        return "\n\n".join((text, *_why_over(words, facts.get("why", "")))), ((on,),)
    rest = words("All that you have earned stays yours.")
    see = (see_button(words, sanction_id),)
    if delivery.kind == PAUSE_KEPT:
        text = words("A person has looked at your questions in “{title}”. It stays as it is.", title=title)
        return f"{text}\n\n{rest}", (see, (work_button(words),))
    text = words("⛔ A supervisor has ended your work in “{title}”.", title=title)
    return f"{text}\n\n{rest}", ((ask_button(words, sanction_id),), see, (work_button(words),))


def _why_over(words: Words, why: str) -> Iterator[str]:
    """Nothing for a reason that this version of the program does not know, or that was not told."""
    if why == WhyOver.PERSON:
        yield words("A person has looked at it, and nothing is held against you there any more.")
    if why == WhyOver.KEYS:
        yield words(
            "We have looked again at the questions that are there to check: you were right more often "
            "than we thought."
        )
    if why == WhyOver.USUAL:
        yield words(
            "These questions are harder than we thought: others are not right much more often than you."
        )


def _said_of_gold(words: Words, delivery: Delivery) -> tuple[str, Rows]:
    facts = delivery.facts
    count, others = (int(facts.get(name, "0")) for name in ("count", "others"))
    told = {name: shorten(facts.get(name, ""), LABEL_MAX) for name in ("title", "task", "right", "said")}
    lines = [
        words("⚠️ Able workers contradict a known picture in “{title}”: {task}", **told),
        words("The client says: {right}", **told),
    ]
    if count:
        lines.append(
            words.plural(
                "{count} able worker says: {said}", "{count} able workers say: {said}", count, **told
            )
        )
    if others:
        lines.append(words.plural("And {count} more is like it.", "And {count} more are like it.", others))
    rest = words("It counts for nothing until the client has looked at it. Please tell the client.")
    look = Choice(words("🔎 Look at it"), SeeContradicted(ProjectId(int(facts.get("project", "0")))).pack())
    return "\n".join((*lines, "", rest)), ((look,),)


def taken_back_text(_notice: Notice, language: str) -> str:
    """What stands in place of a notice that was taken back and can no longer be deleted."""
    words = words_in(language)
    return words("This notice was taken back.")
