"""The world in the words of the Bot API: what goes out as JSON."""

from __future__ import annotations

from typing import Any

from bot.emulator.files import file_json, photo_json
from bot.emulator.world import Chat, Media, Message, Person, Query, World

Json = dict[str, Any]


def bot_json(world: World) -> Json:
    return {"id": world.bot_id, "is_bot": True, "first_name": world.name, "username": world.username}


def user_json(person: Person) -> Json:
    user: Json = {"id": person.id, "is_bot": False, "first_name": person.name}
    if person.last_name:
        user["last_name"] = person.last_name
    if person.username:
        user["username"] = person.username
    if person.language:
        user["language_code"] = person.language
    return user


def chat_json(person: Person) -> Json:
    chat = user_json(person)
    del chat["is_bot"]
    chat.pop("language_code", None)
    return {**chat, "type": "private"}


def message_json(world: World, message: Message, *, with_reply: bool = True) -> Json:
    chat = world.chats[message.chat_id]
    author = bot_json(world) if message.from_bot else user_json(chat.person)
    out: Json = {
        "message_id": message.message_id,
        "from": author,
        "chat": chat_json(chat.person),
        "date": message.date,
    }
    if message.forwarded_from is not None:
        first = world.people.get(message.forwarded_from)
        sender = user_json(first) if first else bot_json(world)
        out["forward_origin"] = {"type": "user", "date": message.date, "sender_user": sender}
    if message.edit_date:
        out["edit_date"] = message.edit_date
    if with_reply and message.reply_to in chat.messages:
        replied = chat.messages[message.reply_to]
        out["reply_to_message"] = message_json(world, replied, with_reply=False)
    if message.album:
        out["media_group_id"] = message.album
    if message.protected:
        out["has_protected_content"] = True
    out.update(_content_json(world, message))
    if message.keyboard:
        out["reply_markup"] = message.keyboard
    return out


def _content_json(world: World, message: Message) -> Json:
    words, media = message.words, message.media
    if media is None:
        return {"text": words.text, **({"entities": words.entities} if words.entities else {})}
    out = _media_json(world, media)
    if words.text:
        out["caption"] = words.text
    if words.entities:
        out["caption_entities"] = words.entities
    return out


def _media_json(world: World, media: Media) -> Json:
    stored = media.file
    if stored is None:
        return {"location": {"latitude": media.latitude, "longitude": media.longitude}}
    if media.kind == "photo":
        return {"photo": photo_json(world.files, stored)}
    facts: Json = {**file_json(world.files, stored), "mime_type": stored.mime_type}
    if media.kind == "voice":
        return {"voice": {**facts, "duration": stored.duration}}
    return {"document": {**facts, "file_name": stored.name}}


def query_json(world: World, query: Query) -> Json:
    """A press as the bot gets it; a message that is gone comes as an inaccessible one."""
    chat: Chat = world.chats[query.chat_id]
    message = chat.messages.get(query.message_id)
    shown = (
        message_json(world, message)
        if message
        else {"chat": chat_json(chat.person), "message_id": query.message_id, "date": 0}
    )
    return {
        "id": query.id,
        "from": user_json(world.people[query.person_id]),
        "message": shown,
        "chat_instance": chat.instance,
        "data": query.data,
    }


def membership_json(world: World, person: Person, *, blocked: bool) -> Json:
    """The update for blocking and unblocking."""
    member: Json = {"user": bot_json(world), "status": "member"}
    kicked: Json = {"user": bot_json(world), "status": "kicked", "until_date": 0}
    return {
        "chat": chat_json(person),
        "from": user_json(person),
        "date": world.clock.seconds(),
        "old_chat_member": member if blocked else kicked,
        "new_chat_member": kicked if blocked else member,
    }
