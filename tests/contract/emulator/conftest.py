from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot.emulator import Emulator, Limits
from bot.emulator.people import Actor, TelegramWorld
from tests.contract.emulator.clients import AiogramClient, Client, PtbClient

TOKEN = "42:TEST"


@pytest.fixture
def emulator_limits() -> Limits:
    return Limits(chat_per_second=None)


@pytest.fixture
async def emulator(emulator_limits: Limits) -> AsyncIterator[Emulator]:
    async with Emulator(TOKEN, limits=emulator_limits) as running:
        yield running


@pytest.fixture(params=[AiogramClient, PtbClient], ids=lambda kind: kind.name)
async def client(
    request: pytest.FixtureRequest, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Client]:
    # python-telegram-bot warns about its own coming change of types unless the new ones are asked for.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    made: Client = request.param(emulator.base_url, TOKEN)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def world(emulator: Emulator) -> AsyncIterator[TelegramWorld]:
    async with TelegramWorld(emulator.base_url) as telegram:
        yield telegram


@pytest.fixture
async def anna(world: TelegramWorld) -> Actor:
    """Somebody who has started the bot, whose first words are confirmed already."""
    person = await world.person("Anna")
    await person.says("/start")
    return person


def picture(colour: str = "teal", size: tuple[int, int] = (400, 300), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def opus(*, seconds: int) -> bytes:
    """What a voice note looks like to who reads only its first and its last page; it holds no sound."""
    first = b"OggS\0\2" + bytes(8) + bytes(14) + b"OpusHead"
    last = b"OggS\0\4" + (seconds * 48_000).to_bytes(8, "little") + bytes(14)
    return first + last
