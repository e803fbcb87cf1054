"""Private servers for tests: PostgreSQL and Redis from this machine's binaries, in folders that go away."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

STARTS_WITHIN_SECONDS = 60.0
MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 8 * 2**30
"""The tests make some hundred databases of ten megabytes, and other things want room as well."""


class ServiceMissing(Exception):  # noqa: N818 - it is a fact about the machine
    """The service is not installed; the text says what to install."""


class KeptPort:
    """A free port that is kept for whoever is told its number: she may listen there, and come back.

    One that was only found free and let go may be somebody else's by then.
    """

    def __init__(self) -> None:
        # Linux lets a server listen beside a socket that only holds the place, if both have this option. It
        # gives the place away neither to one who asks for any port nor to one who calls another.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind(("127.0.0.1", 0))
        self.number = int(self._place.getsockname()[1])
        if sys.platform != "linux":
            self._place.close()

    def close(self) -> None:
        """Lets it go."""
        self._place.close()


class PostgresServer:
    """A PostgreSQL of one's own, on a socket and on a free port; ready once it was made.

    What it commits it hands to the kernel, as a real one does, so killing it proves something. It does not
    wait for the disk: only a power cut could tell, and a new database would take ten times as long. One that
    is measured waits, as those that people run do.
    """

    def __init__(self, *, waits_for_disk: bool = False) -> None:
        self._bin = _postgres_binaries()
        self._names = count(1)
        self._waits_for_disk = waits_for_disk
        self.folder = Path(tempfile.mkdtemp(prefix="tapwork-pg-", dir=None if waits_for_disk else _memory()))
        self._kept = KeptPort()
        self.port = self._kept.number
        # PostgreSQL does not run as root; Debian's package brings a user for it.
        self._as_user: list[str | Path] = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self._as_user = ["runuser", "-u", "postgres", "--"]
        made: list[str | Path] = ["-D", self.folder / "data", "-A", "trust", "-U", "tapwork", "--no-sync"]
        # Whatever language the machine speaks, and whether it knows it.
        spoken = ["--locale=C", "--encoding=UTF8"]
        _run([*self._as_user, self._bin / "initdb", *made, *spoken], self.folder)
        self.start()

    def start(self) -> None:
        """Starts it and returns when it takes connections."""
        where: list[str | Path] = ["-D", self.folder / "data", "-k", self.folder, "-p", str(self.port)]
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
        if not self._waits_for_disk:
            options += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        self._process = _start([*self._as_user, self._bin / "postgres", *where, *options], self.folder)
        asked: list[str | Path] = ["-q", "-h", self.folder, "-p", str(self.port)]
        ready = [self._bin / "pg_isready", *asked]
        _wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, self._process, self.folder)

    def url(self, database: str) -> str:
        """The address of a database, over TCP."""
        return f"postgresql://tapwork@127.0.0.1:{self.port}/{database}"

    def socket_url(self, database: str) -> str:
        """The same over the socket, in libpq's form."""
        return f"postgresql://tapwork@/{database}?host={self.folder}&port={self.port}"

    def new_database(self, template: str = "template1") -> str:
        """Makes a database, a copy of the template, and returns its name."""
        name = f"test_{next(self._names)}"
        self.psql("postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    @contextlib.contextmanager
    def fresh_database(self, template: str = "template1") -> Iterator[str]:
        """The address of a new database, which is gone afterwards: nine megabytes, and a thousand tests."""
        name = self.new_database(template)
        yield self.url(name)
        self.psql("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def psql(self, database: str, statement: str) -> str:
        """Runs a statement and returns what it prints."""
        where: list[str | Path] = ["-h", self.folder, "-p", str(self.port), "-U", "tapwork", "-d", database]
        return _run(
            [self._bin / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", *where, "-c", statement], self.folder
        )

    def binary(self, name: str) -> Path:
        """A program that came with this PostgreSQL."""
        return self._bin / name

    def restart(self) -> None:
        """Ends all connections and starts anew, with the data."""
        self.stop()
        self.start()

    def stop(self, *, immediate: bool = True) -> None:
        """Stops it and keeps its data; immediate is as if the power went off, but for the disk."""
        how = signal.SIGQUIT if immediate else signal.SIGINT
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            os.kill(self._server_pid(), how)
        self._process.wait(STARTS_WITHIN_SECONDS)

    def kill(self) -> None:
        """Kills its main process without a warning."""
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            os.kill(self._server_pid(), signal.SIGKILL)
        self._process.wait(STARTS_WITHIN_SECONDS)

    def close(self) -> None:
        """Stops it and takes its data away."""
        self.stop()
        self._kept.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _server_pid(self) -> int:
        # Under runuser the server is a child of the process that was started.
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])


class RedisServer:
    """A Redis of one's own, in memory only, on a free port; ready once it was made."""

    def __init__(self) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            raise ServiceMissing("Redis is not installed here: apt-get install redis-server")
        self._binary = binary
        self.folder = Path(tempfile.mkdtemp(prefix="tapwork-redis-"))
        self._kept = KeptPort()
        self.port = self._kept.number
        self.start()

    def start(self) -> None:
        """Starts it, empty, and returns when it takes connections."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = _start([self._binary, *options, "--dir", self.folder], self.folder)
        _wait_until(lambda: _takes_connections(self.port), self._process, self.folder)

    def url(self, database: int = 0) -> str:
        """The address of one of its databases."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    def restart(self) -> None:
        """Ends all connections and starts anew, empty."""
        self.stop()
        self.start()

    def stop(self, *, immediate: bool = True) -> None:
        """Stops it."""
        self._process.send_signal(signal.SIGKILL if immediate else signal.SIGTERM)
        self._process.wait(STARTS_WITHIN_SECONDS)

    def kill(self) -> None:
        """Kills it without a warning."""
        self.stop(immediate=True)

    def close(self) -> None:
        """Stops it and takes its folder away."""
        self.stop()
        self._kept.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def postgres_running(*, waits_for_disk: bool = False) -> Iterator[PostgresServer]:
    """A PostgreSQL for as long as the block lasts; raises ServiceMissing."""
    with contextlib.closing(PostgresServer(waits_for_disk=waits_for_disk)) as server:
        yield server


@contextlib.contextmanager
def redis_running() -> Iterator[RedisServer]:
    """A Redis for as long as the block lasts; raises ServiceMissing."""
    with contextlib.closing(RedisServer()) as server:
        yield server


def _postgres_binaries() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: path.parts[-3])
    found = installed[-1] if installed else shutil.which("postgres")
    if found is None:
        raise ServiceMissing("PostgreSQL is not installed here: apt-get install postgresql")
    return Path(found).parent


def _memory() -> Path | None:
    """A file system in memory, if there is one with room: it makes the files of a database much faster."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES_MIN else None


def _takes_connections(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _start(command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, cwd=folder)


def _run(command: Sequence[str | Path], folder: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")
    return done.stdout


def _wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the server did not start: " + (folder / "log").read_text()[-2000:])
        time.sleep(0.02)
