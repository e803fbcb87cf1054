"""A supervisor watches her notices and steers them."""

from dataclasses import dataclass

from handlers.buttons import OpenPage, Page
from handlers.identity import Actor
from handlers.labels import LABEL_MAX, shorten
from handlers.notice_buttons import GetFile, SecondWord, SeeNotice, SeeNotices, SeeUnknown, SteerIt
from handlers.screens import Choice, Document, Reply, Screen, Slot
from handlers.supervisor.progress import first_words, progress_screen, report_text, steer_label
from handlers.use_cases import UseCases
from tasks.model.identifiers import NoticeId
from tasks.model.notice import DeliveryState, NoticeStatus
from tasks.noticing.steering import Steer, can
from tasks.outcomes import Confirmed, NoticeGone, NoticeReport

LIST_WORDS = 28
ICONS = {
    NoticeStatus.ASKED: "⏳",
    NoticeStatus.CONFIRMED: "⏳",
    NoticeStatus.SENDING: "📤",
    NoticeStatus.PAUSED: "⏸",
    NoticeStatus.DONE: "✅",
    NoticeStatus.CANCELLED: "🛑",
    NoticeStatus.RETRACTING: "↩️",
    NoticeStatus.RETRACTED: "↩️",
}


@dataclass(frozen=True, slots=True)
class Steering:
    """All raise NotSupervisor, and OutsideScope for a notice of a wider scope."""

    use_cases: UseCases

    async def show_all(self, actor: Actor) -> Reply:
        """The last notices of her scope."""
        words = actor.words
        reports = await self.use_cases.list_notices(actor.account)
        text = words("The last notices. Press one to see how far it is.")
        if not reports:
            text = words("There are no notices yet. Write one with /broadcast.")
        rows = [(_button(actor, report),) for report in reports]
        rows.append((Choice(words("📥 What I got myself"), OpenPage(Page.NOTICES).pack()),))
        return Reply((Screen(text, tuple(rows)),))

    async def show(self, actor: Actor, button: SeeNotice | NoticeId) -> Reply | None:
        notice_id = button.notice_id if isinstance(button, SeeNotice) else button
        report = await self.use_cases.show_notice(actor.account, notice_id)
        return None if report is None else Reply((self._progress(actor, report),))

    async def steer(self, actor: Actor, button: SteerIt) -> Reply | None:
        """Does it, or asks once more."""
        if not button.sure:
            return await self._ask(actor, button)
        outcome = await self.use_cases.steer_notice(actor.account, button.notice_id, button.steer)
        if isinstance(outcome, NoticeGone):
            return None
        toast = actor.words("Done.") if outcome.done else actor.words("This cannot be done now.")
        return Reply((self._progress(actor, outcome),), toast)

    async def unknown(self, actor: Actor, button: SeeUnknown) -> Reply | None:
        """Those of whom it is not known whether they got it."""
        words = actor.words
        report = await self.use_cases.show_notice(actor.account, button.notice_id)
        if report is None:
            return None
        deliveries = await self.use_cases.list_unknown(actor.account, button.notice_id)
        count = max(report.tally.states[DeliveryState.UNKNOWN], len(deliveries))
        numbers = ", ".join(str(delivery.worker_id) for delivery in deliveries)
        if count > len(deliveries) > 0:
            numbers += ", …"
        text = words(
            "The line broke while these messages were on their way. These workers may have got it or not: "
            "{numbers}.\n\nWhoever presses a button below the notice has got it. If you send it again, some "
            "may get it twice.",
            numbers=numbers or "–",
        )
        rows = []
        if deliveries and can(report.notice, Steer.SEND_AGAIN):
            label = words.plural("🔁 Send again to this {count}", "🔁 Send again to these {count}", count)
            again = SteerIt(button.notice_id, Steer.SEND_AGAIN, sure=True)
            rows.append((Choice(label, again.pack()),))
        rows.append((Choice(words("⬅️ Back"), SeeNotice(button.notice_id).pack()),))
        return Reply((Screen(text, tuple(rows)),))

    async def send_file(self, actor: Actor, button: GetFile) -> Reply | None:
        """All its deliveries, in a message of its own."""
        report = await self.use_cases.show_notice(actor.account, button.notice_id)
        if report is None:
            return None
        path = await self.use_cases.write_deliveries(button.notice_id)
        name = f"notice-{button.notice_id}{''.join(path.suffixes)}"
        screen = Screen(report_text(actor.words, report), slot=Slot.NOTE, document=Document(path, name))
        return Reply((screen,), fresh=True)

    async def second_word(self, actor: Actor, button: SecondWord) -> Reply:
        """The word of a second supervisor."""
        outcome = await self.use_cases.answer_for_notice(actor.account, button.notice_id, yes=button.agrees)
        words = actor.words
        if isinstance(outcome, Confirmed):
            return Reply(toast=words("Thank you. It goes out now."), buttons=())
        notice = outcome.notice
        if not button.agrees and notice is not None and notice.status is NoticeStatus.DRAFT:
            return Reply(toast=words("Refused. Its author is told."), buttons=())
        return Reply(toast=words("It does not wait for your word any more."), alert=True)

    async def _ask(self, actor: Actor, button: SteerIt) -> Reply | None:
        report = await self.use_cases.show_notice(actor.account, button.notice_id)
        if report is None:
            return None
        words = actor.words
        text = words("Cancel it? What has not left yet never will. What was sent stays.")
        if button.steer is Steer.TAKE_BACK:
            sent = report.tally.states[DeliveryState.SENT]
            text = words.plural(
                "Take back {count} message? It is deleted from the phone, or emptied if older than 2 days.",
                "Take back {count} messages? They are deleted, or emptied if older than 2 days.",
                sent,
            )
        sure = SteerIt(button.notice_id, button.steer, sure=True)
        rows = (
            (Choice(steer_label(words, button.steer), sure.pack()),),
            (Choice(words("⬅️ Back"), SeeNotice(button.notice_id).pack()),),
        )
        return Reply((Screen(text, rows),))

    def _progress(self, actor: Actor, report: NoticeReport) -> Screen:
        return progress_screen(actor.words, report, self.use_cases.messages_per_second)

    async def pressed(
        self, actor: Actor, button: SecondWord | SteerIt | SeeNotice | SeeUnknown | GetFile | SeeNotices
    ) -> Reply | None:
        """None if there is no such notice for her."""
        match button:
            case SecondWord():
                return await self.second_word(actor, button)
            case SteerIt():
                return await self.steer(actor, button)
            case SeeNotice():
                return await self.show(actor, button)
            case SeeUnknown():
                return await self.unknown(actor, button)
            case GetFile():
                return await self.send_file(actor, button)
            case SeeNotices():
                return await self.show_all(actor)


def _button(actor: Actor, report: NoticeReport) -> Choice:
    notice, tally = report.notice, report.tally
    said = first_words(notice, actor.words.language, LIST_WORDS)
    sent = tally.states[DeliveryState.SENT]
    label = f"{ICONS.get(notice.status, '')} {sent}/{tally.total} {said}"
    return Choice(shorten(label, LABEL_MAX), SeeNotice(notice.id).pack())
