"""How commands run, and how they fail: one sentence on standard error, and exit code 1."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from tasks.errors import InputError

T = TypeVar("T")

INTERRUPTED = 130
"""What a shell says of a program that Ctrl-C ended."""


class OneSentenceGroup(click.Group):
    """Commands whose errors are one sentence on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # Whoever read our output has had enough, which click knows how to end.
        except OSError as error:
            raise click.ClickException(f"The machine refused: {error}.") from error


@contextmanager
def loading() -> Iterator[None]:
    """What is loaded in this block loads a quarter faster, and later costs no pauses.

    The bot's libraries are hundreds of thousands of objects that stay, and no garbage. Python looks through
    them for some all the same: again and again while they come, now and then at work, and once at the end.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def run_async(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of the coroutine; on the fast event loop where there is one."""
    with asyncio.Runner(loop_factory=_fast_loop_factory()) as runner:
        return runner.run(work())


def _fast_loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return None
    return new_event_loop


def work_on_database(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The same for a short command, where a database that breaks is one sentence too."""
    try:
        return run_async(work)
    except DBAPIError as error:
        raise InputError(f"The database failed: {str(error.orig).splitlines()[0]}.") from error
    except BrokenPipeError:
        raise  # Whoever read our output has had enough, which click knows how to end.
    except ConnectionError as error:
        raise InputError(f"The database is gone ({error}); start it and try again.") from error
