from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.emulator import Emulator
from bot.emulator.people import Actor, Refused, TelegramWorld
from tests.contract.emulator.clients import Client, keyboard, refusal
from tests.contract.emulator.conftest import picture

EPOCH = datetime.fromtimestamp(0, UTC)
TOO_OLD = "query is too old and response timeout expired or query id is invalid"


async def drained(client: Client) -> int:
    """Confirm what is there; the offset that follows."""
    updates = await client.call("get_updates")
    return updates[-1].update_id + 1


async def ask(client: Client, anna: Actor) -> int:
    buttons = keyboard(client, ["🐱 Cat", "Dog"])
    sent = await client.call("send_message", chat_id=anna.id, text="What is it?", reply_markup=buttons)
    return sent.message_id


async def test_a_press_is_answered_once(client: Client, anna: Actor) -> None:
    offset = await drained(client)
    message_id = await ask(client, anna)
    tapping = asyncio.create_task(anna.taps("Cat"))
    (update,) = await client.call("get_updates", offset=offset, timeout=5)
    query = update.callback_query
    assert (query.data, query.from_user.id, query.message.message_id) == ("🐱 cat", anna.id, message_id)
    assert query.chat_instance
    assert await client.call("answer_callback_query", callback_query_id=query.id, text="+¥0.05")
    assert await tapping == "+¥0.05"
    refused = await refusal(client, "answer_callback_query", callback_query_id=query.id)
    assert refused.words == TOO_OLD
    assert [toast["text"] for toast in await anna.toasts()] == ["+¥0.05"]


async def test_an_old_press_is_neither_delivered_nor_answered(
    client: Client, anna: Actor, world: TelegramWorld
) -> None:
    offset = await drained(client)
    await ask(client, anna)
    await anna.presses_without_waiting(label="Dog")
    await anna.says("hello?")
    (query_id,) = [
        update.callback_query.id
        for update in await client.call("get_updates", offset=offset)
        if update.callback_query
    ]
    await world.advance(151)
    updates = await client.call("get_updates", offset=offset)
    assert [bool(update.message) for update in updates] == [True]
    assert (await refusal(client, "answer_callback_query", callback_query_id=query_id)).words == TOO_OLD


async def test_forged_presses_reach_the_bot(client: Client, anna: Actor, world: TelegramWorld) -> None:
    offset = await drained(client)
    message_id = await ask(client, anna)
    boris = await world.person("Boris")
    card = await anna.sees(button="Cat")
    await anna.presses_without_waiting(on=card, label="Cat", as_person=boris)
    await anna.presses_without_waiting(on=card, data="choose:999")
    await client.call("delete_message", chat_id=anna.id, message_id=message_id)
    await anna.presses_without_waiting(on=card, data="late")
    first, second, third = [
        update.callback_query for update in await client.call("get_updates", offset=offset)
    ]
    assert (first.from_user.id, first.message.chat.id) == (boris.id, anna.id)
    assert second.data == "choose:999"
    assert third.message.message_id == message_id
    assert third.message.date in {0, EPOCH}
    with pytest.raises(Refused):
        await anna.taps("Cow")


async def test_toast_too_long(client: Client, anna: Actor) -> None:
    refused = await refusal(client, "answer_callback_query", callback_query_id="1", text="x" * 201)
    assert refused.words == "message_too_long"


async def test_what_people_send_parses(client: Client, anna: Actor, emulator: Emulator) -> None:
    offset = await drained(client)
    await anna.says("/start abc https://example.org/x")
    await anna.sends_photo(picture(), caption="my cat")
    await anna.sends_voice(b"OggS", duration_seconds=4)
    await anna.sends_document(b"x", name="a.txt")
    await anna.sends_location(30.5, 114.3)
    messages = [update.message for update in await client.call("get_updates", offset=offset)]
    text, photo, voice, document, location = messages
    assert [entity.type for entity in text.entities] == ["bot_command", "url"]
    assert photo.caption == "my cat"
    assert await client.download(photo.photo[-1].file_id) == picture()
    assert voice.voice.file_id
    assert document.document.file_name == "a.txt"
    assert location.location.latitude == 30.5
