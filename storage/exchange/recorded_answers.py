"""Answers that were recorded somewhere, and what is true: files for a simulation, streamed."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import isfinite, nan
from pathlib import Path

from storage.exchange.csv_records import read_records, width_fault
from storage.exchange.packed_lines import name_of, read_lines
from storage.exchange.toml_section import has_control, suggest
from tasks.errors import InputError
from tasks.model.project import CANT_TELL
from tasks.plural import plural
from tasks.simulating import UNKNOWN

REFUSED_KEPT_MAX = 20
"""So many refused rows of a file are told one by one; of the others only the number."""

_DELIMITERS = ",;\t"
_ANSWERS = ("task", "worker", "label")
_TRUTH = ("task", "label")

_AGAIN = (
    "{count:,} row of {file} is by a worker who had answered the task before; her first counts.",
    "{count:,} rows of {file} are by a worker who had answered the task before; her first counts.",
)
_UNSURE = (
    f"{{count:,}} row of {{file}} says {CANT_TELL}, which is no answer, and was left out.",
    f"{{count:,}} rows of {{file}} say {CANT_TELL}, which is no answer, and were left out.",
)
_OTHERWISE = (
    "{count:,} row of {file} says something else of a task than an earlier row, which counts.",
    "{count:,} rows of {file} say something else of a task than an earlier row, which counts.",
)


@dataclass(slots=True)
class Findings:
    """What was not taken in of a file, and what else is to be told, in sentences."""

    file_name: str
    sentences: list[str] = field(default_factory=list)
    refused: int = 0
    first_fault: str = ""

    def refuse(self, line: int, fault: str) -> None:
        """A row with a fault; it is passed over."""
        self.refused += 1
        self.first_fault = self.first_fault or f"line {line} {fault}"
        if self.refused <= REFUSED_KEPT_MAX:
            self.sentences.append(f"{self.file_name} line {line} {fault}")

    def tell(self, rows: int, one: str, many: str) -> None:
        """What so many rows of the file have in common, if there are any: said of one, and of many."""
        if rows:
            self.sentences.append(plural(one, many, rows, file=self.file_name))

    def close(self, *, taken: int) -> None:
        """The file is over; raises InputError if it brought nothing."""
        if not taken and not self.refused:
            raise InputError(
                f"{self.file_name} has no rows below its columns; fill it, or name another file."
            )
        if not taken:
            refused = plural(
                "{count} row of {file} was refused: {fault}",
                "all {count:,} rows of {file} were refused. The first of them: {fault}",
                self.refused,
                file=self.file_name,
                fault=self.first_fault,
            )
            raise InputError(f"Nothing was simulated: {refused}")
        if self.refused > REFUSED_KEPT_MAX:
            more = self.refused - REFUSED_KEPT_MAX
            rows = plural(
                "{count:,} more row that was refused", "{count:,} more rows that were refused", more
            )
            self.sentences.append(f"{self.file_name} has {rows}.")


class Numbers:
    """The numbers from 0 on of some names."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.names = list(names)
        self._numbers = {name: number for number, name in enumerate(names)}

    def find(self, name: str) -> int | None:
        """Its number, if it has one."""
        return self._numbers.get(name)

    def give(self, name: str) -> int:
        """Its number; a new one for a new name."""
        number = self._numbers.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(name)
        return number


class TaskNumbers(Numbers):
    """The numbers of the tasks, and which others have a row that was refused."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: dict[str, int] = {}
        """The line of the row, by the task's id."""


@dataclass(slots=True)
class AnswersFile:
    """All good rows of a file of answers."""

    workers: Numbers = field(default_factory=Numbers)
    task: "array[int]" = field(default_factory=lambda: array("l"))
    worker: "array[int]" = field(default_factory=lambda: array("l"))
    label: "array[int]" = field(default_factory=lambda: array("h"))
    seconds: "array[float]" = field(default_factory=lambda: array("d"))
    """NaN where there is none."""


def read_answers(
    path: Path,
    tasks: TaskNumbers,
    choices: Numbers,
    findings: list[str],
    *,
    on_bytes: Callable[[int], None] = lambda _bytes: None,
) -> AnswersFile:
    """The answers of a CSV file with the columns task, worker, label and perhaps seconds, in any order.

    Appends a sentence to ``findings`` for each row that was refused. Raises InputError if none is good.
    """
    found, answers = Findings(name_of(path), findings), AnswersFile()
    seen: set[int] = set()
    again = unsure = 0
    for line, row in _rows(path, _ANSWERS, ("seconds",), found, on_bytes=on_bytes):
        task_key, worker_key, label_key, seconds_text = row
        task, label = tasks.find(task_key), choices.find(label_key)
        worker = answers.workers.find(worker_key)
        seconds = _seconds(seconds_text) if seconds_text else nan
        if label_key == CANT_TELL:
            unsure += 1
        elif (
            task is None or label is None or seconds is None or (worker is None and not _is_name(worker_key))
        ):
            found.refuse(line, _answer_fault(row, tasks, choices))
        else:
            worker = answers.workers.give(worker_key) if worker is None else worker
            pair = task << 32 | worker
            if pair in seen:
                again += 1
                continue
            seen.add(pair)
            answers.task.append(task)
            answers.worker.append(worker)
            answers.label.append(label)
            answers.seconds.append(seconds)
    found.close(taken=len(answers.task))
    found.tell(again, *_AGAIN)
    found.tell(unsure, *_UNSURE)
    return answers


def read_truth(path: Path, tasks: TaskNumbers, choices: Numbers, findings: list[str]) -> Sequence[int]:
    """Of each task the choice that is right, from a CSV file with the columns task and label; else -1.

    What is refused is told as with answers.
    """
    found = Findings(name_of(path), findings)
    truth = array("h", [UNKNOWN]) * len(tasks.names)
    known = again = 0
    for line, (task_key, label_key) in _rows(path, _TRUTH, (), found):
        task, label = tasks.find(task_key), choices.find(label_key)
        if task is None:
            found.refuse(line, _task_fault(task_key, tasks))
        elif label is None:
            found.refuse(line, _label_fault(label_key, choices))
        elif truth[task] != UNKNOWN:
            again += truth[task] != label
        else:
            truth[task] = label
            known += 1
    found.close(taken=known)
    found.tell(again, *_OTHERWISE)
    return truth


def _rows(
    path: Path,
    needed: Sequence[str],
    welcome: Sequence[str],
    found: Findings,
    *,
    on_bytes: Callable[[int], None] = lambda _bytes: None,
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each whole row with its line: the cells of the needed and the welcome columns, in that order."""
    lines = read_lines(path, on_bytes)
    header = next(lines, "")
    delimiter = max(_DELIMITERS, key=header.count)
    records = read_records(chain([header], lines), delimiter)
    columns = _columns(next(records, (1, []))[1], needed, welcome, found.file_name)
    places = [columns.index(name) if name in columns else None for name in (*needed, *welcome)]
    count = len(columns)
    for line, cells in records:
        if isinstance(cells, str):
            found.refuse(line, cells)
        elif len(cells) == count:
            yield line, tuple(["" if place is None else cells[place].strip() for place in places])
        elif cells:
            found.refuse(line, width_fault(cells, count))


def _columns(
    header: list[str] | str, needed: Sequence[str], welcome: Sequence[str], file_name: str
) -> Sequence[str]:
    example = f"the first line must name them, such as {','.join((*needed, *welcome))}"
    if isinstance(header, str):
        raise InputError(f"{file_name} line 1 {header}")
    if not any(cell.strip() for cell in header):
        raise InputError(f"{file_name} is empty or has no columns; {example}.")
    columns = [cell.strip().lower() for cell in header]
    for name in needed:
        if name not in columns:
            raise InputError(f'{file_name} has no column "{name}"; {example}.')
    for name in (*needed, *welcome):
        if columns.count(name) > 1:
            raise InputError(f'{file_name} has the column "{name}" twice; keep one of them.')
    return columns


def _seconds(text: str) -> float | None:
    """NaN is a missing time, as programs write it; None is no number of seconds."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    if seconds != seconds:  # noqa: PLR0124 - only NaN is not equal to itself
        return nan
    return seconds if isfinite(seconds) and seconds >= 0 else None


def _answer_fault(row: Sequence[str], tasks: TaskNumbers, choices: Numbers) -> str:
    task_key, worker_key, label_key, seconds = row
    if tasks.find(task_key) is None:
        return _task_fault(task_key, tasks)
    if choices.find(label_key) is None:
        return _label_fault(label_key, choices)
    if not _is_name(worker_key):
        return "has no worker, or one with a line break or an invisible character."
    return f'has the seconds "{_short(seconds)}", which is no number such as 4.2; leave unknown ones empty.'


def _is_name(worker_key: str) -> bool:
    return bool(worker_key) and not has_control(worker_key)


def _task_fault(key: str, tasks: TaskNumbers) -> str:
    if not key:
        return "has no task id."
    if line := tasks.refused.get(key):
        return (
            f'has the task "{_short(key)}", whose row in tasks.csv (line {line}) was refused; correct that.'
        )
    return f'has the task "{_short(key)}", which is not in tasks.csv; add it there, or take the row out.'


def _label_fault(label: str, choices: Numbers) -> str:
    if not label:
        return "has no label."
    return f'has the label "{_short(label)}", which is no choice ({suggest(_short(label), choices.names)}).'


def _short(text: str) -> str:
    """Enough of it to be found in the file, on one line."""
    return "".join("?" if has_control(sign) else sign for sign in text[:40])
