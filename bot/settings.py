"""The settings: one class per outside world, read once; the only reader of the environment.

Every wrong value is an InputError that names the setting, what is wrong with it, and an example.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo

from bot.secret_key import MIN_KEY_CHARACTERS, Secret, derive, find_or_make_key
from tasks.errors import InputError
from tasks.model.identifiers import AccountKey

TELEGRAM_API = "https://api.telegram.org"
MAX_RATE = 10_000
MAX_PORT = 65_535

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LISTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})")


class Environment:
    """Settings as texts; an empty one counts as not set."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        """The value without spaces around it."""
        return self._values.get(name, "").strip() or default


def wrong(name: str, fault: str, example: str) -> InputError:
    """The error to raise about a setting."""
    return InputError(f"{name} {fault}; write it like {name}={example}.")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """The bot's account at Telegram."""

    token: Secret
    """Empty if it is not set: not every command needs it."""
    api: str
    """Base address of the Bot API, without a slash at its end."""

    @classmethod
    def read(cls, environment: Environment) -> Self:
        """From TAPWORK_BOT_TOKEN and TAPWORK_BOT_API."""
        token = environment.text("TAPWORK_BOT_TOKEN")
        if token and not _TOKEN.fullmatch(token):
            raise wrong("TAPWORK_BOT_TOKEN", "is not a token of @BotFather", "123456:ABC-DEF")
        api = environment.text("TAPWORK_BOT_API", TELEGRAM_API)
        _split("TAPWORK_BOT_API", api, TELEGRAM_API)
        return cls(Secret(token), api.rstrip("/"))

    def require_token(self) -> str:
        """The token; raises InputError if it is not set."""
        if not self.token:
            raise InputError(
                "TAPWORK_BOT_TOKEN is not set; ask @BotFather on Telegram for a token, or try tapwork demo."
            )
        return self.token.reveal()


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where everything is kept."""

    url: str = field(repr=False)
    """May hold a password."""

    @classmethod
    def read(cls, environment: Environment) -> Self:
        """From TAPWORK_DATABASE."""
        url = environment.text("TAPWORK_DATABASE", "sqlite:///tapwork.db")
        scheme, _, rest = url.partition("://")
        if scheme == "sqlite" and (not rest.startswith("/") or rest.strip("/") in ("", ":memory:")):
            raise wrong("TAPWORK_DATABASE", "names no file", "sqlite:///tapwork.db")
        if scheme not in ("sqlite", "postgresql", "postgres") or not rest:
            raise wrong(
                "TAPWORK_DATABASE",
                "must begin with sqlite:/// or postgresql://",
                "postgresql://tapwork@localhost/tapwork",
            )
        return cls(url)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.url.startswith("sqlite:")

    @property
    def folder(self) -> Path:
        """The folder of the SQLite file; the working directory for PostgreSQL."""
        return Path(unquote(self.url.removeprefix("sqlite:///"))).parent if self.is_sqlite else Path()


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """What several processes share for speed; nothing in it is ever missed."""

    url: str = field(repr=False)
    """Empty: kept in memory, for one process."""

    @classmethod
    def read(cls, environment: Environment) -> Self:
        """From TAPWORK_REDIS."""
        url = environment.text("TAPWORK_REDIS")
        if url and not url.startswith(("redis://", "rediss://", "unix://")):
            raise wrong("TAPWORK_REDIS", "must begin with redis://", "redis://localhost:6379/0")
        return cls(url)


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """Where pictures are kept."""

    folder: Path

    @classmethod
    def read(cls, environment: Environment) -> Self:
        """From TAPWORK_MEDIA."""
        folder = Path(environment.text("TAPWORK_MEDIA", "media"))
        if folder.exists() and not folder.is_dir():
            raise wrong("TAPWORK_MEDIA", f"is {folder}, which is no folder", "media/")
        return cls(folder)


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the world reaches the bot."""

    public_url: str
    """Empty: long polling. No slash at its end."""
    host: str
    port: int
    given_secret: Secret
    """What Telegram must send along with each update, if it was set by hand."""
    answer_in_reply: bool
    """Presses are answered in the webhook's own reply, not by a call: one call less for each tap."""

    @classmethod
    def read(cls, environment: Environment) -> Self:
        """From TAPWORK_PUBLIC_URL, TAPWORK_LISTEN, TAPWORK_WEBHOOK_SECRET and TAPWORK_ANSWER_PRESSES."""
        public_url = environment.text("TAPWORK_PUBLIC_URL").rstrip("/")
        if public_url:
            example = "https://tapwork.example.org"
            parts = _split("TAPWORK_PUBLIC_URL", public_url, example)
            if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
                raise wrong("TAPWORK_PUBLIC_URL", "must begin with https://", example)
        listen = environment.text("TAPWORK_LISTEN", "127.0.0.1:8080")
        match = _LISTEN.fullmatch(listen)
        if not match or int(match[2]) > MAX_PORT:
            raise wrong("TAPWORK_LISTEN", "is not an address with a port", "127.0.0.1:8080")
        secret = environment.text("TAPWORK_WEBHOOK_SECRET")
        if secret and not _WEBHOOK_SECRET.fullmatch(secret):
            raise wrong("TAPWORK_WEBHOOK_SECRET", "may have 1 to 256 of A-Z a-z 0-9 _ - only", "a-long-word")
        answer = environment.text("TAPWORK_ANSWER_PRESSES", "call")
        if answer not in ("call", "reply"):
            raise wrong("TAPWORK_ANSWER_PRESSES", f'is "{answer}", not call or reply', "call")
        address = match[1].strip("[]"), int(match[2])
        return cls(public_url, *address, Secret(secret), answer_in_reply=answer == "reply")


@dataclass(frozen=True, slots=True)
class PeopleSettings:
    """Who may do what, and when their day ends."""

    supervisors: frozenset[AccountKey]
    """Supervisors of the whole programme from the start."""
    time_zone: str
    """IANA name; a new worker's *today* ends at midnight there."""

    @classmethod
    def read(cls, environment: Environment) -> Self:
        """From TAPWORK_SUPERVISORS and TAPWORK_TIME_ZONE."""
        parts = [part.strip() for part in environment.text("TAPWORK_SUPERVISORS").split(",")]
        ids = [part for part in parts if part]
        for part in ids:
            if not re.fullmatch(r"[1-9][0-9]{0,18}", part):
                raise wrong(
                    "TAPWORK_SUPERVISORS", f'has "{part}", which is no Telegram id', "123456789,987654321"
                )
        time_zone = environment.text("TAPWORK_TIME_ZONE", "UTC")
        try:
            ZoneInfo(time_zone)
        except (ValueError, OSError, LookupError) as error:
            raise wrong(
                "TAPWORK_TIME_ZONE", f'is "{time_zone}", which is no IANA name', "Asia/Shanghai"
            ) from error
        return cls(frozenset(AccountKey("telegram", part) for part in ids), time_zone)


@dataclass(frozen=True, slots=True)
class RateSettings:
    """How fast we may speak."""

    messages_per_second: int
    """Over all chats together."""
    paid_broadcasts: bool
    """Notices are sent as paid broadcasts, which Telegram takes faster, for a fee."""

    @classmethod
    def read(cls, environment: Environment) -> Self:
        """From TAPWORK_RATE and TAPWORK_PAID_BROADCASTS."""
        paid = environment.text("TAPWORK_PAID_BROADCASTS", "no")
        if paid not in ("yes", "no"):
            raise wrong("TAPWORK_PAID_BROADCASTS", f'is "{paid}", not yes or no', "no")
        text = environment.text("TAPWORK_RATE", "1000" if paid == "yes" else "30")
        if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= MAX_RATE:
            raise wrong("TAPWORK_RATE", f'is "{text}", not a whole number from 1 to {MAX_RATE}', "30")
        return cls(int(text), paid_broadcasts=paid == "yes")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process."""

    telegram: TelegramSettings
    database: DatabaseSettings
    redis: RedisSettings
    media: MediaSettings
    web: WebSettings
    people: PeopleSettings
    rate: RateSettings
    given_key: Secret
    """TAPWORK_SECRET_KEY, if it was set."""

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Self:
        """From those values, or from the environment. Raises InputError."""
        environment = Environment(os.environ if values is None else values)
        key = environment.text("TAPWORK_SECRET_KEY")
        if key and len(key) < MIN_KEY_CHARACTERS:
            fault = f"is shorter than {MIN_KEY_CHARACTERS} characters"
            raise wrong("TAPWORK_SECRET_KEY", fault, "a-long-random-text, or leave it out and one is made")
        return cls(
            TelegramSettings.read(environment),
            DatabaseSettings.read(environment),
            RedisSettings.read(environment),
            MediaSettings.read(environment),
            WebSettings.read(environment),
            PeopleSettings.read(environment),
            RateSettings.read(environment),
            Secret(key),
        )

    def secret_key(self) -> Secret:
        """The key that was set, or the one beside the database, which the first caller makes."""
        return self.given_key or find_or_make_key(self.database.folder / "tapwork.key")

    def webhook_secret(self) -> Secret:
        """What Telegram must send along; the same in every process that has the same key."""
        return self.web.given_secret or derive(self.secret_key(), "webhook")


def _split(name: str, url: str, example: str) -> SplitResult:
    """The parts of a base address."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # Reading it raises ValueError if it is none.
    except ValueError as error:
        raise wrong(name, "is not an address", example) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise wrong(name, "is not an address that begins with https://", example)
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
