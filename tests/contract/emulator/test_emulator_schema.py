"""Nothing that the emulator says may have a field that the published schema does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import aiogram.types
import aiohttp
import pytest
from pydantic import BaseModel

from bot.emulator import Emulator
from bot.emulator.people import Actor, TelegramWorld
from tests.contract.emulator.clients import AiogramClient
from tests.contract.emulator.conftest import picture


def unknown_fields(model: Any, path: str = "") -> Iterator[str]:
    if isinstance(model, BaseModel):
        yield from (f"{path}.{name}" for name in model.model_extra or {})
        for name in type(model).model_fields:
            yield from unknown_fields(getattr(model, name), f"{path}.{name}")
    elif isinstance(model, list | tuple):
        for item in model:
            yield from unknown_fields(item, f"{path}[]")


@pytest.fixture
async def aiogram_client(emulator: Emulator) -> Any:
    client = AiogramClient(emulator.base_url, emulator.token)
    yield client
    await client.close()


async def test_updates_have_known_fields_only(emulator: Emulator, anna: Actor, world: TelegramWorld) -> None:
    await anna.sends_photo(picture(), caption="cat")
    await anna.sends_voice(b"OggS")
    await anna.sends_document(b"x")
    await anna.sends_location(1, 2)
    card = (await anna.chat())[0]
    await anna.presses_without_waiting(on=card, data="x")
    other = await world.person("Boris", username="boris")
    await anna.presses_without_waiting(on=card, data="x", as_person=other)
    await anna.blocks()
    url = f"{emulator.base_url}/bot{emulator.token}/getUpdates"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        updates = (await response.json())["result"]
    assert len(updates) == 8
    for raw in updates:
        update = aiogram.types.Update.model_validate(raw)
        assert list(unknown_fields(update)) == []
        assert update.event_type in raw


async def test_answers_have_known_fields_only(aiogram_client: AiogramClient, anna: Actor) -> None:
    call = aiogram_client.call
    photo = await call("send_photo", chat_id=anna.id, photo=aiogram_client.upload(picture()))
    reply = aiogram.types.ReplyParameters(message_id=photo.message_id)
    answers = [
        photo,
        await call("send_message", chat_id=anna.id, text="x", reply_parameters=reply, protect_content=True),
        await call("send_document", chat_id=anna.id, document=aiogram_client.upload(b"x")),
        await call("forward_message", chat_id=anna.id, from_chat_id=anna.id, message_id=photo.message_id),
        await call("get_me"),
        await call("get_chat", chat_id=anna.id),
        await call("get_file", file_id=photo.photo[0].file_id),
        await call("get_webhook_info"),
    ]
    assert [list(unknown_fields(answer)) for answer in answers] == [[]] * len(answers)
    assert answers[1].reply_to_message.message_id == photo.message_id
    assert answers[1].has_protected_content
