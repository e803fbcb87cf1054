"""What the text of each setting says, or what is wrong with it.

Every wrong value is an InputError that names the setting, what is wrong with it, and an example.
"""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from bot.secret_key import MIN_KEY_CHARACTERS, Secret
from tasks.errors import InputError
from tasks.mistakes import Mistakes
from tasks.model.identifiers import AccountKey

T = TypeVar("T")

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
        self._mistakes = Mistakes()

    def text(self, name: str, default: str = "") -> str:
        """The value without spaces around it."""
        return self._values.get(name, "").strip() or default

    def read(self, setting: Callable[[Self], T]) -> T:
        """What that setting says; if it is wrong this is kept for ``refuse``, which must follow."""
        return self._mistakes.read(setting, self)

    def refuse(self) -> None:
        """Raises InputError with a line for each setting that is wrong, if there is any."""
        self._mistakes.refuse()


def wrong(name: str, fault: str, example: str) -> InputError:
    """The error to raise about a setting."""
    return InputError(f"{name} {fault}; write it like {name}={example}.")


def token(environment: Environment) -> Secret:
    text = environment.text("TAPWORK_BOT_TOKEN")
    if text and not _TOKEN.fullmatch(text):
        raise wrong("TAPWORK_BOT_TOKEN", "is not a token of @BotFather", "123456:ABC-DEF")
    return Secret(text)


def api(environment: Environment) -> str:
    url = environment.text("TAPWORK_BOT_API", TELEGRAM_API)
    _split("TAPWORK_BOT_API", url, TELEGRAM_API)
    return url.rstrip("/")


def database(environment: Environment) -> str:
    url = environment.text("TAPWORK_DATABASE", "sqlite:///tapwork.db")
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and (not rest.startswith("/") or rest.strip("/") in ("", ":memory:")):
        raise wrong("TAPWORK_DATABASE", "names no file", "sqlite:///tapwork.db")
    postgres = scheme in ("postgresql", "postgres")
    if scheme != "sqlite" and not (postgres and rest):
        fault = "names no server" if postgres else "must begin with sqlite:/// or postgresql://"
        raise wrong("TAPWORK_DATABASE", fault, "postgresql://tapwork@localhost/tapwork")
    return url


def redis(environment: Environment) -> str:
    url = environment.text("TAPWORK_REDIS")
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise wrong("TAPWORK_REDIS", "must begin with redis://", "redis://localhost:6379/0")
    return url


def media(environment: Environment) -> Path:
    folder = Path(environment.text("TAPWORK_MEDIA", "media"))
    if folder.exists() and not folder.is_dir():
        raise wrong("TAPWORK_MEDIA", f"is {folder}, which is no folder", "media/")
    return folder


def public_url(environment: Environment) -> str:
    url = environment.text("TAPWORK_PUBLIC_URL").rstrip("/")
    if url:
        example = "https://tapwork.example.org"
        parts = _split("TAPWORK_PUBLIC_URL", url, example)
        if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise wrong("TAPWORK_PUBLIC_URL", "must begin with https://", example)
    return url


def listen(environment: Environment) -> tuple[str, int]:
    match = _LISTEN.fullmatch(environment.text("TAPWORK_LISTEN", "127.0.0.1:8080"))
    if not match or int(match[2]) > MAX_PORT:
        raise wrong("TAPWORK_LISTEN", "is not an address with a port", "127.0.0.1:8080")
    return match[1].strip("[]"), int(match[2])


def webhook_secret(environment: Environment) -> Secret:
    secret = environment.text("TAPWORK_WEBHOOK_SECRET")
    if secret and not _WEBHOOK_SECRET.fullmatch(secret):
        raise wrong("TAPWORK_WEBHOOK_SECRET", "may have 1 to 256 of A-Z a-z 0-9 _ - only", "a-long-word")
    return Secret(secret)


def answer_in_reply(environment: Environment) -> bool:
    answer = environment.text("TAPWORK_ANSWER_PRESSES", "call")
    if answer not in ("call", "reply"):
        raise wrong("TAPWORK_ANSWER_PRESSES", f'is "{answer}", not call or reply', "call")
    return answer == "reply"


def supervisors(environment: Environment) -> frozenset[AccountKey]:
    parts = [part.strip() for part in environment.text("TAPWORK_SUPERVISORS").split(",")]
    ids = [part for part in parts if part]
    for part in ids:
        if not re.fullmatch(r"[1-9][0-9]{0,18}", part):
            fault = f'has "{part}", which is no Telegram id'
            raise wrong("TAPWORK_SUPERVISORS", fault, "123456789,987654321")
    return frozenset(AccountKey("telegram", part) for part in ids)


def time_zone(environment: Environment) -> str:
    name = environment.text("TAPWORK_TIME_ZONE", "UTC")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise wrong("TAPWORK_TIME_ZONE", f'is "{name}", which is no IANA name', "Asia/Shanghai") from error
    return name


def paid_broadcasts(environment: Environment) -> bool:
    paid = environment.text("TAPWORK_PAID_BROADCASTS", "no")
    if paid not in ("yes", "no"):
        raise wrong("TAPWORK_PAID_BROADCASTS", f'is "{paid}", not yes or no', "no")
    return paid == "yes"


def rate(environment: Environment) -> int:
    is_paid = environment.text("TAPWORK_PAID_BROADCASTS") == "yes"
    text = environment.text("TAPWORK_RATE", "1000" if is_paid else "30")
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= MAX_RATE:
        raise wrong("TAPWORK_RATE", f'is "{text}", not a whole number from 1 to {MAX_RATE}', "30")
    return int(text)


def secret_key(environment: Environment) -> Secret:
    key = environment.text("TAPWORK_SECRET_KEY")
    if key and len(key) < MIN_KEY_CHARACTERS:
        fault = f"is shorter than {MIN_KEY_CHARACTERS} characters"
        raise wrong("TAPWORK_SECRET_KEY", fault, "a-long-random-text, or leave it out and one is made")
    return Secret(key)


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
