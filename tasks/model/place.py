"""Places: where people are, written as a path from the widest to the narrowest, such as county/village."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLACE_SEGMENT = re.compile(r"[a-z0-9-]+")
"""One part of a path; parts are joined by ``/``."""
PATH_SEGMENTS_MAX = 6
PATH_CHARACTERS_MAX = 120
NAME_CHARACTERS_MAX = 100
PROGRAMME = ""
"""The scope that holds every place, and workers of no place."""

_SHOWN_CHARACTERS = 40


ANY_LANGUAGE = ""
"""The language of a name that stands for all."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place; its path names those that hold it, such as ``guizhou/tongren/wanshan``."""

    id: int
    path: str
    names: Mapping[str, str]
    """By language; may be empty."""
    time_zone: str | None
    """IANA name; None takes that of the place around it."""

    def name(self, language: str) -> str:
        """What it is called in that language, else in any, else the last part of its path."""
        for key in (language, ANY_LANGUAGE):
            if self.names.get(key):
                return self.names[key]
        return next(iter(self.names.values()), self.path.rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place as somebody brings it: new, or with other names than before."""

    path: str
    names: Mapping[str, str]
    """What people call it, by language; under ``""`` for every language that has no name of its own."""
    time_zone: str | None = None
    """IANA name; None if the place has no other one than what it lies in."""


def check_path(text: str) -> str:
    """The path as it is kept: lower case, no spaces or slashes around it.

    Raises ValueError with a part of a sentence, such as *"x y" has other signs than …*.
    """
    path = text.strip().strip("/").strip()
    if not path:
        raise ValueError("is empty")
    # Only A-Z have a lower case here: other alphabets have letters whose lower case looks like one of ours.
    if path.isascii():
        path = path.lower()
    segments = path.split("/")
    for segment in segments:
        if not segment:
            raise ValueError("has two slashes with nothing between them")
        if not PLACE_SEGMENT.fullmatch(segment):
            raise ValueError(f'has the part "{_shorten(segment)}"; only a-z, 0-9 and hyphens may stand in it')
    if len(segments) > PATH_SEGMENTS_MAX:
        raise ValueError(f"has {len(segments)} parts; at most {PATH_SEGMENTS_MAX} are kept")
    if len(path) > PATH_CHARACTERS_MAX:
        raise ValueError(f"has {len(path)} characters; at most {PATH_CHARACTERS_MAX} are kept")
    return path


def is_within(path: str, scope: str) -> bool:
    """Whether the place is the scope or lies in it; every place is within the whole programme, ``""``."""
    return scope in (PROGRAMME, path) or path.startswith(scope + "/")


def parents(path: str) -> Sequence[str]:
    """The places that it lies in, the widest first; none for a place at the top, and not itself."""
    segments = path.split("/")
    return tuple("/".join(segments[:count]) for count in range(1, len(segments)))


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
