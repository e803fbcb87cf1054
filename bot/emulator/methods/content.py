"""What the parameters say should stand in a message: words, keyboards, media."""

from __future__ import annotations

import re
from typing import Any

from bot.emulator.entities import RichText, utf16_length
from bot.emulator.errors import bad_request
from bot.emulator.files import StoredFile
from bot.emulator.html_text import parse_html
from bot.emulator.keyboards import Keyboard, check_inline_keyboard, check_reply_markup
from bot.emulator.markdown_text import parse_markdown
from bot.emulator.params import Params, Upload
from bot.emulator.service import Service
from bot.emulator.world import Chat, Message

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_RAW_BYTES = 32_768
MARKUP_COMPLAINT = "can't parse reply keyboard markup JSON object"


def rich_text(source: str, parse_mode: str, entities: Any) -> RichText:
    """Words with entities, by parse mode or as given."""
    mode = parse_mode.lower()
    if mode == "html":
        return parse_html(source).stripped()
    if mode == "markdownv2":
        return parse_markdown(source).stripped()
    if mode:
        raise bad_request("unsupported parse_mode")
    end = utf16_length(source)
    kept = [dict(entity) for entity in entities or [] if entity.get("offset", 0) < end]
    return RichText(source, kept).stripped()


def read_text(params: Params, *, editing: bool = False) -> RichText:
    source = params.text("text")
    if len(source.encode()) > LONGEST_RAW_BYTES:
        raise bad_request("text is too long")
    words = rich_text(source, params.text("parse_mode"), params.structure("entities"))
    if not words.text:
        raise bad_request("message text is empty")
    if len(words.text) > LONGEST_TEXT:
        raise bad_request("MESSAGE_TOO_LONG" if editing else "message is too long")
    return words


def read_caption(source: str, parse_mode: str, entities: Any, *, editing: bool = False) -> RichText:
    words = rich_text(source, parse_mode, entities)
    if len(words.text) > LONGEST_CAPTION:
        raise bad_request("MEDIA_CAPTION_TOO_LONG" if editing else "message caption is too long")
    return words


def caption_of(params: Params, *, editing: bool = False) -> RichText:
    entities = params.structure("caption_entities")
    return read_caption(params.text("caption"), params.text("parse_mode"), entities, editing=editing)


def keyboards_of(params: Params) -> tuple[Keyboard | None, Keyboard | None]:
    """For a send: the inline keyboard, and the other kind."""
    return check_reply_markup(params.structure("reply_markup", MARKUP_COMPLAINT))


def inline_keyboard_of(params: Params) -> Keyboard | None:
    """For an edit: leaving it out takes the old one away."""
    markup = params.structure("reply_markup", MARKUP_COMPLAINT)
    return None if markup is None else check_inline_keyboard(markup)


def reply_target(params: Params, chat: Chat) -> int | None:
    reply = params.structure("reply_parameters")
    if reply is None:
        target = params.number("reply_to_message_id")
        lenient = params.flag("allow_sending_without_reply")
    else:
        target = int(reply["message_id"])
        lenient = bool(reply.get("allow_sending_without_reply"))
    if target is not None and target not in chat.messages:
        if lenient:
            return None
        raise bad_request("message to be replied not found")
    return target


def find_upload(params: Params, name: str) -> Upload | None:
    """The uploaded part that a parameter means: `attach://part`, or a part of the parameter's own name."""
    value = params.text(name)
    if value.startswith("attach://"):
        part = value.removeprefix("attach://")
        if part not in params.uploads:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return params.uploads[part]
    return params.uploads.get(name)


def read_file(service: Service, params: Params, kind: str, *, name: str = "") -> StoredFile:
    """The file that a parameter names: an upload is stored, an id is looked up."""
    name = name or kind
    upload = find_upload(params, name)
    if upload is not None:
        return service.world.files.add(
            kind, upload.content, name=upload.name, mime_type=upload.mime_type,
            duration=params.number("duration") or 0,
        )  # fmt: skip
    file_id = params.text(name)
    if not file_id:
        raise bad_request(f"there is no {kind} in the request")
    if re.match(r"https?://", file_id):
        # The emulator fetches nothing from other servers; this is what a failed fetch looks like.
        raise bad_request("failed to get HTTP URL content")
    return service.world.files.to_send(kind, file_id)


def message_to_edit(service: Service, params: Params) -> tuple[Chat, Message]:
    chat = service.chat_of(params)
    service.check_alive(chat)
    message_id = params.number("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    forwarded = message.forwarded_from is not None
    if not message.from_bot or forwarded or message.reply_keyboard is not None:
        raise bad_request("message can't be edited")
    return chat, message
