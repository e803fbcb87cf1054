"""The records of a CSV file, one by one, each with its line; one that cannot be parsed stops no other."""

import codecs
import csv
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.plural import plural

RECORD_LINES_MAX = 20
"""A cell may have line breaks; a record of more lines has a quotation mark that was not closed."""
UNCLOSED = "opens a quotation mark that is not closed; close it, or double it if it is part of the text."
WRONG = "has a wrong quotation mark; double those that are part of the text."
_SCAN_BYTES = 1_000_000


def width_fault(cells: Sequence[str], columns: int) -> str:
    """What is wrong with a record that has more or fewer cells than the file has columns; else empty."""
    if len(cells) == columns:
        return ""
    return plural(
        "has {cells} instead of {count} cell.",
        "has {cells} instead of {count} cells.",
        columns,
        cells=len(cells),
    )


def count_lines(path: Path, encoding: str) -> int | None:
    """How many lines the file has, or None if it is not in that encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = 0
    try:
        with path.open("rb") as file:
            while part := file.read(_SCAN_BYTES):
                lines += decoder.decode(part).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return lines + 1


class _Record:
    """The lines of one record, as its reader asks for them; too many of them end as the file would."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines: list[str] = []
        self.broke_off = False
        """Somebody asked for more than there was."""
        self._returned: deque[str] = deque()
        self._others = lines

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.lines) == RECORD_LINES_MAX:
            line = None
        else:
            line = self._returned.popleft() if self._returned else next(self._others, None)
        if line is None:
            self.broke_off = True
            raise StopIteration
        self.lines.append(line)
        return line

    def go_on(self, *, at_second_line: bool) -> int:
        """The next record begins behind this one, or at its second line; how many lines that is further."""
        done = 1 if at_second_line else len(self.lines)
        self._returned.extendleft(reversed(self.lines[done:]))
        self.lines.clear()
        self.broke_off = False
        return done


def read_records(lines: Iterator[str], delimiter: str = ",") -> Iterator[tuple[int, list[str] | str]]:
    """Each record with its first physical line; a fault in place of its cells if it cannot be parsed.

    A wrong quotation mark spoils the line where it stands, and none of those that it would swallow.
    """
    record, line, width = _Record(lines), 1, 0
    reader = csv.reader(record, strict=True, delimiter=delimiter)
    while True:
        fault = ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            fault = UNCLOSED if record.broke_off else WRONG
        else:
            width = width or len(cells)
            if len(record.lines) > 1 and len(cells) != width:
                fault = UNCLOSED
        yield line, fault or cells
        line += record.go_on(at_second_line=bool(fault))
        if fault:
            # A reader that failed holds half a record.
            reader = csv.reader(record, strict=True, delimiter=delimiter)
