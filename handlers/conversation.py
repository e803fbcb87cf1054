"""The routing table: the whole chat surface on one page, and who answers what.

    anybody            /start [code] · the buttons *I agree* and of the languages
    workers            /work /earnings /help /language /stop · the menu · the cards · anything else they write
    supervisors        /broken · *Ask again* · *Take it out*

Whoever has not agreed to the promise as it stands now sees the promise instead of what is for workers.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import assert_never

from handlers.buttons import (
    Agree,
    CantTell,
    CardButton,
    ChooseAnswer,
    OpenPage,
    Page,
    PictureBroken,
    Settle,
    Speak,
    StopWorking,
    TakeProject,
    Undo,
    unpack,
)
from handlers.commands import COMMANDS
from handlers.identity import Actor, identify
from handlers.notices import notice_screen
from handlers.screens import Event, EventKind, Reply
from handlers.supervisor.reviewing import Reviewing
from handlers.use_cases import UseCases
from handlers.worker.answering import Answering
from handlers.worker.cards import Cards
from handlers.worker.choosing import Choosing
from handlers.worker.earning import Earning
from handlers.worker.helping import Helping
from handlers.worker.joining import Joining
from handlers.worker.promise import CONSENT_VERSION
from tasks.enrolling import require_active
from tasks.errors import NotEnrolled, NotSupervisor
from tasks.model.worker import Worker

__all__ = ["COMMANDS", "CONSENT_VERSION", "Conversation", "UseCases", "notice_screen"]

ForWorkers = Callable[[Worker], Awaitable[Reply]]


class Conversation:
    """Answers events; each person's events must come one after another."""

    def __init__(self, use_cases: UseCases) -> None:
        cards = Cards()
        self._use_cases = use_cases
        self._joining = Joining(use_cases)
        self._choosing = Choosing(use_cases, cards)
        self._answering = Answering(use_cases, cards)
        self._helping = Helping(use_cases.roles)
        self._reviewing = Reviewing(use_cases)
        earning = Earning(use_cases)
        self._commands: Mapping[str, ForWorkers] = {
            "work": self._choosing.offers,
            "earnings": earning.show,
            "help": self._helping.explain,
            "language": self._joining.languages,
            "stop": self._joining.leave,
        }
        self._pages: Mapping[Page, ForWorkers] = {
            Page.MENU: self._joining.menu,
            Page.WORK: self._choosing.offers,
            Page.EARNINGS: earning.show,
            Page.HELP: self._helping.explain,
            Page.LANGUAGE: self._joining.languages,
        }

    async def __call__(self, event: Event) -> Reply:
        """What the person behind the event is to see."""
        if event.kind in {EventKind.BLOCKED, EventKind.RETURNED}:
            reachable = event.kind is EventKind.RETURNED
            await self._use_cases.mark_reachable(event.person, reachable=reachable)
            return Reply()
        actor = await identify(event, self._use_cases)
        if event.kind is EventKind.PRESS:
            return await self._pressed(actor, event.data)
        if event.kind is EventKind.COMMAND:
            return await self._commanded(actor, event)
        return await self._for_worker(actor, self._helping.not_understood)

    async def _commanded(self, actor: Actor, event: Event) -> Reply:
        command = event.command.lower()
        if command == "start":
            return await self._joining.start(actor, event)
        if command == "broken" and self._use_cases.roles.is_supervisor(actor.account):
            return await self._reviewing.show(actor)
        return await self._for_worker(actor, self._commands.get(command, self._helping.not_understood))

    async def _pressed(self, actor: Actor, data: str) -> Reply:
        reply: Reply | None
        pressed = unpack(data)
        match pressed:
            case None:
                reply = None
            case Agree() as button:
                reply = await self._joining.agree(actor, button)
            case Speak() as button:
                reply = await self._joining.speak(actor, button)
            case Settle() as button:
                reply = await self._settled(actor, button)
            case OpenPage(page):
                reply = await self._for_worker(actor, self._pages[page])
            case TakeProject(project_id):
                reply = await self._for_worker(actor, lambda worker: self._choosing.take(worker, project_id))
            case (ChooseAnswer() | CantTell() | PictureBroken() | Undo() | StopWorking()) as button:
                reply = await self._for_worker(actor, lambda worker: self._on_card(worker, button))
            case _:
                assert_never(pressed)
        return reply or Reply(
            toast=actor.words("This button does not work any more. Write /start to see the menu.")
        )

    async def _on_card(self, worker: Worker, button: CardButton) -> Reply:
        match button:
            case ChooseAnswer(lease_id, choice_number):
                return await self._answering.answer(worker, lease_id, choice_number)
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

    async def _settled(self, actor: Actor, button: Settle) -> Reply | None:
        try:
            return await self._reviewing.settle(actor, button)
        except NotSupervisor:
            return None

    async def _for_worker(self, actor: Actor, handle: ForWorkers) -> Reply:
        """What the handler answers to a worker; the promise to everybody else."""
        try:
            worker = require_active(actor.worker, CONSENT_VERSION)
        except NotEnrolled:
            return await self._joining.promise(actor)
        return await handle(worker)
