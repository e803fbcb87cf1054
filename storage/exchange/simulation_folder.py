"""A project folder as far as a simulation needs it: the project and its tasks, without a picture."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.exchange.project_file import read_project_file
from storage.exchange.recorded_answers import Findings, Numbers, TaskNumbers, read_answers, read_truth
from storage.exchange.tasks_file import find_encoding, read_rows
from tasks.errors import InputError
from tasks.model.project import Project
from tasks.plural import plural
from tasks.simulating import UNKNOWN, Recording


@dataclass(frozen=True, slots=True)
class Recorded:
    """All that was read for a simulation."""

    project: Project
    recording: Recording
    findings: Sequence[str]
    """Sentences on rows that were refused, and on what else is to be known."""


def read_recorded(
    folder: Path,
    answers: Path | None,
    truth: Path | None,
    on_bytes: Callable[[int], None] = lambda _bytes: None,
) -> Recorded:
    """The folder's tasks with what was answered and what is right; gold is right where no file says more.

    ``on_bytes`` hears how much of the answers was read. Raises InputError.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}; name one that has a project.toml and a tasks.csv.")
    project = read_project_file(folder / "project.toml")
    findings: list[str] = []
    choices = Numbers([choice.id for choice in project.choices])
    tasks, gold, machine = _read_tasks(folder / "tasks.csv", project, choices, findings)
    known = gold
    if truth is not None:
        known = _with_gold(read_truth(truth, tasks, choices, findings), gold, truth, findings)
    said = None if answers is None else read_answers(answers, tasks, choices, findings, on_bytes=on_bytes)
    recording = Recording(
        task_keys=tasks.names,
        choices=choices.names,
        workers=said.workers.names if said else (),
        task=said.task if said else (),
        worker=said.worker if said else (),
        label=said.label if said else (),
        seconds=said.seconds if said and any(seconds >= 0 for seconds in said.seconds) else None,
        truth=known,
        gold=gold,
        machine=machine,
    )
    return Recorded(project, recording, findings)


def _read_tasks(
    path: Path, project: Project, choices: Numbers, findings: list[str]
) -> tuple[TaskNumbers, Sequence[int], Sequence[int]]:
    """The tasks, and of each its gold and the machine's guess."""
    tasks, found = TaskNumbers(), Findings(path.name, findings)
    gold, machine = array("h"), array("h")
    for row in read_rows(path, find_encoding(path).encoding, project, to_be_asked=False):
        if row.fault:
            found.refuse(row.line, row.fault)
            tasks.refused.setdefault(row.key, row.line)
            continue
        tasks.give(row.key)
        for column, choice in ((gold, row.gold), (machine, row.machine)):
            number = None if choice is None else choices.find(choice)
            column.append(UNKNOWN if number is None else number)
    found.close(taken=len(tasks.names))
    return tasks, gold, machine


def _with_gold(truth: Sequence[int], gold: Sequence[int], path: Path, findings: list[str]) -> Sequence[int]:
    """The truth, and gold where it says nothing."""
    pairs = list(zip(truth, gold, strict=True))
    differing = sum(right not in (own, UNKNOWN) and own != UNKNOWN for right, own in pairs)
    if differing:
        findings.append(
            plural(
                "{count:,} gold of tasks.csv is not what {file} says is right.",
                "{count:,} golds of tasks.csv are not what {file} says is right.",
                differing,
                file=path.name,
            )
        )
    return array("h", [own if right == UNKNOWN else right for right, own in pairs])
