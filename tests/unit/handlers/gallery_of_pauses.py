"""What people see around gold: lessons, a pause and its questions, and a supervisor's desk for pauses."""

from collections.abc import AsyncIterator
from datetime import timedelta

from handlers.buttons import ChooseAnswer, TakeProject
from handlers.conversation import delivery_screen
from handlers.pause_buttons import AskPerson, SeeEvidence, SeePause, SeePauses, SettlePause
from handlers.screens import Reply
from tasks.appealing import Decision, Evidence
from tasks.assigning import Offer
from tasks.model.gold import GoldAnswer
from tasks.model.identifiers import ImageId, LeaseId, ProjectId, TaskId, WorkerId
from tasks.model.standing import Appeal, Sanction, SanctionKind
from tasks.noticing.own_messages import (
    APPEAL_MADE,
    PAUSE_KEPT,
    PAUSE_OVER,
    REMOVAL_DOUBTED,
    REMOVED,
    WhyOver,
)
from tasks.outcomes import AlreadyAnswered, AnswerAccepted, AnswerNotNeeded, Lesson, Paused
from tests.unit.handlers.scene import NOON, Scene, animals, anna, delivery, question, yuan

ANSWER = ChooseAnswer(41, 2)
BEGAN = NOON - timedelta(days=2)
"""When the first answer was given on which a pause rests."""
WHY = {"en": "A cat has pointed ears.", "zh": "猫的耳朵是尖的。"}


def lesson(*, said: int = 1, why: dict[str, str] | None = None) -> Lesson:
    project = animals()
    cat = project.choices[0]
    return Lesson(project, ImageId("cd" * 32), project.choices[said], cat, WHY if why is None else why)


def sanction(**changes) -> Sanction:
    facts = {
        "id": 6,
        "project_id": ProjectId(3),
        "worker_id": WorkerId(5),
        "kind": SanctionKind.PAUSE,
        "reason": "gold",
        "evidence": (LeaseId(31), LeaseId(33), LeaseId(38)),
        "made_at": NOON,
    }
    return Sanction(**(facts | changes))


def paused(*, more_elsewhere: bool = False, **changes) -> Paused:
    return Paused(animals(), sanction(**changes), 7, 10, BEGAN, more_elsewhere=more_elsewhere)


def evidence(*, wrong: int = 2, place: str = "tongren/wanshan", **changes) -> Evidence:
    answers = [
        GoldAnswer(LeaseId(31 + number), WorkerId(5), TaskId(9), ImageId("ef" * 32), said, "cat", NOON)
        for number, said in zip(range(wrong), ("dog", "truck", "old"), strict=False)
    ]
    worker = anna(place=place)
    return Evidence(animals(), sanction(**changes), worker, asked=10, wrong=answers, since=BEGAN)


async def learning(language: str) -> AsyncIterator[tuple[str, Reply]]:
    """What a worker sees of gold."""

    async def tap(outcome) -> Reply:
        return await Scene(anna(language=language), submit_answer=outcome).presses(ANSWER)

    earned, today = yuan("0.05"), yuan("3.2")
    yield (
        "A lesson, answered rightly",
        await tap(AnswerAccepted(earned, today, question(), lesson=lesson(said=0))),
    )
    yield "A lesson", await tap(AnswerAccepted(earned, today, question(), lesson=lesson()))
    unexplained = AlreadyAnswered(animals(), question(), lesson=lesson(why={}))
    yield "A lesson pressed twice, without an explanation", await tap(unexplained)
    yield (
        "Taught again from now on",
        await tap(AnswerAccepted(earned, today, question(previous=None), refresher=True)),
    )
    yield "Paused", await tap(AnswerAccepted(earned, today, paused(more_elsewhere=True)))
    yield "A late answer while paused", await tap(AnswerNotNeeded(paused(appeal=Appeal.MADE)))


async def pausing(language: str) -> AsyncIterator[tuple[str, Reply]]:
    """What a paused worker does."""

    def scene(**answers) -> Scene:
        return Scene(anna(language=language), **answers)

    back = scene(take_task=paused(appeal=Appeal.REFUSED))
    yield "Back at a paused project", await back.presses(TakeProject(ProjectId(3)))
    removed = scene(take_task=paused(kind=SanctionKind.REMOVAL))
    yield "Taken out", await removed.presses(TakeProject(ProjectId(3)))
    other = Offer(animals(titles={"en": "Shop signs", "zh": "店铺招牌"}), 6, measured=False)
    for name, facts in (
        ("paused work", {}),
        ("work that a supervisor ended", {"kind": SanctionKind.REMOVAL}),
        ("ended work of which a person was asked", {"kind": SanctionKind.REMOVAL, "appeal": Appeal.MADE}),
    ):
        kept = Offer(animals(), 4.2, measured=True, sanction=sanction(**facts))
        yield f"Only {name}", await scene(list_offers=[kept]).writes("/work")
        yield f"Other work, and {name}", await scene(list_offers=[other, kept]).writes("/work")
    removal = sanction(kind=SanctionKind.REMOVAL)
    long_ago = Offer(animals(), 4.2, measured=True, sanction=removal, is_old_news=True)
    yield "Only work that a supervisor ended long ago", await scene(list_offers=[long_ago]).writes("/work")
    asked = scene(make_appeal=sanction(appeal=Appeal.MADE))
    yield "A person is asked", await asked.presses(AskPerson(6))
    asked = scene(make_appeal=sanction(kind=SanctionKind.REMOVAL, appeal=Appeal.MADE))
    yield "A person is asked by somebody taken out", await asked.presses(AskPerson(6))
    asked = scene(make_appeal=sanction(appeal=Appeal.REFUSED))
    yield "A person has looked already", await asked.presses(AskPerson(6))
    yield "Asked about what is over", await scene(make_appeal=None).presses(AskPerson(6))
    yield "The questions of a pause", await scene(show_evidence=evidence()).presses(SeeEvidence(6))
    nothing = scene(show_evidence=evidence(wrong=0))
    yield "No question is left of it", await nothing.presses(SeeEvidence(6))


async def deciding(language: str) -> AsyncIterator[tuple[str, Reply]]:
    """What a supervisor sees of pauses, and what is said of her decision."""

    def scene(**answers) -> Scene:
        return Scene(anna(language=language), supervisor=True, **answers)

    appealed = evidence(appeal=Appeal.MADE)
    yield "Pauses", await scene(list_pauses=[appealed, evidence()]).writes("/appeals")
    yield (
        "A pause that was kept",
        await scene(list_pauses=[evidence(appeal=Appeal.CONFIRMED)]).writes("/appeals"),
    )
    yield "No pauses", await scene(list_pauses=[]).writes("/appeals")
    looked = scene(look_at_pause=evidence(place="", wrong=3), list_pauses=[evidence(), evidence(id=7)])
    yield "A pause, its third question", await looked.presses(SeePause(6, 2))
    removal = evidence(kind=SanctionKind.REMOVAL, appeal=Appeal.MADE, wrong=0)
    yield "An appeal of somebody taken out", await scene(list_pauses=[removal]).presses(SeePauses(1))
    doubted = evidence(kind=SanctionKind.REMOVAL, appeal=Appeal.DOUBTED, wrong=1)
    yield "A removal that is doubted", await scene(list_pauses=[doubted]).presses(SeePauses(1))
    sure = SettlePause(6, Decision.REMOVE, sure=False)
    yield "Take her out?", await scene(look_at_pause=evidence()).presses(sure)
    decided = scene(list_pauses=[], decide_on_pause=sanction(ended_at=NOON))
    yield "Pause decided", await decided.presses(SettlePause(6, Decision.LET_GO_ON))
    late = scene(list_pauses=[], decide_on_pause=None)
    yield "Pause that is over already", await late.presses(SettlePause(6, Decision.KEEP))
    facts = {"sanction": "6", "project": "3", "title": animals().say(animals().titles, language)}
    for why in WhyOver:
        told = delivery(language=language, kind=PAUSE_OVER, facts={**facts, "why": why.value}, notice_id=None)
        yield f"Told: go on ({why})", Reply((delivery_screen(told, None),))
    for name, kind in (
        ("Told: an appeal", APPEAL_MADE),
        ("Told: it stays", PAUSE_KEPT),
        ("Told: taken out", REMOVED),
        ("Told: a removal that is doubted", REMOVAL_DOUBTED),
    ):
        told = delivery(language=language, kind=kind, facts=facts, notice_id=None)
        yield name, Reply((delivery_screen(told, None),))
    again = {**facts, "against": SanctionKind.REMOVAL.value}
    told = delivery(language=language, kind=APPEAL_MADE, facts=again, notice_id=None)
    yield "Told: an appeal of somebody taken out", Reply((delivery_screen(told, None),))
