import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.secret_key import find_or_make_key
from bot.settings import Settings
from tasks.errors import InputError
from tasks.model.identifiers import AccountKey


def test_nothing_set():
    settings = Settings.read({})
    assert settings.telegram.api == "https://api.telegram.org"
    assert settings.database.url == "sqlite:///tapwork.db"
    assert (settings.redis.url, settings.media.folder) == ("", Path("media"))
    assert (settings.web.public_url, settings.web.host, settings.web.port) == ("", "127.0.0.1", 8080)
    assert (settings.rate.messages_per_second, settings.people.time_zone) == (30, "UTC")
    with pytest.raises(InputError, match="TAPWORK_BOT_TOKEN is not set"):
        settings.telegram.require_token()


def test_everything_set():
    settings = Settings.read(
        {
            "TAPWORK_BOT_TOKEN": " 12:abc ",
            "TAPWORK_BOT_API": "http://127.0.0.1:9999/",
            "TAPWORK_DATABASE": "postgresql://me@/tapwork?host=/run/postgresql",
            "TAPWORK_REDIS": "redis://localhost:6379/0",
            "TAPWORK_PUBLIC_URL": "https://tapwork.example.org/bot/",
            "TAPWORK_LISTEN": "[::1]:0",
            "TAPWORK_WEBHOOK_SECRET": "very-secret",
            "TAPWORK_SUPERVISORS": "1, 22,",
            "TAPWORK_RATE": "1000",
            "TAPWORK_TIME_ZONE": "Asia/Shanghai",
        }
    )
    assert settings.telegram.require_token() == "12:abc"
    assert settings.telegram.api == "http://127.0.0.1:9999"
    assert settings.web.public_url == "https://tapwork.example.org/bot"
    assert (settings.web.host, settings.web.port) == ("::1", 0)
    assert settings.webhook_secret().reveal() == "very-secret"
    assert settings.people.supervisors == {AccountKey("telegram", "1"), AccountKey("telegram", "22")}
    assert not settings.database.is_sqlite


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TAPWORK_BOT_TOKEN", "abc"),
        ("TAPWORK_BOT_API", "api.telegram.org"),
        ("TAPWORK_BOT_API", "http://host:port"),
        ("TAPWORK_DATABASE", "mysql://localhost/x"),
        ("TAPWORK_DATABASE", "sqlite://"),
        ("TAPWORK_DATABASE", "sqlite:///:memory:"),
        ("TAPWORK_DATABASE", "tapwork.db"),
        ("TAPWORK_REDIS", "localhost:6379"),
        ("TAPWORK_MEDIA", __file__),
        ("TAPWORK_PUBLIC_URL", "http://tapwork.example.org"),
        ("TAPWORK_PUBLIC_URL", "tapwork.example.org"),
        ("TAPWORK_LISTEN", "8080"),
        ("TAPWORK_LISTEN", "127.0.0.1:99999"),
        ("TAPWORK_WEBHOOK_SECRET", "with spaces"),
        ("TAPWORK_SUPERVISORS", "12,@anna"),
        ("TAPWORK_SUPERVISORS", "-5"),
        ("TAPWORK_RATE", "fast"),
        ("TAPWORK_RATE", "0"),
        ("TAPWORK_RATE", "2.5"),
        ("TAPWORK_SECRET_KEY", "short"),
        ("TAPWORK_TIME_ZONE", "Beijing"),
        ("TAPWORK_TIME_ZONE", "../../etc/passwd"),
    ],
)
def test_a_wrong_value_is_one_sentence_with_an_example(name, value):
    with pytest.raises(InputError) as caught:
        Settings.read({name: value})
    assert str(caught.value).startswith(name)
    assert f"write it like {name}=" in str(caught.value)


def test_all_wrong_values_are_told_at_once():
    wrong = {
        "TAPWORK_BOT_TOKEN": "abc",
        "TAPWORK_BOT_API": "api.telegram.org",
        "TAPWORK_DATABASE": "tapwork.db",
        "TAPWORK_REDIS": "localhost:6379",
        "TAPWORK_MEDIA": __file__,
        "TAPWORK_PUBLIC_URL": "tapwork.example.org",
        "TAPWORK_LISTEN": "8080",
        "TAPWORK_WEBHOOK_SECRET": "with spaces",
        "TAPWORK_ANSWER_PRESSES": "never",
        "TAPWORK_SUPERVISORS": "-5",
        "TAPWORK_TIME_ZONE": "Beijing",
        "TAPWORK_RATE": "fast",
        "TAPWORK_PAID_BROADCASTS": "perhaps",
        "TAPWORK_SECRET_KEY": "short",
    }
    with pytest.raises(InputError) as caught:
        Settings.read(wrong)
    assert [line.split()[0] for line in str(caught.value).split("\n")] == list(wrong)


@pytest.mark.parametrize("url", ["postgresql://", "postgres://"])
def test_a_beginning_that_is_right_is_not_called_wrong(url):
    with pytest.raises(InputError, match="names no server") as caught:
        Settings.read({"TAPWORK_DATABASE": url})
    assert "must begin" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080"])
def test_on_loopback_plain_http_will_do(url):
    assert Settings.read({"TAPWORK_PUBLIC_URL": url}).web.public_url == url


def test_secrets_are_not_shown():
    settings = Settings.read(
        {
            "TAPWORK_BOT_TOKEN": "12:hush",
            "TAPWORK_DATABASE": "postgresql://me:hush@host/x",
            "TAPWORK_REDIS": "redis://:hush@host",
            "TAPWORK_WEBHOOK_SECRET": "hush",
            "TAPWORK_SECRET_KEY": "hush" * 8,
        }
    )
    assert "hush" not in f"{settings!r} {settings} {settings.webhook_secret()}"


def test_many_starts_at_once_make_one_key(tmp_path):
    path = tmp_path / "tapwork.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: find_or_make_key(path).reveal(), range(32)))
    assert len(keys) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["tapwork.key"]


def test_the_webhook_secret_survives_a_restart(tmp_path):
    values = {"TAPWORK_DATABASE": f"sqlite:///{tmp_path}/tapwork.db"}
    first, second = (Settings.read(values).webhook_secret().reveal() for _ in range(2))
    assert first == second
    assert (tmp_path / "tapwork.key").exists()


def test_a_key_that_cannot_be_made_is_told(tmp_path):
    with pytest.raises(InputError, match="TAPWORK_SECRET_KEY"):
        find_or_make_key(tmp_path / "nowhere" / "tapwork.key")
