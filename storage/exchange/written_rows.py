"""Rows as CSV or JSON Lines, in a file that is whole or not there at all."""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import BinaryIO

from storage.exchange.exporting import Cell
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
    return "" if value is None else str(value)


def _json_value(cell: Cell) -> str | int | float | None:
    if isinstance(cell, datetime):
        return moment_text(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes its place only when everything was written. Raises InputError."""
    target = path.resolve()
    if target.exists() and not target.is_file() and not target.is_dir():
        # A pipe or a device cannot be replaced, and nobody wants it to be.
        with target.open("wb") as file:
            yield file
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        if isinstance(error, ConnectionError | TimeoutError):
            raise  # Not the file's fault: the rows stopped coming.
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)
