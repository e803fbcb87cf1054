"""Keeps a file for one process: the system holds the lock, and lets it go however the process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.errors import InputError


@contextmanager
def sole_use_of_file(path: Path) -> Iterator[None]:
    """Ours until the block ends, by a lock on a file beside it. Raises InputError if another has it."""
    # Whoever comes by another name, such as a link, must find the same lock.
    beside = path.resolve()
    beside = beside.with_name(beside.name + ".running")
    with _open(beside, path) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(
                f"The database {path} is in use by another tapwork{_process(lock)}; "
                "stop that one first, or use PostgreSQL to run several."
            ) from error
        except OSError as error:
            raise InputError(
                f"The folder {beside.parent} of the database knows no locks ({error.strerror}); "
                "keep the database on a local disk."
            ) from error
        # The file stays when the block ends: taking it away could take it from one who is locking it now.
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield


@contextmanager
def _open(beside: Path, path: Path) -> Iterator[int]:
    if not beside.parent.is_dir():
        raise InputError(f"The folder {path.parent} of the database is not there; make it first.")
    try:
        lock = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise InputError(
            f"{beside} cannot be written ({error.strerror}); let this user write in the database's folder, "
            "or set TAPWORK_DATABASE."
        ) from error
    try:
        yield lock
    finally:
        os.close(lock)


def _process(lock: int) -> str:
    """`` (process 1234)``, or nothing if it has not written that yet."""
    number = os.pread(lock, 20, 0).strip()
    return f" (process {number.decode()})" if number.isdigit() else ""
