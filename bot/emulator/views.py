"""The world as `/sim` and the phone page show it."""

from __future__ import annotations

import itertools
from typing import Any

from bot.emulator.phone import Phones
from bot.emulator.service import Service
from bot.emulator.world import Change, Chat, Media, Message, Person, World

View = dict[str, Any]


def person_view(person: Person) -> View:
    return {name: getattr(person, name) for name in person.__slots__}


def media_view(media: Media) -> View:
    if media.file is None:
        return {"kind": media.kind, "latitude": media.latitude, "longitude": media.longitude}
    file = media.file
    return {
        "kind": media.kind, "path": f"/sim/files/{file.number}", "name": file.name,
        "mime_type": file.mime_type, "bytes": len(file.content), "width": file.width,
        "height": file.height, "duration": file.duration,
        "file_unique_id": file.unique_id,
    }  # fmt: skip


def message_view(message: Message) -> View:
    rows = (message.keyboard or {}).get("inline_keyboard", [])
    return {
        "message_id": message.message_id,
        "from": "bot" if message.from_bot else "person",
        "date": message.date,
        "text": message.words.text,
        "entities": message.words.entities,
        "media": media_view(message.media) if message.media else None,
        "buttons": rows,
        "reply_keyboard": message.reply_keyboard,
        "album": message.album,
        "reply_to": message.reply_to,
        "forwarded": message.forwarded_from is not None,
        "protected": message.protected,
        "reaction": message.reaction,
        "edits": message.edits,
        "version": message.version,
    }


def chat_view(world: World, chat: Chat, *, after_version: int = 0, limit: int = 50) -> View:
    """The newest messages, oldest first; only those changed since `after_version`."""
    newest = itertools.islice(chat.newest(), limit)
    messages = [message_view(message) for message in newest if message.version > after_version]
    return {
        "person": person_view(chat.person),
        "version": chat.version,
        "typing": chat.typing if chat.typing_until > world.clock.now() else "",
        "messages": messages[::-1],
    }


def phone_view(service: Service, phones: Phones, chat: Chat) -> View:
    """All that the phone page needs to draw one phone."""
    button = service.world.menu_buttons.get(chat.person.id) or service.world.menu_buttons.get(None)
    language = chat.person.language[:2]
    texts = service.world.texts
    return {
        **chat_view(service.world, chat, limit=200),
        "commands": phones.commands_for(chat.person),
        "menu_button": button or {"type": "default"},
        "bot": {
            "name": texts.get(("name", language)) or texts.get(("name", "")) or service.world.name,
            "username": service.world.username,
            "description": texts.get(("description", language)) or texts.get(("description", ""), ""),
        },
    }


def stats_view(service: Service) -> View:
    meter, webhook = service.meter, service.webhook
    return {
        "sends": meter.sent,
        "most_sends_in_a_second": meter.most_in_a_second,
        "refused_429": meter.refused,
        "calls": sum(service.calls.by_method.values()),
        "calls_by_method": dict(service.calls.by_method),
        "calls_by_status": dict(service.calls.by_status),
        "people": len(service.world.people),
        "updates_added": service.updates.added,
        "updates_pending": len(service.updates),
        "updates_expired": service.updates.expired,
        "webhook_deliveries": webhook.deliveries,
        "webhook_failures": webhook.failures,
    }


def change_view(change: Change) -> View:
    """One change for a watcher of the phones."""
    view: View = {"kind": change.kind, "person": change.person_id}
    for name, fact in change.facts.items():
        if isinstance(fact, Message):
            view[name] = message_view(fact)
        elif name == "call":
            view[name] = fact.json()
        else:
            view[name] = fact
    return view
