"""tapwork doctor, before a Bot API that answers as it should, and one that does not."""

import contextlib
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.journeys.test_command_line import Tapwork, tapwork

__all__ = ["tapwork"]

ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Tapwork","username":"tapwork_bot"}}'
UNAUTHORIZED = b'{"ok":false,"error_code":401,"description":"Unauthorized"}'


@contextlib.contextmanager
def bot_api(*, seconds_ahead: float = 0) -> Iterator[str]:
    """A server that knows one token, 1:right, and has a clock of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = "/bot1:right/" in self.path
            self.send_response(200 if known else 401)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(ME if known else UNAUTHORIZED)

        def do_POST(self) -> None:
            self.do_GET()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate((timestamp or time.time()) + seconds_ahead, usegmt=True)

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_all_is_well(tapwork: Tapwork):
    with bot_api() as api:
        said = tapwork("doctor", TAPWORK_BOT_TOKEN="1:right", TAPWORK_BOT_API=api, TAPWORK_PUBLIC_URL=api)
    assert (said.code, "WRONG" in said.out) == (0, False), said
    assert "the bot is @tapwork_bot" in said.out


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"TAPWORK_BOT_TOKEN": "1:left"}, "Telegram does not know TAPWORK_BOT_TOKEN"),
        ({"TAPWORK_REDIS": "redis://127.0.0.1:1/0"}, "Redis does not answer"),
        ({"TAPWORK_PUBLIC_URL": "http://127.0.0.1:1"}, "does not answer"),
        ({"TAPWORK_MEDIA": "/proc/media"}, "cannot be written"),
        ({"TAPWORK_DATABASE": "postgresql://127.0.0.1:1/tapwork"}, "does not answer"),
    ],
)
def test_one_thing_is_wrong(tapwork: Tapwork, settings, says):
    with bot_api() as api:
        said = tapwork("doctor", **{"TAPWORK_BOT_TOKEN": "1:right", "TAPWORK_BOT_API": api} | settings)
    wrong = [line for line in said.out.splitlines() if "WRONG" in line]
    assert (said.code, len(wrong)) == (1, 1), said
    assert says in wrong[0]


def test_a_clock_that_is_wrong(tapwork: Tapwork):
    with bot_api(seconds_ahead=120) as api:
        said = tapwork("doctor", TAPWORK_BOT_TOKEN="1:right", TAPWORK_BOT_API=api)
    assert "The clock is -1" in said.out
    assert said.code == 1
