"""The log: one JSON object a line, or coloured lines on a terminal; no token, name or message."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import structlog

# What a bot token looks like, wherever it comes from: in the address of a call, or in an exception's text.
TOKEN = re.compile(r"(?<!\d)\d{5,20}:[A-Za-z0-9_-]{30,}")
MASK = "<secret>"


class MaskSecrets:
    """A processor that masks bot tokens and the given secrets in every value of a line, however deep."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted((re.escape(secret) for secret in secrets if secret), key=len, reverse=True)
        self._pattern = re.compile("|".join([*known, TOKEN.pattern]))

    def __call__(
        self, _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        return {key: self._mask(value) for key, value in event.items()}

    def _mask(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._pattern.sub(MASK, value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {self._mask(key): self._mask(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._mask(inner) for inner in value]
        return self._pattern.sub(MASK, str(value))


def set_up_logging(*, level: str = "INFO", secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Sends our own lines and those of the libraries to standard error, or to the given stream."""
    target = stream or sys.stderr
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                MaskSecrets(secrets),
                _renderer(target),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These libraries repeat at INFO what our own lines and figures say already.
    for noisy in ("aiohttp.access", "aiogram", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _renderer(target: TextIO) -> structlog.typing.Processor:
    if target.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(ensure_ascii=False)
