"""The routing table: the whole chat surface on one page, and who answers what.

    anybody            /start [code] · the buttons *I agree* and of the languages
    whoever we know    the buttons below a notice, and those of what she gets and when
    workers            /work /earnings /notices /help /language /stop · the menu · the cards · anything else
    supervisors        /broadcast /notices /invite /supervisors /codes /broken and their buttons ·
                       the text, picture or voice note that one of these asked for

Whoever has not agreed to the promise as it stands now sees the promise instead of what is for workers.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar, assert_never

from handlers.buttons import (
    Agree,
    AnswerNotice,
    Button,
    CantTell,
    CardButton,
    ChooseAnswer,
    FewerNotices,
    NoticeAgain,
    NoticeButton,
    OpenPage,
    Page,
    PictureBroken,
    PreferenceButton,
    QuietHours,
    ReadNotice,
    RefuseGuess,
    Settle,
    Silence,
    Speak,
    StopWorking,
    TakeProject,
    Undo,
    unpack,
)
from handlers.commands import COMMANDS
from handlers.identity import Actor, identify
from handlers.notice_buttons import NoticingButton
from handlers.notice_card import TEST_ID
from handlers.notices import delivery_screen, taken_back_text
from handlers.people_buttons import PeopleButton
from handlers.screens import Event, EventKind, Reply, Screen
from handlers.supervisor.drafts import AWAITED as NOTICE_AWAITED
from handlers.supervisor.inviting import is_invitation
from handlers.supervisor.notice_desk import NoticeDesk
from handlers.supervisor.people import People
from handlers.supervisor.recruiting import AWAITED as CODE_AWAITED
from handlers.supervisor.reviewing import Reviewing
from handlers.use_cases import UseCases
from handlers.worker.answering import Answering
from handlers.worker.cards import Cards
from handlers.worker.choosing import Choosing
from handlers.worker.earning import Earning
from handlers.worker.helping import Helping
from handlers.worker.joining import Joining, may_work
from handlers.worker.notices import Notices, not_yours, this_was_a_test
from handlers.worker.preferring import Preferring
from handlers.worker.promise import CONSENT_VERSION
from tasks.enrolling import require_active
from tasks.errors import NotEnrolled, NotSupervisor, OutsideScope
from tasks.model.worker import Worker

__all__ = ["COMMANDS", "CONSENT_VERSION", "Conversation", "UseCases", "delivery_screen", "taken_back_text"]

MaybeReply = TypeVar("MaybeReply", Reply, Reply | None)
ForWorkers = Callable[[Worker], Awaitable[Reply]]
ForSupervisors = Callable[[Actor], Awaitable[Reply]]
ForInput = Callable[[Actor, Event, str], Awaitable[Reply | None]]
"""Takes what a supervisor was asked to write, and what it was asked for."""


class Conversation:
    """Answers events; each person's events must come one after another."""

    def __init__(self, use_cases: UseCases) -> None:
        cards = Cards()
        self._use_cases = use_cases
        self._joining = Joining(use_cases)
        self._choosing = Choosing(use_cases, cards)
        self._answering = Answering(use_cases, cards)
        self._helping = Helping(use_cases)
        self._notices = Notices(use_cases)
        self._preferring = Preferring(use_cases)
        self._reviewing = Reviewing(use_cases)
        self._people = People(use_cases)
        self._desk = NoticeDesk(use_cases)
        earning = Earning(use_cases)
        self._pages: Mapping[Page, ForWorkers] = {
            Page.MENU: self._joining.menu,
            Page.WORK: self._choosing.offers,
            Page.EARNINGS: earning.show,
            Page.HELP: self._helping.explain,
            Page.LANGUAGE: self._joining.languages,
            Page.NOTICES: self._notices.show,
            Page.KINDS: self._preferring.kinds,
            Page.QUIET: self._preferring.hours,
        }
        pages = (Page.WORK, Page.EARNINGS, Page.NOTICES, Page.HELP, Page.LANGUAGE)
        self._commands: Mapping[str, ForWorkers] = {
            "stop": self._joining.leave,
            **{page.value: self._pages[page] for page in pages},
        }
        self._supervisors_commands: Mapping[str, ForSupervisors] = {
            "broken": self._reviewing.show,
            "broadcast": self._desk.noticing.begin,
            "notices": self._desk.steering.show_all,
            "invite": self._people.inviting.show,
            "supervisors": self._people.withdrawing.show,
            "codes": self._people.recruiting.show,
        }
        self._inputs: Mapping[str, ForInput] = {
            CODE_AWAITED: self._people.recruiting.name_recruiter,
            NOTICE_AWAITED: self._desk.noticing.parts.written,
        }

    async def __call__(self, event: Event) -> Reply:
        """What the person behind the event is to see."""
        if event.kind in {EventKind.BLOCKED, EventKind.RETURNED}:
            reachable = event.kind is EventKind.RETURNED
            await self._use_cases.mark_reachable(event.person, reachable=reachable)
            return Reply()
        actor = await identify(event, self._use_cases)
        if event.kind is EventKind.PRESS:
            reply = await self._pressed(actor, event, unpack(event.data))
            return reply or Reply(
                toast=actor.words("This button does not work any more. Write /start to see the menu.")
            )
        if event.kind is EventKind.COMMAND:
            return await self._commanded(actor, event)
        reply = await self._asked_for(actor, event)
        return reply or await self._for_worker(actor, self._helping.not_understood)

    async def _commanded(self, actor: Actor, event: Event) -> Reply:
        command = event.command.lower()
        scope = await self._use_cases.find_scope(actor.account)
        if scope is not None:
            # Whoever writes a command has something else in mind than what she was asked for.
            await self._use_cases.await_input(actor.account, None)
            if command in self._supervisors_commands:
                return await self._refusing(actor, event, self._supervisors_commands[command](actor))
            if command == "help" and not may_work(actor.worker):
                return await self._helping.explain_to_supervisor(actor.words, scope)
        if command == "start":
            if is_invitation(event.text):
                return await self._people.inviting.accept(actor, event.text.split(maxsplit=1)[0])
            return await self._joining.start(actor, event)
        return await self._for_worker(actor, self._commands.get(command, self._helping.not_understood))

    async def _asked_for(self, actor: Actor, event: Event) -> Reply | None:
        """The answer to what a supervisor was asked for; None to everything else."""
        if event.kind is EventKind.OTHER or await self._use_cases.find_scope(actor.account) is None:
            return None
        awaited = await self._use_cases.find_awaited(actor.account) or ""
        for beginning, handle in self._inputs.items():
            if awaited.startswith(beginning):
                return await self._refusing(actor, event, handle(actor, event, awaited))
        return None

    async def _pressed(self, actor: Actor, event: Event, pressed: Button | None) -> Reply | None:
        """None if the button means nothing (any more)."""
        reply: Reply | None
        match pressed:
            case None:
                reply = None
            case Agree():
                reply = await self._joining.agree(actor, pressed)
            case Speak():
                reply = await self._joining.speak(actor, pressed)
            case OpenPage(page):
                reply = await self._for_worker(actor, self._pages[page])
            case TakeProject(project_id):
                reply = await self._for_worker(actor, lambda worker: self._choosing.take(worker, project_id))
            case (
                ChooseAnswer() | RefuseGuess() | CantTell() | PictureBroken() | Undo() | StopWorking()
            ) as button:
                reply = await self._for_worker(actor, lambda worker: self._on_card(worker, button))
            case ReadNotice() | AnswerNotice() | FewerNotices():
                reply = await self._on_notice(actor, event, pressed)
            case NoticeAgain() | Silence() | QuietHours():
                reply = await self._on_preferences(actor, pressed)
            case _:
                reply = await self._refusing(actor, event, self._supervising(actor, event, pressed))
        return reply

    async def _on_card(self, worker: Worker, button: CardButton) -> Reply:
        match button:
            case ChooseAnswer(lease_id, choice_number):
                return await self._answering.answer(worker, lease_id, choice_number)
            case RefuseGuess(lease_id, choice_number):
                return await self._answering.refuse_guess(worker, lease_id, choice_number)
            case CantTell(lease_id):
                return await self._answering.answer(worker, lease_id, None)
            case PictureBroken(lease_id):
                return await self._answering.report(worker, lease_id)
            case Undo(lease_id):
                return await self._answering.undo(worker, lease_id)
            case StopWorking(lease_id):
                return await self._answering.stop(worker, lease_id)
            case _:
                assert_never(button)

    async def _on_notice(self, actor: Actor, event: Event, button: NoticeButton) -> Reply:
        """For everybody whom we know: a notice may still be read after its reader has left."""
        if button.delivery_id == TEST_ID:
            return this_was_a_test(actor.words)
        if actor.worker is None:
            return not_yours(actor.words)
        match button:
            case ReadNotice():
                return await self._notices.read(actor.worker, event, button)
            case AnswerNotice():
                return await self._notices.answer(actor.worker, event, button)
            case FewerNotices():
                return await self._notices.fewer(actor.worker, event, button)
            case _:
                assert_never(button)

    async def _on_preferences(self, actor: Actor, button: PreferenceButton) -> Reply | None:
        """For the same people: whoever gets notices may say that she wants fewer."""
        if actor.worker is None:
            return None
        match button:
            case NoticeAgain():
                return await self._notices.again(actor.worker, button)
            case Silence():
                return await self._preferring.silence(actor.worker, button)
            case QuietHours():
                return await self._preferring.keep_quiet(actor.worker, button)
            case _:
                assert_never(button)

    async def _supervising(
        self, actor: Actor, event: Event, button: Settle | PeopleButton | NoticingButton
    ) -> Reply | None:
        if isinstance(button, Settle):
            return await self._reviewing.settle(actor, button)
        if isinstance(button, PeopleButton):
            return await self._people.pressed(actor, button)
        return await self._desk.pressed(actor, event, button)

    async def _refusing(self, actor: Actor, event: Event, work: Awaitable[MaybeReply]) -> Reply | MaybeReply:
        """What the work says, or that it is not hers to do."""
        try:
            return await work
        except (NotSupervisor, OutsideScope):
            sentence = actor.words("This is not yours to do.")
            if event.kind is EventKind.PRESS:
                return Reply(toast=sentence, alert=True)
            return Reply((Screen(sentence),))

    async def _for_worker(self, actor: Actor, handle: ForWorkers) -> Reply:
        """What the handler answers to a worker; the promise to everybody else."""
        try:
            worker = require_active(actor.worker, CONSENT_VERSION)
        except NotEnrolled:
            return await self._joining.promise(actor)
        return await handle(worker)
