"""A worker reads notices again, says that she has read one, and answers what one asks."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from handlers.buttons import AnswerNotice, FewerNotices, NoticeAgain, OpenPage, Page, ReadNotice
from handlers.labels import LABEL_MAX, shorten
from handlers.menu import menu_button
from handlers.notice_card import notice_card
from handlers.screens import Choice, Event, Reply, Rows, Screen
from handlers.use_cases import UseCases
from handlers.words import Words, words_in
from handlers.worker.preferring import kinds_screen
from tasks.model.identifiers import DeliveryId
from tasks.model.notice import Delivery, Notice
from tasks.model.worker import Worker
from tasks.noticing.reading import Where
from tasks.outcomes import NotYours


@dataclass(frozen=True, slots=True)
class Notices:
    """The page *Notices*, and the buttons below each notice."""

    use_cases: UseCases

    async def show(self, worker: Worker) -> Reply:
        words = words_in(worker.language)
        mine = await self.use_cases.list_my_notices(worker)
        text = words("You have got no notices yet.")
        if mine:
            text = words("The last notices that you got. Press one to read it again.")
        rows = [(_button(words, worker, delivery, notice),) for delivery, notice in mine]
        rows.append((Choice(words("🔕 What I get"), OpenPage(Page.KINDS).pack()),))
        rows.append((Choice(words("🌙 Quiet hours"), OpenPage(Page.QUIET).pack()),))
        return Reply((Screen(text, (*rows, (menu_button(words),))),))

    async def again(self, worker: Worker, button: NoticeAgain) -> Reply:
        """The notice as it came, with what she has said to it."""
        words = words_in(worker.language)
        for delivery, notice in await self.use_cases.list_my_notices(worker):
            if delivery.id == button.delivery_id:
                card = notice_card(notice, words.language, delivery.id)
                read = delivery.read_at is not None
                rows = _ticked(words, card.rows, delivery.id, read=read, answer=delivery.answer)
                return Reply((replace(card, rows=rows),), fresh=True)
        return Reply(toast=words("This notice cannot be shown any more."))

    async def read(self, worker: Worker, event: Event, button: ReadNotice) -> Reply:
        words = words_in(worker.language)
        outcome = await self.use_cases.acknowledge_notice(worker, button.delivery_id, where=_where(event))
        if isinstance(outcome, NotYours):
            return not_yours(words)
        card = notice_card(outcome.notice, words.language, button.delivery_id)
        answer = outcome.delivery.answer
        rows = _ticked(words, card.rows, button.delivery_id, read=True, answer=answer)
        return Reply(toast=words("Thank you."), buttons=rows)

    async def answer(self, worker: Worker, event: Event, button: AnswerNotice) -> Reply:
        """Her answer; she may change it by pressing another one."""
        words = words_in(worker.language)
        outcome = await self.use_cases.acknowledge_notice(
            worker, button.delivery_id, where=_where(event), answer=button.number
        )
        if isinstance(outcome, NotYours):
            return not_yours(words)
        card = notice_card(outcome.notice, words.language, button.delivery_id)
        rows = _ticked(words, card.rows, button.delivery_id, read=True, answer=button.number)
        answers = outcome.notice.answers_in(words.language)
        said = answers[button.number - 1] if button.number <= len(answers) else str(button.number)
        toast = words("Thank you. Your answer: {answer}", answer=shorten(said, LABEL_MAX))
        return Reply(toast=toast, buttons=rows)

    async def fewer(self, worker: Worker, event: Event, button: FewerNotices) -> Reply:
        """What she can silence, this kind first. That she pressed proves that the notice arrived."""
        words = words_in(worker.language)
        outcome = await self.use_cases.acknowledge_notice(
            worker, button.delivery_id, where=_where(event), read=False
        )
        if isinstance(outcome, NotYours):
            return not_yours(words)
        return Reply((kinds_screen(words, worker.silenced, outcome.notice.kind),), fresh=True)


def this_was_a_test(words: Words) -> Reply:
    """To whoever presses a button below a test."""
    return Reply(toast=words("This was a test."))


def not_yours(words: Words) -> Reply:
    return Reply(toast=words("This notice is not yours, so nothing was changed."), alert=True)


def _where(event: Event) -> Where | None:
    return None if event.message is None else Where(event.message.chat, event.message.message)


def _ticked(words: Words, rows: Rows, delivery_id: DeliveryId, *, read: bool, answer: int | None) -> Rows:
    """The buttons of the card, with a tick at what she has said. Each does what it did before."""
    labels = {}
    if read:
        labels[ReadNotice(delivery_id).pack()] = words("✅ Read")
    if answer is not None:
        chosen = AnswerNotice(delivery_id, answer).pack()
        labels |= {
            c.data: shorten(f"✅ {c.label}", LABEL_MAX) for row in rows for c in row if c.data == chosen
        }
    return tuple(tuple(Choice(labels.get(c.data, c.label), c.data) for c in row) for row in rows)


def _button(words: Words, worker: Worker, delivery: Delivery, notice: Notice) -> Choice:
    label = " ".join(notice.text(words.language).split())
    if delivery.sent_at is not None:
        day = delivery.sent_at.astimezone(ZoneInfo(worker.time_zone)).replace(tzinfo=None)
        label = f"{format_skeleton('MMMd', day, locale=words.locale)} · {label}"
    return Choice(shorten(label, LABEL_MAX), NoticeAgain(delivery.id).pack())
