"""A file of places: its rows, read one by one, each a place or what is wrong with it and where."""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from storage.exchange.csv_records import count_lines, read_records, width_fault
from storage.exchange.toml_section import has_control, suggest
from tasks.errors import InputError
from tasks.importing import RefusedRow
from tasks.model.place import NAME_CHARACTERS_MAX, NewPlace, check_path

LINE_CHARACTERS_MAX = 100_000
"""No line of places is as long; a file of something else must not fill the memory."""

_ENCODING = "utf-8-sig"
_DELIMITERS = ",;\t"
_NAME = re.compile(r"name(?:_([a-z]{2,3}(?:-[a-z0-9]{2,8})*))?")
_KNOWN = ("path", "name", "name_en", "name_zh", "time_zone")
_EXAMPLE = "the first line must name them, such as path,name,name_zh,time_zone"


def read_places(path: Path) -> Iterator[NewPlace | RefusedRow]:
    """The rows below the header, in their order; a row is refused with a reason like those of an import.

    Raises InputError, before the first row, if the file as a whole cannot be read. Its rows are not held in
    memory, only the paths that were seen. Wider places that the file does not name are left to the caller.
    """
    _check_text(path)
    try:
        with path.open(encoding=_ENCODING, newline="") as file:
            yield from _rows(file, path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} was changed or lost while it was read; try it again.") from error


def _check_text(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(2)
        lines = count_lines(path, _ENCODING)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); name a CSV file of places.") from error
    if not start:
        raise InputError(f"{path.name} is empty; {_EXAMPLE}.")
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or lines is None:
        raise InputError(f"{path.name} is no UTF-8 text; save it as “CSV UTF-8” in your spreadsheet.")


def _rows(file: TextIO, file_name: str) -> Iterator[NewPlace | RefusedRow]:
    lines = _lines(file, file_name)
    header = next(lines, "")
    delimiter = max(_DELIMITERS, key=header.count)
    records = read_records(chain([header], lines), delimiter)
    columns = _columns(next(records, (1, []))[1], file_name)
    seen: dict[str, int] = {}
    for line, cells in records:
        if isinstance(cells, str):
            yield RefusedRow(line, cells)
        elif cells:
            yield _row(line, cells, columns, seen)


def _lines(file: TextIO, file_name: str) -> Iterator[str]:
    number = 0
    while line := file.readline(LINE_CHARACTERS_MAX):
        number += 1
        if len(line) == LINE_CHARACTERS_MAX:
            raise InputError(f"{file_name} line {number} is far too long to be a place; is it another file?")
        yield line


def _columns(header: list[str] | str, file_name: str) -> Sequence[str]:
    """The columns' names; ``place`` is another word for ``path``."""
    if isinstance(header, str):
        raise InputError(f"{file_name} line 1 {header}")
    if not any(cell.strip() for cell in header):
        raise InputError(f"{file_name} has no columns; {_EXAMPLE}.")
    columns = ["path" if name == "place" else name for name in (cell.strip().lower() for cell in header)]
    for name in columns:
        if has_control(name):
            raise InputError(f"{file_name} has an invisible character in a column's name; {_EXAMPLE}.")
        if name not in _KNOWN and not _NAME.fullmatch(name):
            raise InputError(f'{file_name} has an unknown column "{name[:40]}" ({suggest(name, _KNOWN)}).')
        if columns.count(name) > 1:
            raise InputError(f'{file_name} has the column "{name}" twice.')
    if "path" not in columns:
        raise InputError(f'{file_name} has no column "path"; {_EXAMPLE}.')
    return columns


def _row(line: int, cells: list[str], columns: Sequence[str], seen: dict[str, int]) -> NewPlace | RefusedRow:
    if fault := width_fault(cells, len(columns)):
        return RefusedRow(line, fault)
    values = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    if fault := _fault(values):
        return RefusedRow(line, fault)
    try:
        path = check_path(values["path"])
    except ValueError as error:
        return RefusedRow(line, f"has a path that {error}.")
    if path in seen:
        return RefusedRow(line, f'has the place "{path}" again; line {seen[path]} has it already.')
    seen[path] = line
    return NewPlace(path, _names(values), values.get("time_zone") or None)


def _fault(values: Mapping[str, str]) -> str:
    for name, value in values.items():
        if has_control(value):
            return f"has a line break or an invisible character in {name}."
        if _NAME.fullmatch(name) and len(value) > NAME_CHARACTERS_MAX:
            return f"has {len(value)} characters in {name}; at most {NAME_CHARACTERS_MAX} fit."
    zone = values.get("time_zone")
    if zone and not _is_time_zone(zone):
        return f'has the time zone "{zone[:40]}", which is no IANA name such as Asia/Shanghai.'
    return ""


def _names(values: Mapping[str, str]) -> Mapping[str, str]:
    named = ((_NAME.fullmatch(name), value) for name, value in values.items() if value)
    return {match[1] or "": value for match, value in named if match}


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True
