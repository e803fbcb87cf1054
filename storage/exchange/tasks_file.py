"""tasks.csv: the rows of a project folder, read one by one, each with its line and what is wrong with it."""

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from storage.exchange.csv_records import count_lines, read_records, width_fault
from storage.exchange.toml_section import has_control, suggest
from tasks.errors import InputError
from tasks.model.project import Project, ProjectKind

MAX_TASK_ID = 100
MAX_EXPLANATION = 500
"""An explanation stands under a picture together with the question."""

_EXPLAIN = "explain_"
_MACHINE = ("machine", "model", "guess")
"""Names of the column with a machine's guesses."""
_NO_GUESS = ("nan", "none", "null", "na", "n/a", "<na>")
"""What programs write for a cell that has no value."""


@dataclass(frozen=True, slots=True)
class FileText:
    """How the bytes of a file are to be read."""

    encoding: str
    lines: int


@dataclass(frozen=True, slots=True)
class Row:
    """A good row, or one with a fault."""

    line: int
    """The physical line where it begins."""
    key: str = ""
    """Of a row with a fault as far as it can be told."""
    image: str = ""
    gold: str | None = None
    explanations: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    """Why the row is refused; empty if it is good."""
    machine: str | None = None


@dataclass(frozen=True, slots=True)
class _Table:
    """What is the same for all rows, and the ids of those that were good."""

    columns: Sequence[str]
    project: Project
    to_be_asked: bool
    seen: set[str] = field(default_factory=set)


def find_encoding(path: Path) -> FileText:
    """Reads the file once as UTF-8 and, if it is not that, as GB18030. Raises InputError if it is neither."""
    try:
        with path.open("rb") as file:
            start = file.read(2)
        if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise InputError("tasks.csv is UTF-16 text; save it as “CSV UTF-8” in your spreadsheet.")
        for encoding in ("utf-8-sig", "gb18030"):
            lines = count_lines(path, encoding)
            if lines is not None:
                return FileText(encoding, lines)
    except FileNotFoundError as error:
        raise InputError(
            f"There is no tasks.csv in {path.parent}; it names the tasks and pictures."
        ) from error
    except OSError as error:
        raise InputError(f"tasks.csv cannot be read ({error.strerror}).") from error
    raise InputError(
        "tasks.csv is neither UTF-8 nor GB18030 text; save it as “CSV UTF-8” in your spreadsheet."
    )


def read_rows(path: Path, encoding: str, project: Project, *, to_be_asked: bool = True) -> Iterator[Row]:
    """The rows below the header. Raises InputError if the columns are wrong.

    If nobody is to be asked, as in a simulation, there need be no pictures, and columns of other names are
    passed over.
    """
    with path.open(encoding=encoding, newline="") as file:
        records = read_records(file)
        header = next(records, (1, []))[1]
        table = _Table(_columns(header, project, to_be_asked=to_be_asked), project, to_be_asked)
        for line, cells in records:
            if isinstance(cells, str):
                yield Row(line, fault=cells)
            elif cells:
                yield _row(line, cells, table)


def _columns(header: list[str] | str, project: Project, *, to_be_asked: bool) -> Sequence[str]:
    known = ["task", "image", "gold", *_MACHINE, *(_EXPLAIN + language for language in project.languages)]
    example = "the first line must name them, such as task,image,gold"
    if isinstance(header, str):
        raise InputError(f"tasks.csv line 1 {header}")
    if not any(header):
        raise InputError(f"tasks.csv has no columns; {example}.")
    columns = [name.strip() for name in header]
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and separator in columns[0]:
            raise InputError(f"The columns of tasks.csv are separated by {name}; save it with commas.")
    faults = [*_column_faults(columns, known, example, to_be_asked=to_be_asked)]
    faults += _machine_faults(columns, project, to_be_asked=to_be_asked)
    if faults:
        raise InputError("\n".join(faults))
    return columns


def _column_faults(
    columns: Sequence[str], known: Sequence[str], example: str, *, to_be_asked: bool
) -> Iterator[str]:
    for name in dict.fromkeys(columns):
        if name not in known and to_be_asked:
            yield f'tasks.csv has an unknown column "{name}" ({suggest(name, known)}).'
        if columns.count(name) > 1:
            yield f'tasks.csv has the column "{name}" twice.'
    for name in ("task", "image") if to_be_asked else ("task",):
        if name not in columns:
            yield f'tasks.csv has no column "{name}"; {example}.'


def _machine_faults(columns: Sequence[str], project: Project, *, to_be_asked: bool) -> Iterator[str]:
    guesses = [name for name in dict.fromkeys(columns) if name in _MACHINE]
    if len(guesses) > 1:
        yield (
            f'tasks.csv has the columns "{guesses[0]}" and "{guesses[1]}", which both are a machine\'s '
            "guesses; keep one of them."
        )
    if project.kind is ProjectKind.VERIFY and not guesses and to_be_asked:
        yield (
            'tasks.csv has no column "machine" with a machine\'s guesses, about which a project of '
            'kind = "verify" asks; add it, or write kind = "choice".'
        )


def _row(line: int, cells: list[str], table: _Table) -> Row:
    values = {name: cell.strip() for name, cell in zip(table.columns, cells, strict=False)}
    if fault := _cells_fault(table.columns, cells):
        return Row(line, values.get("task", ""), fault=fault)
    gold = values.get("gold") or None
    explanations = {
        name.removeprefix(_EXPLAIN): value
        for name, value in values.items()
        if name.startswith(_EXPLAIN) and value
    }
    machine = _guess(values, table.project)
    fault = (
        _values_fault(values, table)
        or _gold_fault(gold, explanations, table.project)
        or _choice_fault("machine's guess", machine, table.project)
    )
    if not fault:
        table.seen.add(values["task"])
    return Row(line, values["task"], values.get("image", ""), gold, explanations, fault, machine)


def _guess(values: Mapping[str, str], project: Project) -> str | None:
    """A choice may well be called "none"; otherwise such a word is a cell without a value."""
    guess = next((values[name] for name in _MACHINE if name in values), "")
    if guess.lower() in _NO_GUESS and guess not in [choice.id for choice in project.choices]:
        return None
    return guess or None


def _cells_fault(columns: Sequence[str], cells: list[str]) -> str:
    if fault := width_fault(cells, len(columns)):
        return fault
    for name, cell in zip(columns, cells, strict=True):
        if has_control(cell.strip()):
            return f"has a line break or an invisible character in {name}."
    return ""


def _values_fault(values: Mapping[str, str], table: _Table) -> str:
    key = values["task"]
    if not key:
        return "has no task id."
    if len(key) > MAX_TASK_ID:
        return f"has a task id of {len(key)} characters; at most {MAX_TASK_ID} are kept."
    if key in table.seen:
        return f'has the task id "{key}" again; the first row with it counts.'
    if table.to_be_asked and not values["image"]:
        return "has no image."
    return ""


def _gold_fault(gold: str | None, explanations: Mapping[str, str], project: Project) -> str:
    if fault := _choice_fault("gold", gold, project):
        return fault
    for language, words in explanations.items():
        if len(words) > MAX_EXPLANATION:
            return f"has {len(words)} characters in {_EXPLAIN}{language}; at most {MAX_EXPLANATION} fit."
    return ""


def _choice_fault(what: str, choice_id: str | None, project: Project) -> str:
    ids = [choice.id for choice in project.choices]
    if choice_id is not None and choice_id not in ids:
        return f'has the {what} "{choice_id}", which is no choice ({suggest(choice_id, ids)}).'
    return ""
