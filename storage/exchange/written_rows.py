"""Rows as CSV or JSON Lines, in a file that is whole or not there at all."""

import csv
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from errno import EISDIR
from io import StringIO
from pathlib import Path
from typing import BinaryIO

from storage.exchange.exports import Cell
from tasks.errors import InputError

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Format(StrEnum):
    """How rows are written."""

    CSV = "csv"
    JSONL = "jsonl"


def write_header(columns: Sequence[str], form: Format) -> bytes:
    """The first line; JSON Lines have none."""
    return _csv_lines([columns]) if form is Format.CSV else b""


def write_rows(columns: Sequence[str], rows: Sequence[tuple[Cell, ...]], form: Format) -> bytes:
    """Those rows as UTF-8 text."""
    if form is Format.CSV:
        return _csv_lines([[_csv_cell(cell) for cell in row] for row in rows])
    objects = (dict(zip(columns, (_json_value(cell) for cell in row), strict=True)) for row in rows)
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects).encode()


def moment_text(moment: datetime) -> str:
    """UTC in ISO 8601, such as 2026-01-31T08:30:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        # A spreadsheet would run such a text as a formula; an apostrophe before it makes it text again.
        return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
    value = _json_value(cell)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _json_value(cell: Cell) -> str | int | float | Mapping[str, float] | None:
    if isinstance(cell, datetime):
        return moment_text(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes its place only when everything was written. Raises InputError."""
    try:
        # A pipe or a device is written to as it is: nobody wants it replaced by a file.
        is_device = path.exists() and not path.is_file() and not path.is_dir()
        with path.open("wb") if is_device else _replacing(path) as file:
            yield file
    except OSError as error:
        if isinstance(error, ConnectionError | TimeoutError):
            raise  # Not the file's fault: the rows stopped coming.
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    target = path.resolve()
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "it is a folder")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
