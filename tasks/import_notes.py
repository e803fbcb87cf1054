"""What a client should know about a project that was imported all the same."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from tasks.model.project import Project, ProjectKind
from tasks.plural import plural
from tasks.ports import NewTask
from tasks.quality.calibrating import most_without_gold

GOLDS_WANTED = 20
"""With fewer, who only guesses is hardly told apart from who looks: a gold is asked once a worker."""


@dataclass(slots=True)
class ImportNotes:
    """Watches the tasks of an import and says in the end what their owner could do better."""

    _tasks: int = 0
    _guesses: int = 0
    _golds_without_guess: int = 0

    def watch(self, tasks: Sequence[NewTask]) -> None:
        """Takes these tasks into account."""
        self._tasks += len(tasks)
        self._guesses += sum(task.machine is not None for task in tasks)
        self._golds_without_guess += sum(task.gold is not None and task.machine is None for task in tasks)

    def sentences(self, project: Project, golds: Counter[str]) -> tuple[str, ...]:
        """One for each thing, with what to do about it.

        ``golds`` counts those of each choice, with the ones of earlier imports: rows that are not in the file
        any more stay in the project. Those of a choice that is no longer offered are asked of nobody.
        """
        asked = Counter({one.id: golds[one.id] for one in project.offered() if golds[one.id]})
        notes = [
            self._on_golds(project, asked.total()),
            _on_classes(project, asked),
            self._on_guesses(project),
        ]
        return tuple(note for note in notes if note)

    def _on_golds(self, project: Project, golds: int) -> str:
        wanted = min(GOLDS_WANTED, ceil(self._tasks * project.gold_share))
        if golds >= wanted:
            return ""
        if not golds:
            return (
                "No task has a gold that can be asked, so nobody can be taught or measured by one, and "
                f"no label can be surer than {most_without_gold():.0%}: write the right choice of {wanted} "
                "of them or more into the column gold, or set gold_share = 0."
            )
        have = plural("{count} of the tasks has", "{count} of the tasks have", golds)
        return (
            f"Only {have} a gold, and each is asked once a worker, so gold_share = {project.gold_share:g} "
            f"cannot be kept: give {wanted} or more."
        )

    def _on_guesses(self, project: Project) -> str:
        if project.kind is not ProjectKind.VERIFY:
            return ""
        if self._guesses and self._golds_without_guess:
            return (
                f"Golds without a machine's guess: {self._golds_without_guess}. They look unlike other "
                "questions, so workers know them for golds: give each a guess, and some a wrong one."
            )
        if self._guesses:
            return ""
        return (
            "No row has a machine's guess, so each of them is asked with all its choices: fill the column "
            'machine, or write kind = "choice".'
        )


def _on_classes(project: Project, golds: Counter[str]) -> str:
    """A gold can measure nobody's eye for a choice that no gold has."""
    offered = [choice.id for choice in project.offered()]
    missing = [choice_id for choice_id in offered if choice_id not in golds]
    if not project.gold_share or not golds or not missing:
        return ""
    if len(golds) == 1:
        (only,) = golds
        return (
            f'Every gold is "{only}", so whoever always presses that button looks perfect: give golds of '
            "the other choices too."
        )
    named = ", ".join(f'"{choice_id}"' for choice_id in missing)
    return (
        f"No gold is {named}, so nobody can be measured there: give golds of every choice, in about the "
        "shares in which they occur."
    )
