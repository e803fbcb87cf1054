"""Which paths lie within a scope, and which hold it: `tasks.model.place.is_within`, asked of the database.

Nothing is compared with LIKE here: it has wildcards, and on SQLite it takes capitals for
small letters.
"""

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, func, or_, true

from tasks.model.place import PROGRAMME, parents


def lies_within(path: Column[str], scope: str) -> ColumnElement[bool]:
    """The path is the scope or lies in it."""
    if scope == PROGRAMME:
        return true()
    return or_(path == scope, lies_below(path, scope))


def lies_below(path: Column[str], scope: str) -> ColumnElement[bool]:
    """The path lies in the scope and is not the scope itself."""
    if scope == PROGRAMME:
        return path != PROGRAMME
    inside = scope + "/"
    return func.substr(path, 1, len(inside)) == inside


def list_around(path: str) -> Sequence[str]:
    """The path and all that hold it, the nearest first, the programme last."""
    return list(dict.fromkeys((path, *reversed(parents(path)), PROGRAMME)))
