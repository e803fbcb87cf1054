"""A supervisor looks at how projects are doing, at their doubtful pictures and at her own workers there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from handlers.identity import Actor
from handlers.labels import CAPTION_MAX, LABEL_MAX, shorten
from handlers.project_buttons import (
    ProjectButton,
    SeeContradicted,
    SeeDoubtful,
    SeeProject,
    SeeProjects,
    SeeTheirWorkers,
)
from handlers.screens import Choice, Reply, Rows, Screen
from handlers.supervisor.places_menu import PORTION, name_places, portion_rows
from handlers.supervisor.project_page import choice_name, percent_text, project_screen, step_name, title_of
from handlers.use_cases import UseCases
from handlers.words import Words
from tasks.model.identifiers import ImageId
from tasks.model.place import PROGRAMME
from tasks.model.project import Project
from tasks.model.report import Doubtful, SuspendedGold, WorkerFigures
from tasks.watching_projects import PORTION as WORKERS_PORTION
from tasks.watching_projects import ProjectView, WorkersView


@dataclass(frozen=True, slots=True)
class Watching:
    """All raise NotSupervisor."""

    use_cases: UseCases

    async def show(self, actor: Actor) -> Reply:
        return await self.pressed(actor, SeeProjects())

    async def pressed(self, actor: Actor, button: ProjectButton) -> Reply:
        """What the button leads to; a project that is gone leads to the list."""
        match button:
            case SeeProjects():
                return await self._list(actor, button)
            case SeeTheirWorkers():
                return await self._workers(actor, button)
            case SeeProject() | SeeDoubtful() | SeeContradicted():
                view = await self.use_cases.show_project(actor.account, button.project_id)
                if view is None:
                    return await self._list(actor, SeeProjects())
                return Reply((self._screen(actor.words, view, button),))
            case _:
                assert_never(button)

    def _screen(
        self, words: Words, view: ProjectView, button: SeeProject | SeeDoubtful | SeeContradicted
    ) -> Screen:
        doubtful = [] if view.report is None else view.report.doubtful
        if isinstance(button, SeeDoubtful) and doubtful:
            shown = [_doubtful_picture(words, view.project, one) for one in doubtful]
            return _picture_screen(words, view, shown, button)
        if isinstance(button, SeeContradicted) and view.live.suspended:
            shown = [_contradicted_picture(words, view.project, one) for one in view.live.suspended]
            return _picture_screen(words, view, shown, button)
        return project_screen(words, view, self.use_cases.now())

    async def _list(self, actor: Actor, button: SeeProjects) -> Reply:
        projects = await self.use_cases.list_watched(actor.account)
        words = actor.words
        if not projects:
            return Reply((Screen(words("There are no projects yet.")),))
        shown = projects[button.portion * PORTION : (button.portion + 1) * PORTION]
        rows: list[tuple[Choice, ...]] = [
            (Choice(title_of(words, one), SeeProject(one.id).pack()),) for one in shown
        ]
        rows += portion_rows(words, button.portion, len(projects), lambda number: SeeProjects(number).pack())
        return Reply((Screen(words("Which project do you want to look at?"), tuple(rows)),))

    async def _workers(self, actor: Actor, button: SeeTheirWorkers) -> Reply:
        first = button.portion * WORKERS_PORTION
        view = await self.use_cases.show_workers(actor.account, button.project_id, first)
        if view is None:
            return await self._list(actor, SeeProjects())
        names = await name_places(self.use_cases, actor.words, [one.place for one in view.workers])
        names = {**names, PROGRAMME: actor.words("of no place")}
        lines = [_worker_line(actor.words, one, names[one.place]) for one in view.workers]
        return Reply((_workers_screen(actor.words, view, lines, button),))


def _picture_screen(
    words: Words,
    view: ProjectView,
    shown: Sequence[tuple[str, ImageId]],
    button: SeeDoubtful | SeeContradicted,
) -> Screen:
    """One picture of a list that may have become shorter since the button was drawn."""
    place, to_place = min(button.place, len(shown) - 1), type(button)
    text, image_id = shown[place]
    project_id = view.project.id
    steps = []
    if place > 0:
        steps.append(Choice(words("◀️ Before"), to_place(project_id, place - 1).pack()))
    if place + 1 < len(shown):
        steps.append(Choice(words("More ▶️"), to_place(project_id, place + 1).pack()))
    back = (Choice(words("⬅️ Back"), SeeProject(project_id).pack()),)
    heading = f"{title_of(words, view.project)} · {place + 1} / {len(shown)}"
    rows: Rows = (tuple(steps), back) if steps else (back,)
    return Screen(shorten(f"{heading}\n{text}", CAPTION_MAX), rows, image_id)


def _doubtful_picture(words: Words, project: Project, one: Doubtful) -> tuple[str, ImageId]:
    choice, share = choice_name(words, project, one.choice), percent_text(words, one.confidence)
    said = words.plural(
        "{choice}: {share} sure after {count} answer",
        "{choice}: {share} sure after {count} answers",
        one.answers,
        choice=choice,
        share=share,
    )
    return f"{shorten(one.key, LABEL_MAX)}\n{said}", one.image_id


def _contradicted_picture(words: Words, project: Project, one: SuspendedGold) -> tuple[str, ImageId]:
    choice = choice_name(words, project, one.choice)
    said = words.plural(
        "The client says: {choice}. {count} worker says something else.",
        "The client says: {choice}. {count} workers say something else.",
        one.contradicted,
        choice=choice,
    )
    return f"{shorten(one.key, LABEL_MAX)}\n{said}", one.image_id


def _worker_line(words: Words, one: WorkerFigures, place: str) -> str:
    line = words(
        "No. {number} ({place}): {step}; answers: {questions}; known pictures right: {right} of {of}",
        number=one.worker_id,
        place=place,
        step=step_name(words, one.step),
        questions=one.questions,
        right=one.on_gold.right,
        of=one.on_gold.of,
    )
    lines = [line]
    if one.accuracy is not None and one.accuracy_low is not None:
        sure = words(
            "estimated from all her answers: right about {share} of the time, at least {low}",
            share=percent_text(words, one.accuracy),
            low=percent_text(words, one.accuracy_low),
        )
        lines.append(f"   {sure}")
    if one.takes_first_looks:
        looks = words("gets pictures that nobody has answered yet: her answers say less than most so far")
        lines.append(f"   {looks}")
    if one.shares_mistakes:
        alike = words("shares more mistakes with another worker than chance explains")
        lines.append(f"   {alike}")
    return "\n".join(lines)


def _workers_screen(words: Words, view: WorkersView, lines: Sequence[str], button: SeeTheirWorkers) -> Screen:
    title = title_of(words, view.project)
    heading = words.plural(
        "{title}: {count} worker within your places",
        "{title}: {count} workers within your places",
        view.within,
        title=title,
    )
    others = words.plural(
        "And {count} other, whom another supervisor looks after.",
        "And {count} others, whom other supervisors look after.",
        view.elsewhere,
    )
    project_id = view.project.id
    steps = []
    if button.portion:
        steps.append(Choice(words("◀️ Before"), SeeTheirWorkers(project_id, button.portion - 1).pack()))
    if view.first + len(lines) < view.within:
        steps.append(Choice(words("More ▶️"), SeeTheirWorkers(project_id, button.portion + 1).pack()))
    back = (Choice(words("⬅️ Back"), SeeProject(project_id).pack()),)
    parts = [heading, *lines, *([others] if view.elsewhere else [])]
    rows: Rows = (tuple(steps), back) if steps else (back,)
    return Screen("\n".join(parts), rows)
