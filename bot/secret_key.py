"""The program's own secret: made on first start, and the source of every other secret it needs."""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from tasks.errors import InputError

MIN_KEY_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that never stands in a log; ``reveal`` it only where it is used."""

    _text: str

    def reveal(self) -> str:
        """The secret itself."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(***)" if self._text else "Secret()"

    __str__ = __repr__


def derive(key: Secret, purpose: str) -> Secret:
    """Another secret for one purpose: the same for all processes with that key, and after each restart."""
    return Secret(hmac.new(key.reveal().encode(), purpose.encode(), hashlib.sha256).hexdigest())


def find_or_make_key(path: Path) -> Secret:
    """The key in that file; made, for its owner's eyes only, if there is none. Raises InputError."""
    try:
        if not path.exists():
            _make(path)
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The secret key {path} cannot be read or made ({error}); allow it, or set TAPWORK_SECRET_KEY."
        ) from error
    if len(key) < MIN_KEY_CHARACTERS:
        raise InputError(f"The secret key in {path} is too short; remove the file and a new one is made.")
    return Secret(key)


def _make(path: Path) -> None:
    """Of many processes that start at once, one makes the key, whole, and all read that one."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=".key-", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
        try:
            path.hardlink_to(file.name)
        except FileExistsError:
            return
