from __future__ import annotations

from datetime import timedelta

import pytest

from bot.emulator import Emulator
from bot.emulator.people import Actor, TelegramWorld
from tests.contract.emulator.clients import Client, keyboard, refusal
from tests.contract.emulator.conftest import opus, picture


async def test_knows_itself(client: Client) -> None:
    me = await client.call("get_me")
    assert (me.id, me.is_bot, me.username) == (42, True, "tapwork_demo_bot")


async def test_text_with_buttons_is_seen(client: Client, anna: Actor) -> None:
    sent = await client.call(
        "send_message", chat_id=anna.id, text="<b>Hello</b> &amp; 你好 🐱", parse_mode="HTML",
        reply_markup=keyboard(client, ["Cat", "Dog"], ["Skip"]),
    )  # fmt: skip
    assert sent.text == "Hello & 你好 🐱"
    assert [(each.type, each.offset, each.length) for each in sent.entities] == [("bold", 0, 5)]
    assert sent.from_user.is_bot
    card = await anna.sees("Hello", button="Cat")
    assert card.buttons == ["Cat", "Dog", "Skip"]
    assert card.message_id == sent.message_id


async def test_photo_comes_in_sizes_and_is_sent_again_by_id(client: Client, anna: Actor) -> None:
    content = picture(size=(1000, 700))
    sent = await client.call("send_photo", chat_id=anna.id, photo=client.upload(content), caption="One")
    widths = [size.width for size in sent.photo]
    assert widths == sorted(widths)
    assert widths[-1] == 1000
    again = await client.call("send_photo", chat_id=anna.id, photo=sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    assert await (await anna.sees(photo=True)).photo_bytes() == content
    assert await client.download(sent.photo[-1].file_id) == content
    assert len(await client.download(sent.photo[0].file_id)) < len(content)


async def test_album_document_voice_and_the_rest(client: Client, anna: Actor) -> None:
    album = await client.call(
        "send_media_group", chat_id=anna.id,
        media=[client.photo(picture("red"), caption="Red"), client.photo(picture("blue"))],
    )  # fmt: skip
    assert len({message.media_group_id for message in album}) == 1
    assert album[0].caption == "Red"
    document = await client.call("send_document", chat_id=anna.id, document=client.upload(b"a,b", "a.csv"))
    assert document.document.file_name == "a.csv"
    assert await client.download(document.document.file_id) == b"a,b"
    voice = await client.call(
        "send_voice", chat_id=anna.id, voice=client.upload(b"OggS", "v.ogg"), duration=3
    )
    assert voice.voice.duration in {3, timedelta(seconds=3)}
    assert await client.call("send_chat_action", chat_id=anna.id, action="typing")
    copied = await client.call(
        "copy_message", chat_id=anna.id, from_chat_id=anna.id, message_id=album[0].message_id, caption="Copy"
    )
    assert (await anna.sees("Copy", photo=True)).message_id == copied.message_id
    forwarded = await client.call(
        "forward_message", chat_id=anna.id, from_chat_id=anna.id, message_id=album[0].message_id
    )
    assert forwarded.forward_origin.type == "user"
    assert (await client.call("get_chat", chat_id=anna.id)).first_name == "Anna"
    assert await client.call("delete_message", chat_id=anna.id, message_id=copied.message_id)
    assert await client.call(
        "delete_messages", chat_id=anna.id, message_ids=[copied.message_id, voice.message_id]
    )


async def test_a_voice_note_of_a_person_goes_on_by_its_id(client: Client, anna: Actor) -> None:
    await anna.sends_voice(opus(seconds=7), duration_seconds=0, caption="Hear")
    await anna.sends_photo(picture(), caption="See")
    voice, photo = [update.message for update in (await client.call("get_updates"))[1:]]
    assert (voice.caption, photo.caption) == ("Hear", "See")
    assert voice.voice.duration in {7, timedelta(seconds=7)}
    again = await client.call(
        "send_voice", chat_id=anna.id, voice=voice.voice.file_id, caption="On",
        allow_paid_broadcast=True, reply_markup=keyboard(client, ["Seen"]),
    )  # fmt: skip
    assert again.voice.file_unique_id == voice.voice.file_unique_id
    assert (await anna.sees("On", button="Seen")).media == (await anna.chat())[1].media
    for method, file in (("send_voice", "voice"), ("send_document", "document")):
        upload = client.upload(b"OggS", "v.ogg")
        long = await refusal(client, method, chat_id=anna.id, caption="x" * 1025, **{file: upload})
        assert long.words == "message caption is too long"


async def test_the_length_of_an_uploaded_voice_note_is_read_from_it(client: Client, anna: Actor) -> None:
    for content, seconds in ((opus(seconds=4), 4), (b"OggS", 0), (b"ID3", 0)):
        sent = await client.call("send_voice", chat_id=anna.id, voice=client.upload(content, "v.ogg"))
        assert sent.voice.duration in {seconds, timedelta(seconds=seconds)}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": " \n "}, "message text is empty"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "<x>", "parse_mode": "HTML"},
            'can\'t parse entities: unsupported start tag "x" at byte offset 0',
        ),
        (
            {"text": "a.", "parse_mode": "MarkdownV2"},
            "can't parse entities: character '.' is reserved and must be escaped with the preceding '\\'",
        ),
        ({"text": "hi", "chat_id": 5}, "chat not found"),
    ],
)
async def test_texts_that_are_refused(
    client: Client, anna: Actor, params: dict[str, object], words: str
) -> None:
    refused = await refusal(client, "send_message", **{"chat_id": anna.id, **params})
    assert (refused.kind, refused.words) == ("bad_request", words)


async def test_4096_code_points_pass(client: Client, anna: Actor) -> None:
    sent = await client.call("send_message", chat_id=anna.id, text="🐱" * 4096)
    assert len(sent.text) == 4096
    long = await refusal(
        client, "send_photo", chat_id=anna.id, photo=client.upload(picture()), caption="x" * 1025
    )
    assert long.words == "message caption is too long"


async def test_callback_data_is_counted_in_bytes(client: Client, anna: Actor) -> None:
    def with_data(data: str) -> object:
        button = client.types.InlineKeyboardButton(text="A", callback_data=data)
        return client.types.InlineKeyboardMarkup(inline_keyboard=[[button]])

    await client.call("send_message", chat_id=anna.id, text="x", reply_markup=with_data("x" * 64))
    refused = await refusal(
        client, "send_message", chat_id=anna.id, text="x", reply_markup=with_data("猫" * 22)
    )
    assert refused.words == "button_data_invalid"


async def test_pictures_that_are_refused(client: Client, anna: Actor) -> None:
    async def words(content: bytes) -> str:
        return (await refusal(client, "send_photo", chat_id=anna.id, photo=client.upload(content))).words

    assert await words(b"no picture") == "image_process_failed"
    assert await words(picture()[:400]) == "image_process_failed"
    assert await words(picture(size=(2100, 100))) == "photo_invalid_dimensions"
    assert await words(picture(size=(9000, 1001), kind="PNG")) == "photo_invalid_dimensions"
    assert await words(b"x" * (10 * 1024 * 1024 + 1)) == "request entity too large"


async def test_file_ids_are_typed_and_belong_to_one_bot(client: Client, anna: Actor) -> None:
    document = await client.call("send_document", chat_id=anna.id, document=client.upload(picture(), "a.jpg"))
    other = await refusal(client, "send_photo", chat_id=anna.id, photo=document.document.file_id)
    assert other.words == "can't use file of type document as photo"
    wrong = await refusal(client, "send_photo", chat_id=anna.id, photo="nonsense")
    assert wrong.words.startswith("wrong remote file identifier specified")
    async with Emulator("43:OTHER") as foreign:
        stored = foreign.world.files.add("photo", picture(), name="a.jpg", mime_type="image/jpeg")
        file_id = foreign.world.files.file_id(stored, "x")
    foreign_id = await refusal(client, "send_photo", chat_id=anna.id, photo=file_id)
    assert foreign_id.words == "wrong file identifier/http url specified"


async def test_people_who_cannot_be_reached(client: Client, anna: Actor, world: TelegramWorld) -> None:
    never = await world.person("Never")
    refused = await refusal(client, "send_message", chat_id=never.id, text="hi")
    assert (refused.kind, refused.words) == (
        "forbidden",
        "forbidden: bot can't initiate conversation with a user",
    )
    await anna.blocks()
    refused = await refusal(client, "send_message", chat_id=anna.id, text="hi")
    assert refused.words == "forbidden: bot was blocked by the user"
    await anna.unblocks()
    await client.call("send_message", chat_id=anna.id, text="hi")
    await anna.deletes_account()
    refused = await refusal(client, "send_message", chat_id=anna.id, text="hi")
    assert refused.words == "forbidden: user is deactivated"


async def test_commands_and_names(client: Client, anna: Actor, emulator: Emulator) -> None:
    command = client.types.BotCommand
    await client.call("set_my_commands", commands=[command(command="start", description="Begin")])
    await client.call(
        "set_my_commands", commands=[command(command="start", description="开始")], language_code="zh"
    )
    assert (await client.call("get_my_commands", language_code="zh"))[0].description == "开始"
    person = emulator.world.people[anna.id]
    assert emulator.phones.commands_for(person)[0]["description"] == "Begin"
    person.language = "zh-hans"
    assert emulator.phones.commands_for(person)[0]["description"] == "开始"
    await client.call("delete_my_commands", language_code="zh")
    assert not await client.call("get_my_commands", language_code="zh")
    refused = await refusal(
        client, "set_my_commands", commands=[command(command="x" * 33, description="Begin")]
    )
    assert refused.words == "command length must not exceed 32"
    await client.call("set_my_description", description="We pay for labels")
    assert (await client.call("get_my_description")).description == "We pay for labels"
    await client.call("set_my_name", name="Tap")
    await client.call("set_my_short_description", short_description="Short")
    button = client.types.MenuButtonCommands()
    assert await client.call("set_chat_menu_button", menu_button=button)
    assert (await client.call("get_chat_menu_button")).type == "commands"
