"""The records of a CSV file, one by one, each with its line; one that cannot be parsed stops no other."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

_SCAN_BYTES = 1_000_000


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


def read_records(lines: Iterator[str], delimiter: str = ",") -> Iterator[tuple[int, list[str] | str]]:
    """Each record with its first physical line; a fault in place of its cells if it cannot be parsed."""
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    before = 0
    while True:
        line = before + reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            # The reader that failed holds half a record; a fresh one goes on behind it.
            before += reader.line_num
            yield line, f"has a wrong quotation mark, so lines {line} to {before} were not read."
            reader = csv.reader(lines, strict=True, delimiter=delimiter)
