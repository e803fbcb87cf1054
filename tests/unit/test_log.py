import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.log import set_up_logging

TOKEN = "4242424242:AAtest-token-that-is-long-enough-0000000"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    kept = io.StringIO()
    set_up_logging(stream=kept, secrets=["hush"])
    yield kept
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_lines_are_json_and_secrets_are_masked_wherever_they_appear(stream: io.StringIO) -> None:
    log = structlog.get_logger("bot.test")
    with structlog.contextvars.bound_contextvars(update="ab12"):
        log.info("called", url=f"https://x/bot{TOKEN}/getMe", deep={"a": [f"say {TOKEN}"]}, key="hush!")
    try:
        int(f"/bot{TOKEN}/getMe")
    except ValueError:
        log.exception("failed")
    logging.getLogger("library").warning("line with %s", TOKEN)
    written = stream.getvalue()
    assert TOKEN not in written
    assert "hush" not in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert len(lines) == 3
    assert lines[0]["update"] == "ab12"
    assert "ValueError" in lines[1]["exception"]
    assert lines[2]["event"] == "line with <secret>"
