"""A supervisor watches her notices and steers them."""

from dataclasses import dataclass

from handlers.buttons import OpenPage, Page
from handlers.identity import Actor
from handlers.labels import LABEL_MAX, shorten
from handlers.notice_buttons import GetFile, SecondWord, SeeNotice, SeeNotices, SeeUnknown, SteerIt
from handlers.screens import Choice, Reply, Screen
from handlers.supervisor.progress import ASKED_FOR, first_words, progress_screen, report_screen, steer_label
from handlers.use_cases import UseCases
from tasks.model.notice import DeliveryState, NoticeStatus
from tasks.model.worker import WorkerStatus
from tasks.noticing.steering import Steer, can
from tasks.outcomes import Confirmed, NothingToConfirm, NoticeGone, NoticeReport, SecondRefused

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
        if actor.worker is not None and actor.worker.status is WorkerStatus.ACTIVE:
            rows.append((Choice(words("📥 What I got myself"), OpenPage(Page.NOTICES).pack()),))
        return Reply((Screen(text, tuple(rows)),))

    async def show(self, actor: Actor, button: SeeNotice) -> Reply | None:
        report = await self.use_cases.show_notice(actor.account, button.notice_id)
        return None if report is None else Reply((self._progress(actor, report),))

    async def steer(self, actor: Actor, button: SteerIt) -> Reply | None:
        """Does it, or asks once more."""
        if not button.sure and button.steer in ASKED_FOR:
            return await self._ask(actor, button)
        if not button.sure and button.steer is Steer.SEND_AGAIN:
            return await self.unknown(actor, SeeUnknown(button.notice_id))
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
        text = words(
            "The connection broke while these messages were on their way. Workers with these numbers may "
            "have got the notice or not: {numbers}\n\nWhoever presses a button below the notice has got it. "
            "If you send it again, some may get it twice.",
            numbers=(numbers or "–") + (" …" if count > len(deliveries) else ""),
        )
        rows = []
        if count and can(report.notice, Steer.SEND_AGAIN):
            label = words.plural("🔁 Send again to {count} person", "🔁 Send again to {count} people", count)
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
        return Reply((report_screen(actor.words, report, path),), fresh=True)

    async def second_word(self, actor: Actor, button: SecondWord) -> Reply:
        """The word of a second supervisor."""
        outcome = await self.use_cases.answer_for_notice(
            actor.account, button.notice_id, asked=button.asked, yes=button.agrees
        )
        words = actor.words
        match outcome:
            case Confirmed():
                return Reply(toast=words("Thank you. It goes out now."), buttons=())
            case SecondRefused():
                return Reply(toast=words("Refused. It does not go out."), buttons=())
            case NothingToConfirm():
                return Reply(toast=words("It does not wait for your word any more."), alert=True)

    async def _ask(self, actor: Actor, button: SteerIt) -> Reply | None:
        report = await self.use_cases.show_notice(actor.account, button.notice_id)
        if report is None:
            return None
        words = actor.words
        if not can(report.notice, button.steer):
            return Reply((self._progress(actor, report),), words("This cannot be done now."))
        text = words("Cancel it? What has not been sent yet will not be sent. What was sent stays.")
        if button.steer is Steer.TAKE_BACK:
            sent = report.tally.states[DeliveryState.SENT]
            text = words.plural(
                "Take back {count} message? It disappears from the phone. If it is older than 2 days, it "
                "stays, but without its words.",
                "Take back {count} messages? They disappear from the phones. Those older than 2 days "
                "stay, but without their words.",
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
    sent_of_all = f"{sent}/{tally.total} " if tally.total else ""
    label = f"{ICONS.get(notice.status, '')} {sent_of_all}{said}"
    return Choice(shorten(label, LABEL_MAX), SeeNotice(notice.id).pack())
