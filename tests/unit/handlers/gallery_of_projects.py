"""The part of the gallery about projects, and those who watch them."""

from collections.abc import AsyncIterator
from datetime import timedelta

from handlers.conversation import delivery_screen
from handlers.project_buttons import SeeContradicted, SeeDoubtful, SeeProject, SeeProjects, SeeTheirWorkers
from handlers.screens import Reply
from tasks.model.gold import GoldState
from tasks.model.identifiers import TaskId, WorkerId
from tasks.model.notice import Delivery
from tasks.model.project import Project
from tasks.model.report import (
    Audits,
    Confusion,
    Doubtful,
    Live,
    Measured,
    Report,
    ReportedPicture,
    SuspendedGold,
    WorkerFigures,
)
from tasks.model.standing import Step
from tasks.model.work import TaskStatus
from tasks.noticing.own_messages import GOLD_CONTRADICTED
from tasks.watching_projects import ProjectView, WorkersView
from tests.unit.handlers.scene import NOON, Scene, animals, anna, delivery, question, yuan

PICTURE = question().image_id
EMPTY = Live(yuan("0"), 0, None, {}, {}, (), ())


def live(**changes) -> Live:
    facts = {
        "cost": yuan("13.65"),
        "answers_last_hour": 120,
        "median_seconds": 4.25,
        "steps": {Step.WORKING: 20, Step.WATCHED: 1, Step.PAUSED: 2},
        "golds": {GoldState.LIVE: 10, GoldState.SUSPENDED: 2},
        "suspended": [
            SuspendedGold(TaskId(number), f"g{number}", PICTURE, "cat", number) for number in (3, 1)
        ],
        "set_aside": [ReportedPicture(TaskId(9), "a9", TaskStatus.BROKEN, 2, 0)],
    }
    return Live(**(facts | changes))


def doubtful(number: int, choice: str, confidence: float) -> Doubtful:
    return Doubtful(
        TaskId(number), f"a{number}", PICTURE, TaskStatus.OPEN, choice, confidence, answers=number
    )


def report(**changes) -> Report:
    facts = {
        "made_at": NOON - timedelta(minutes=4),
        "tasks": {TaskStatus.CLOSED: 100, TaskStatus.DISPUTED: 3, TaskStatus.OPEN: 40, TaskStatus.BROKEN: 1},
        "golds": {TaskStatus.OPEN: 12},
        "answers": 273,
        "gold_answers": 30,
        "answers_last_day": 200,
        "workers": 23,
        "answers_per_task": 2.35,
        "answers_to_come": 90.0,
        "on_gold": Measured(26, 30),
        "audits": Audits(Measured(19, 20), 0.9612),
        "alpha": 0.7134,
        "confused": [Confusion("cat", "dog", 12, 80), Confusion("truck", "ship", 2, 30)],
        "doubtful": [doubtful(3, "cat", 0.4), doubtful(1, "truck", 0.525), doubtful(2, "dog", 0.6)],
    }
    return Report(**(facts | changes))


def view(made: Report | None, *, now: Live | None = None, whole: bool = True) -> ProjectView:
    return ProjectView(animals(), now or live(), made, is_whole_programme=whole)


def worker(number: int, place: str, step: Step, **changes) -> WorkerFigures:
    facts = {"questions": 230, "on_gold": Measured(14, 20), "accuracy": None, "accuracy_low": None}
    return WorkerFigures(worker_id=WorkerId(number), place=place, step=step, **(facts | changes))


OWN_PEOPLE = [
    worker(12, "tongren/wanshan", Step.PAUSED, accuracy=0.712, accuracy_low=0.6, shares_mistakes=True),
    worker(8, "tongren", Step.WORKING, accuracy=0.56, accuracy_low=0.5, takes_first_looks=True),
    worker(5, "tongren", Step.WORKING, questions=1, on_gold=Measured()),
]


def own_people(project: Project, *, elsewhere: int, first: int = 0, within: int = 3) -> WorkersView:
    return WorkersView(project, OWN_PEOPLE, first, within, elsewhere)


def contradicted(language: str, **facts: str) -> Delivery:
    """What a supervisor is told of a known picture, in the words of her language."""
    project = animals()
    right, said = (project.say(choice.words, language) for choice in project.choices[:2])
    about = {"project": "3", "title": project.say(project.titles, language), "task": "g3"}
    about |= {"right": right, "said": said}
    return delivery(language=language, kind=GOLD_CONTRADICTED, facts=about | facts, notice_id=None)


async def watching(language: str) -> AsyncIterator[tuple[str, Reply]]:
    me, project = anna(language=language), animals()

    def scene(scope: str = "", **answers) -> Scene:
        return Scene(me, scope=scope, **answers)

    shops = animals(titles={"en": "Shop signs", "zh": "店铺招牌"})
    yield "Projects", await scene(list_watched=[project, shops]).writes("/project")
    yield "No projects yet", await scene(list_watched=[]).writes("/project")
    yield "Projects, the last ones", await scene(list_watched=[project] * 21).presses(SeeProjects(1))
    full = scene(show_project=view(report()))
    yield "A project", await full.presses(SeeProject(project.id))
    county = scene("tongren", show_project=view(None, now=live(suspended=[]), whole=False))
    yield "A project for a county, not counted yet", await county.presses(SeeProject(project.id))
    bare = report(
        made_at=NOON - timedelta(hours=3),
        tasks={TaskStatus.OPEN: 60},
        golds={},
        answers_last_day=1,
        answers_per_task=None,
        answers_to_come=None,
        on_gold=Measured(),
        audits=None,
        alpha=None,
        confused=[],
        doubtful=[],
    )
    new = scene(show_project=view(bare, now=EMPTY))
    yield "A project without answers", await new.presses(SeeProject(project.id))
    yield "The most doubtful picture", await full.presses(SeeDoubtful(project.id))
    yield "The last of the doubtful pictures", await full.presses(SeeDoubtful(project.id, 9))
    yield "No doubtful pictures any more", await new.presses(SeeDoubtful(project.id))
    for name, count, others in (("", 3, 0), (", with others", 1, 2)):
        told = contradicted(language, count=str(count), others=str(others))
        yield f"Told: a contradicted known picture{name}", Reply((delivery_screen(told, None),))
    yield "A contradicted known picture", await full.presses(SeeContradicted(project.id))
    theirs = scene("tongren", show_workers=own_people(project, elsewhere=17))
    yield "Workers of a project", await theirs.presses(SeeTheirWorkers(project.id))
    many = scene(show_workers=own_people(project, elsewhere=0, first=8, within=30))
    yield "Workers of a project, some of many", await many.presses(SeeTheirWorkers(project.id, 1))
