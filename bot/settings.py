"""The settings: one class per outside world, read once; the only reader of the environment.

All wrong values are told at once: an InputError with a line for each, which names the setting, what is wrong
with it, and an example.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from bot import setting_values
from bot.secret_key import Secret, derive, find_or_make_key
from bot.setting_values import Environment
from tasks.errors import InputError
from tasks.model.identifiers import AccountKey


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
        return cls(environment.read(setting_values.token), environment.read(setting_values.api))

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
        return cls(environment.read(setting_values.database))

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
        return cls(environment.read(setting_values.redis))


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """Where pictures are kept."""

    folder: Path

    @classmethod
    def read(cls, environment: Environment) -> Self:
        """From TAPWORK_MEDIA."""
        return cls(environment.read(setting_values.media))


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the world reaches the bot."""

    public_url: str
    """Empty: long polling. No slash at its end."""
    listen: tuple[str, int]
    """Host and port."""
    given_secret: Secret
    """What Telegram must send along with each update, if it was set by hand."""
    answer_in_reply: bool
    """Presses are answered in the webhook's own reply, not by a call: one call less for each tap."""

    @classmethod
    def read(cls, environment: Environment) -> Self:
        """From TAPWORK_PUBLIC_URL, TAPWORK_LISTEN, TAPWORK_WEBHOOK_SECRET and TAPWORK_ANSWER_PRESSES."""
        return cls(
            environment.read(setting_values.public_url),
            environment.read(setting_values.listen),
            environment.read(setting_values.webhook_secret),
            answer_in_reply=environment.read(setting_values.answer_in_reply),
        )

    @property
    def host(self) -> str:
        """Where it listens; an address of IPv6 has no brackets."""
        return self.listen[0]

    @property
    def port(self) -> int:
        """0: any that is free."""
        return self.listen[1]


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
        return cls(environment.read(setting_values.supervisors), environment.read(setting_values.time_zone))


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
        return cls(
            environment.read(setting_values.rate),
            paid_broadcasts=environment.read(setting_values.paid_broadcasts),
        )


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
        """From those values, or from the environment. Raises InputError with all that is wrong."""
        environment = Environment(os.environ if values is None else values)
        settings = cls(
            TelegramSettings.read(environment),
            DatabaseSettings.read(environment),
            RedisSettings.read(environment),
            MediaSettings.read(environment),
            WebSettings.read(environment),
            PeopleSettings.read(environment),
            RateSettings.read(environment),
            environment.read(setting_values.secret_key),
        )
        environment.refuse()
        return settings

    def secret_key(self) -> Secret:
        """The key that was set, or the one beside the database, which the first caller makes."""
        return self.given_key or find_or_make_key(self.database.folder / "tapwork.key")

    def webhook_secret(self) -> Secret:
        """What Telegram must send along; the same in every process that has the same key."""
        return self.web.given_secret or derive(self.secret_key(), "webhook")
