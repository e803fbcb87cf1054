from __future__ import annotations

import asyncio

import pytest

from bot.emulator import Emulator, Limits
from bot.emulator.people import Actor, TelegramWorld
from tests.contract.emulator.clients import Client, keyboard, refusal
from tests.contract.emulator.conftest import picture
from tests.waiting import until_told

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)


async def test_edit_shows_and_a_second_one_changes_nothing(client: Client, anna: Actor) -> None:
    buttons = keyboard(client, ["Yes"])
    sent = await client.call("send_message", chat_id=anna.id, text="One", reply_markup=buttons)
    edit = {"chat_id": anna.id, "message_id": sent.message_id, "text": "Two", "reply_markup": buttons}
    edited = await client.call("edit_message_text", **edit)
    assert edited.text == "Two"
    assert edited.edit_date
    assert (await anna.sees("Two")).edits == 1
    assert (await refusal(client, "edit_message_text", **edit)).words == NOT_MODIFIED


async def test_leaving_the_keyboard_out_takes_it_away(client: Client, anna: Actor) -> None:
    sent = await client.call(
        "send_message", chat_id=anna.id, text="One", reply_markup=keyboard(client, ["Yes"])
    )
    edited = await client.call("edit_message_text", chat_id=anna.id, message_id=sent.message_id, text="Two")
    assert edited.reply_markup is None
    buttons = keyboard(client, ["No"])
    again = await client.call(
        "edit_message_reply_markup", chat_id=anna.id, message_id=sent.message_id, reply_markup=buttons
    )
    assert again.reply_markup.inline_keyboard[0][0].text == "No"


async def test_edits_that_do_not_fit_are_refused(client: Client, anna: Actor) -> None:
    text = await client.call("send_message", chat_id=anna.id, text="One")
    photo = await client.call("send_photo", chat_id=anna.id, photo=client.upload(picture()), caption="One")

    async def words(method: str, message_id: int, **params: object) -> str:
        refused = await refusal(client, method, chat_id=anna.id, message_id=message_id, **params)
        return refused.words

    assert await words("edit_message_text", 999_999, text="x") == "message to edit not found"
    assert (
        await words("edit_message_text", photo.message_id, text="x")
        == "there is no text in the message to edit"
    )
    assert await words("edit_message_caption", text.message_id, caption="x") == (
        "there is no caption in the message to edit"
    )
    assert await words("edit_message_text", text.message_id, text="x" * 4097) == "message_too_long"
    assert (
        await words("edit_message_caption", photo.message_id, caption="x" * 1025) == "media_caption_too_long"
    )
    own = (await anna.chat())[0]
    assert await words("edit_message_text", own.message_id, text="x") == "message can't be edited"
    assert await words("delete_message", 999_999) == "message to delete not found"


async def test_media_is_edited_in_place_by_upload_and_by_id(client: Client, anna: Actor) -> None:
    sent = await client.call(
        "send_photo", chat_id=anna.id, photo=client.upload(picture("red")), caption="Red"
    )
    place = {"chat_id": anna.id, "message_id": sent.message_id}
    blue = picture("blue")
    edited = await client.call("edit_message_media", **place, media=client.photo(blue, "Blue"))
    assert edited.caption == "Blue"
    assert await (await anna.sees("Blue")).photo_bytes() == blue
    first_id = sent.photo[-1].file_id
    again = await client.call("edit_message_media", **place, media=client.photo(first_id, "Red"))
    assert again.photo[-1].file_id == first_id
    refused = await refusal(client, "edit_message_media", **place, media=client.photo(first_id, "Red"))
    assert refused.words == NOT_MODIFIED


@pytest.mark.parametrize("emulator_limits", [Limits(chat_per_second=None, media_edit_seconds=2.0)])
async def test_two_media_edits_at_once_cancel_the_older(
    client: Client, anna: Actor, emulator: Emulator
) -> None:
    sent = await client.call("send_photo", chat_id=anna.id, photo=client.upload(picture()))
    place = {"chat_id": anna.id, "message_id": sent.message_id}
    red, blue = client.photo(picture("red")), client.photo(picture("blue"))

    async def is_under_way() -> bool:
        return emulator.world.chats[anna.id].messages[sent.message_id].media_edit is not None

    older = asyncio.create_task(refusal(client, "edit_message_media", **place, media=red))
    await until_told(is_under_way)
    assert await client.call("edit_message_media", **place, media=blue)
    assert (await older).words == "canceled by new edit message request"


async def test_old_messages_stay(client: Client, anna: Actor, world: TelegramWorld) -> None:
    sent = await client.call("send_message", chat_id=anna.id, text="One")
    await world.advance(48 * 3600 + 1)
    refused = await refusal(client, "delete_message", chat_id=anna.id, message_id=sent.message_id)
    assert refused.words == "message can't be deleted for everyone"
    await client.call("edit_message_text", chat_id=anna.id, message_id=sent.message_id, text="Two")
