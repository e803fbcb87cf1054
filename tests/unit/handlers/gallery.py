"""Every screen and toast in every language, as a page to read: ``docs/screens.md``.

python -m tests.unit.handlers.gallery > docs/screens.md
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

from handlers.buttons import (
    Agree,
    CantTell,
    ChooseAnswer,
    OpenPage,
    Page,
    PictureBroken,
    RefuseGuess,
    Settle,
    StopWorking,
    TakeProject,
    Undo,
)
from handlers.conversation import CONSENT_VERSION, delivery_screen
from handlers.screens import Choice, Reply
from handlers.words import LANGUAGES, words_in
from tasks.assigning import Offer
from tasks.model.earnings import CurrencyStatement, DayEarnings, RecentAnswer, Statement
from tasks.model.identifiers import TaskId
from tasks.model.ledger import Bucket
from tasks.model.money import Money
from tasks.model.project import CANT_TELL, ProjectKind
from tasks.model.work import AnswerStatus, Task, TaskStatus
from tasks.model.worker import WorkerStatus
from tasks.outcomes import (
    NOT_YOURS,
    AlreadyAnswered,
    AlreadyUndone,
    AnswerAccepted,
    AnswerNotNeeded,
    AnswerUndone,
    GuessRefused,
    NothingToDo,
    PictureReported,
    UndoTooLate,
    WorkStopped,
)
from tasks.promising import WORK_AGAIN
from tasks.reporting import SetAside
from tests.unit.handlers.gallery_of_notices import noticing
from tests.unit.handlers.gallery_of_pauses import deciding, learning, pausing
from tests.unit.handlers.gallery_of_people import hearing, inviting, recruiting
from tests.unit.handlers.gallery_of_projects import watching
from tests.unit.handlers.scene import TODAY, Scene, animals, anna, delivery, question, welcomed, yuan

ANSWER, DONE = ChooseAnswer(41, 1), NothingToDo(animals())


def statement() -> Statement:
    amounts = [yuan(text) for text in ("0", "1.2", "0", "3.2", "0.05", "2.0125", "3.2")]
    days = tuple(DayEarnings(TODAY - timedelta(days=6 - place), x) for place, x in enumerate(amounts))
    buckets = dict(zip(Bucket, [yuan("9.6625"), yuan("12"), yuan("0"), yuan("80")], strict=True))
    money = CurrencyStatement(
        "CNY", buckets, amounts[-1], Money.total(amounts, "CNY"), yuan("101.6625"), days
    )
    said = [("cat", "PENDING"), (CANT_TELL, "UNPAID"), ("ship", "APPROVED"), ("dog", "UNDONE")]
    at = datetime(2025, 3, 5, tzinfo=UTC)
    recent = [RecentAnswer(animals(), choice, at, AnswerStatus[how], yuan("0.05")) for choice, how in said]
    return Statement((money,), tuple(recent), TODAY)


def set_aside(*, reports: int, cant_tells: int) -> SetAside:
    project = animals()
    status = TaskStatus.BROKEN if reports else TaskStatus.UNCLEAR
    picture = question().image_id
    return SetAside(
        Task(TaskId(9), project.id, "a9", 1, picture, None, status, 0, 0, cant_tells, reports), project
    )


async def replies(language: str) -> AsyncIterator[tuple[str, Reply]]:
    """Everything that the conversation can say, with a name for each."""
    chapters = (joining, finding_her_way, choosing, answering, learning, pausing, putting_down)
    supervisors = (supervising, deciding, watching, inviting, recruiting, noticing)
    for chapter in (*chapters, hearing, *supervisors):
        async for name, reply in chapter(language):
            yield name, reply
    yield "Work again", Reply((delivery_screen(delivery(language=language, kind=WORK_AGAIN), None),))


async def joining(language: str) -> AsyncIterator[tuple[str, Reply]]:
    def newcomer(**answers) -> Scene:
        return Scene(hint=language, **answers)

    yield "Promise", await newcomer().writes("/start")
    prices = [yuan("0.02"), yuan("0.1"), Money.from_decimal("1.5", "KES")]
    yield "Promise, several prices", await newcomer(list_prices=prices).writes("/start")
    yield "Promise, no project yet", await newcomer(list_prices=[]).writes("/start")
    new = anna(language=language, status=WorkerStatus.NEW, consent_version=None)
    over = newcomer(welcome=welcomed(new, code_is_good=False))
    yield "Promise, the invitation has ended", await over.writes("/start abcd2345")
    moved = anna(language=language, place="tongren")
    over = Scene(moved, welcome=welcomed(moved, code_is_good=False))
    yield "Menu, the invitation has ended", await over.writes("/start abcd2345")
    left = Scene(anna(language=language, status=WorkerStatus.LEFT))
    yield "Promise, after she left", await left.writes("/work")
    old = Scene(anna(language=language, consent_version="0"))
    yield "Promise, after it changed", await old.presses(ANSWER)
    yield "Agreed", await newcomer().presses(Agree(CONSENT_VERSION))


async def finding_her_way(language: str) -> AsyncIterator[tuple[str, Reply]]:
    scene = Scene(anna(language=language))
    yield "Menu", await scene.presses(OpenPage(Page.MENU))
    yield "Languages", await scene.writes("/language")
    yield "Help", await scene.writes("/help")
    yield "Not understood", await scene.writes("hello")
    yield "Old or broken button", await scene.presses("?")
    yield "Left", await scene.writes("/stop")


async def choosing(language: str) -> AsyncIterator[tuple[str, Reply]]:
    def scene(**answers) -> Scene:
        return Scene(anna(language=language), **answers)

    shops = animals(titles={"en": "Shop signs", "zh": "店铺招牌"}, price=yuan("0.0125"))
    offers = [Offer(animals(), 4.2, measured=True), Offer(shops, 1, measured=False)]
    yield "Work", await scene(list_offers=offers).writes("/work")
    yield "No work", await scene(list_offers=[]).writes("/work")
    yield "First card", await scene(take_task=question(previous=None)).presses(TakeProject(3))
    guessed = question(previous=None, project=animals(kind=ProjectKind.VERIFY), machine="cat")
    yield "First card, a machine's guess", await scene(take_task=guessed).presses(TakeProject(3))
    refused = scene(refuse_guess=GuessRefused(guessed))
    yield "The guess is wrong", await refused.presses(RefuseGuess(41, 1))
    elsewhere = NothingToDo(animals(), more_elsewhere=True)
    yield "Done here, work elsewhere", await scene(take_task=elsewhere).presses(TakeProject(3))
    kept = NothingToDo(animals(), kept_for_others=True)
    yield "What is left is hard", await scene(take_task=kept).presses(TakeProject(3))
    both = NothingToDo(animals(), more_elsewhere=True, kept_for_others=True)
    yield "What is left is hard, work elsewhere", await scene(take_task=both).presses(TakeProject(3))


async def answering(language: str) -> AsyncIterator[tuple[str, Reply]]:
    async def tap(outcome, button=ANSWER) -> Reply:
        return await Scene(anna(language=language), submit_answer=outcome).presses(button)

    earned, today, nothing = yuan("0.05"), yuan("3.2"), yuan("0")
    yield "Answered", await tap(AnswerAccepted(earned, today, question()))
    yield "Answered late", await tap(AnswerAccepted(earned, today, question(), late=True))
    yield "Answered the last one", await tap(AnswerAccepted(earned, today, DONE))
    yield "Can't tell", await tap(AnswerAccepted(nothing, today, question()), CantTell(41))
    yield "Can't tell the last one", await tap(AnswerAccepted(nothing, today, DONE), CantTell(41))
    yield "Answered too late", await tap(AnswerNotNeeded(question()))
    yield "Answered twice", await tap(AlreadyAnswered(animals(), question()))
    yield "Answered twice, no card open", await tap(AlreadyAnswered(animals(), None))
    yield "Somebody else's card", await tap(NOT_YOURS)


async def putting_down(language: str) -> AsyncIterator[tuple[str, Reply]]:
    def scene(**answers) -> Scene:
        return Scene(anna(language=language), **answers)

    undone = AnswerUndone(yuan("0.05"), yuan("3.15"), question(42, previous=None))
    yield "Taken back", await scene(undo_answer=undone).presses(Undo(40))
    undone = AnswerUndone(yuan("0"), yuan("3.2"), question(42, previous=None))
    yield "Taken back, unpaid", await scene(undo_answer=undone).presses(Undo(40))
    again = AlreadyUndone(animals(), question(42, previous=None))
    yield "Taken back twice", await scene(undo_answer=again).presses(Undo(40))
    yield "Too late to take back", await scene(undo_answer=UndoTooLate(animals(), None)).presses(Undo(40))
    for name, following in (("Picture broken", question()), ("Picture broken, the last one", DONE)):
        yield name, await scene(report_broken=PictureReported(following)).presses(PictureBroken(41))
    yield "Stopped", await scene(stop_work=WorkStopped(animals(), yuan("3.2"))).presses(StopWorking(41))
    yield "Earnings", await scene(show_earnings=statement()).writes("/earnings")
    yield "No earnings yet", await scene().writes("/earnings")


async def supervising(language: str) -> AsyncIterator[tuple[str, Reply]]:
    def scene(**answers) -> Scene:
        return Scene(anna(language=language), supervisor=True, **answers)

    yield "Help for a supervisor", await scene().writes("/help")
    waiting = [set_aside(reports=2, cant_tells=1)]
    yield "Set aside", await scene(list_set_aside=waiting).writes("/broken")
    again = Settle(TaskId(9), ask_again=True)
    waiting = [set_aside(reports=0, cant_tells=5)]
    settled = scene(list_set_aside=waiting, settle_set_aside=True)
    yield "Settled, the next one", await settled.presses(again)
    settled = scene(list_set_aside=[], settle_set_aside=False)
    yield "Settled by somebody else, nothing left", await settled.presses(again)


def drawn(reply: Reply) -> str:
    """The reply as it looks, more or less, on a phone."""
    lines = []
    if reply.toast:
        lines += [f"({reply.toast})" + (" [must be dismissed]" if reply.alert else ""), ""]
    if reply.buttons is not None:
        lines += ["The buttons below the notice become:", *map(row_of, reply.buttons)]
    for screen in reply.screens:
        lines += ["[picture]", ""] if screen.picture else []
        lines += ["[voice note]", ""] if screen.voice else []
        lines += [f"[file {screen.document.name}]", ""] if screen.document else []
        lines += [screen.text, ""]
        lines += [*map(row_of, screen.rows), ""]
    return "\n".join(lines).strip()


def row_of(choices: Sequence[Choice]) -> str:
    return " ".join(f"[ {choice.label} ]" for choice in choices)


async def page() -> str:
    """The whole gallery in Markdown."""
    parts = ["# Every screen", "Drawn by `tests/unit/handlers/gallery.py`; a test keeps it true."]
    for language in LANGUAGES:
        parts.append(f"## {words_in(language).name}")
        async for name, reply in replies(language):
            parts.append(f"### {name}\n\n```text\n{drawn(reply)}\n```")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    print(asyncio.run(page()), end="")  # noqa: T201
