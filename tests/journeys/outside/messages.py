"""What people see: chats, their messages, and what sending and editing does to them."""

import asyncio
import hashlib
import io
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from PIL import Image

from tests.journeys.outside.manners import Manners, Refusal

SENT_AT = 1_790_000_000
BOT = {"id": 4242, "is_bot": True, "first_name": "Bot", "username": "outside_bot"}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
KINDS = ("photo", "voice", "document")
Params = dict[str, Any]


@dataclass
class Chat:
    """What one person sees, and the server knows of her."""

    person: dict[str, Any]
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    toasts: dict[str, str] = field(default_factory=dict)
    blocked: bool = False
    tokens: float = 0.0
    refilled: float = 0.0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    last_id: int = 10

    @property
    def card(self) -> Params:
        """The chat as it stands in updates and messages."""
        return {"id": self.person["id"], "type": "private", "first_name": self.person["first_name"]}


class Messages:
    """All messages and pictures of the server."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self.files: dict[str, bytes] = {}
        self.uploads: Counter[str] = Counter()
        """How many files came as bytes, by kind; those that came by their file_id are not counted."""

    def shown(self, chat: Chat, message_id: int) -> Params:
        """A message as the server gives it out."""
        return self._manners.dress({k: v for k, v in chat.messages[message_id].items() if k != "file_id"})

    def send(self, params: Params, chat: Chat) -> Params:
        kind = next((kind for kind in KINDS if kind in params), "")
        file_id = self._file(params, params[kind], kind) if kind else None
        chat.last_id += 1
        message = {"message_id": chat.last_id, "from": BOT, "chat": chat.card, "date": SENT_AT}
        chat.messages[chat.last_id] = message | self._content(params, file_id, kind)
        return self.shown(chat, chat.last_id)

    def edit(self, params: Params, chat: Chat) -> Params:
        if not params.get("message_id"):
            raise Refusal(400, "Bad Request: message identifier is not specified")
        old = chat.messages.get(int(params["message_id"]))
        if old is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        if "media" in params:
            media = params["media"]
            new = self._content({**params, **media}, self._file(params, media["media"], "photo"), "photo")
        elif "text" in params:
            if "text" not in old:
                raise Refusal(400, "Bad Request: there is no text in the message to edit")
            new = self._content(params)
        elif "caption" in params:
            kind = next((kind for kind in KINDS if kind in old), "")
            if not kind:
                raise Refusal(400, "Bad Request: there is no caption in the message to edit")
            new = self._content(params, old["file_id"], kind)
        else:
            kept = {k: old[k] for k in ("text", "caption", *KINDS, "file_id") if k in old}
            new = kept | _markup(params)
        fixed = {k: old[k] for k in ("message_id", "from", "chat", "date")}
        if fixed | new == {k: v for k, v in old.items() if k != "edit_date"}:
            raise Refusal(400, NOT_MODIFIED)
        chat.messages[old["message_id"]] = fixed | new | {"edit_date": SENT_AT + 1}
        return self.shown(chat, old["message_id"])

    def delete(self, params: Params, chat: Chat) -> bool:
        if chat.messages.pop(int(params["message_id"]), None) is None:
            raise Refusal(400, "Bad Request: message to delete not found")
        return True

    def _content(self, params: Params, file_id: str | None = None, kind: str = "photo") -> Params:
        name, longest = ("text", 4096) if file_id is None else ("caption", 1024)
        text = _plain(str(params.get(name, "")), params.get("parse_mode"))
        if name == "text" and not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text) > longest:
            raise Refusal(400, f"Bad Request: message {'is' if name == 'text' else 'caption is'} too long")
        content: Params = ({name: text} if text else {}) | _markup(params)
        if file_id is not None and kind != "photo":
            content |= {"file_id": file_id, kind: {"file_id": file_id, "file_unique_id": file_id[:9]}}
        elif file_id is not None:
            sizes: list[Params] = [
                {"file_id": file_id, "file_unique_id": file_id[:9], "width": 90 * 2**i, "height": 90 * 2**i}
                for i in range(self._manners.photo_sizes)
            ]
            content |= {"file_id": file_id, "photo": sizes}
        return content

    def _file(self, params: Params, given: Any, kind: str) -> str:
        if isinstance(given, str) and given.startswith("attach://"):
            given = params.get(given.removeprefix("attach://"))
        if isinstance(given, str) and given in self.files:
            return given
        if not isinstance(given, bytes):
            raise Refusal(
                400, "Bad Request: wrong remote file identifier specified: Wrong character in the string"
            )
        if kind == "photo":
            try:
                Image.open(io.BytesIO(given)).load()
            except OSError:
                raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED") from None
        self.uploads[kind] += 1
        file_id = "OUT" + hashlib.sha256(given).hexdigest()[:40] + str(len(self.files))
        self.files[file_id] = given
        return file_id


class _Tags(HTMLParser):
    """What a text says; refuses tags that Telegram does not know."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, _attrs: Any) -> None:
        if tag not in {
            "b",
            "strong",
            "i",
            "em",
            "u",
            "ins",
            "s",
            "del",
            "code",
            "pre",
            "a",
            "blockquote",
            "tg-spoiler",
        }:
            raise Refusal(
                400, f'Bad Request: can\'t parse entities: unsupported start tag "{tag}" at byte offset 0'
            )

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def _plain(text: str, parse_mode: str | None) -> str:
    if not parse_mode:
        return text
    tags = _Tags()
    tags.feed(text)
    return "".join(tags.said)


def _markup(params: Params) -> Params:
    markup = params.get("reply_markup")
    if not markup:
        return {}
    for button in (b for row in markup.get("inline_keyboard", []) for b in row):
        if not button.get("text"):
            raise Refusal(400, "Bad Request: inline keyboard button text must be non-empty")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        if not button.keys() & {"callback_data", "url", "web_app", "copy_text"}:
            raise Refusal(
                400,
                "Bad Request: can't parse inline keyboard button: "
                "Text buttons are unallowed in the inline keyboard",
            )
    return {"reply_markup": markup} if markup.get("inline_keyboard") else {}
