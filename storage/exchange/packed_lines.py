"""The lines of a text file that may be packed with gzip, whatever its name says."""

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

from tasks.errors import InputError

LINE_BYTES_MAX = 100_000
"""A file of something else must not fill the memory."""

_GZIP = b"\x1f\x8b"
_TELL_LINES = 20_000


def read_lines(path: Path, on_bytes: Callable[[int], None] = lambda _bytes: None) -> Iterator[str]:
    """The lines with their ends; ``on_bytes`` hears now and then how many more bytes of the file were read.

    Raises InputError, with the line where that helps, if it is no file, broken, or no UTF-8 text.
    """
    number, told = 0, 0
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            lines = BufferedReader(gzip.GzipFile(fileobj=file)) if packed else file
            while raw := lines.readline(LINE_BYTES_MAX):
                number += 1
                yield _decode(raw, path, number)
                if number % _TELL_LINES == 0:
                    on_bytes(file.tell() - told)
                    told = file.tell()
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}; name a CSV file, packed with gzip or not.") from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise InputError(
            f"{path.name} is a gzip file that breaks off or is damaged behind line {number}; pack it anew."
        ) from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); name a CSV file, packed with gzip or not."
        ) from error


def _decode(raw: bytes, path: Path, number: int) -> str:
    if len(raw) == LINE_BYTES_MAX:
        raise InputError(f"{path.name} line {number} is far too long for an answer; name another file.")
    try:
        return (raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} line {number} is no UTF-8 text; save the file as “CSV UTF-8” in your spreadsheet."
        ) from error
