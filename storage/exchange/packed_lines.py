"""The lines of a text file that may be packed with gzip, whatever its name says, or come through a pipe."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from tasks.errors import InputError

LINE_CHARACTERS_MAX = 100_000
"""A file of something else must not fill the memory."""

_BOM = "\ufeff"
_GZIP = b"\x1f\x8b"
_TELL_LINES = 20_000


def name_of(path: Path) -> str:
    """How sentences name the file; a pipe has no name but its place, such as /dev/stdin."""
    return path.name if path.is_file() else str(path)


def read_lines(path: Path, on_bytes: Callable[[int], None] = lambda _bytes: None) -> Iterator[str]:
    """The lines with their ends; ``on_bytes`` hears now and then how many more bytes of the file were read.

    Raises InputError, with the line where that helps, if it is no file, broken, or no UTF-8 text.
    """
    number, told = 0, 0
    try:
        with path.open("rb") as file:
            is_packed = file.peek(len(_GZIP)).startswith(_GZIP)
            plain = BufferedReader(gzip.GzipFile(fileobj=file)) if is_packed else file
            # What is no text is let through as surrogates, so that it can be told with its line.
            lines = TextIOWrapper(plain, "utf-8", errors="surrogateescape", newline="")
            while line := lines.readline(LINE_CHARACTERS_MAX):
                number += 1
                yield _checked(line, path, number)
                if number % _TELL_LINES == 0 and file.seekable():
                    on_bytes(file.tell() - told)
                    told = file.tell()
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}; name a CSV file, packed with gzip or not.") from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        where = f"behind line {number}" if number else "before its first line ends"
        raise InputError(
            f"{name_of(path)} is a gzip file that breaks off or is damaged {where}; pack it anew."
        ) from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); name a CSV file, packed with gzip or not."
        ) from error


def _checked(line: str, path: Path, number: int) -> str:
    if len(line) == LINE_CHARACTERS_MAX:
        raise InputError(f"{name_of(path)} line {number} is far too long for an answer; name another file.")
    try:
        line.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name_of(path)} line {number} is no UTF-8 text; save the file as “CSV UTF-8” in your "
            "spreadsheet."
        ) from error
    return line.removeprefix(_BOM) if number == 1 else line
