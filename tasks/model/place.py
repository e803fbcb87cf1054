"""A tree of places: village ⊂ county ⊂ programme."""

from collections.abc import Mapping
from dataclasses import dataclass

PROGRAMME = ""
"""The scope that holds every place, and workers of no place."""


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
        """What it is called in that language, or else in any, or else the last part of its path."""
        return self.names.get(language) or next(iter(self.names.values()), self.path.rpartition("/")[2])


def is_within(path: str, scope: str) -> bool:
    """Whether the path is the scope or lies in it."""
    return scope in (PROGRAMME, path) or path.startswith(scope + "/")


@dataclass(frozen=True, slots=True)
class NewPlace:
    """One row of a file of places."""

    path: str
    names: Mapping[str, str]
    time_zone: str | None


def parents(path: str) -> list[str]:
    """The paths of the places around it, from the outside in."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
