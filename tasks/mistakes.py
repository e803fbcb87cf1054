"""Reading what comes from outside part by part, so that all that is wrong with it is told at once."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from tasks.errors import InputError

P = ParamSpec("P")
T = TypeVar("T")

_UNREAD = object()
"""Stands for what could not be read, until all of it is refused."""


class Mistakes:
    """What is wrong with a file or with settings that are read part by part to the end."""

    def __init__(self) -> None:
        self._sentences: list[str] = []

    def read(self, part: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What that part says. A mistake in it is kept for ``refuse``, which must follow.

        What needs a part that could not be read is passed over.
        """
        if _UNREAD not in args:
            try:
                return part(*args, **kwargs)
            except InputError as error:
                self._sentences.append(str(error))
        return cast("T", _UNREAD)

    def refuse(self) -> None:
        """Raises InputError with a line for each mistake, if there is any."""
        if self._sentences:
            raise InputError("\n".join(self._sentences))
