"""A screen as a message of Telegram's, and what Telegram's answer to it says."""

from typing import Any

from aiogram.methods import SendDocument, SendMessage, SendPhoto, SendVoice
from aiogram.types import InlineKeyboardMarkup

from bot.channels.telegram_calls import Answered
from bot.channels.telegram_pictures import Media
from handlers.screens import MessageRef, Refused, RefusedWhy, Rows, Screen, Shown

NewMessage = SendMessage | SendPhoto | SendVoice | SendDocument


def new_message(chat: str, screen: Screen, media: Media | None = None, *, paid: bool = False) -> NewMessage:
    """The call that sends the screen; ``media`` is its picture, voice or document."""
    told: dict[str, Any] = {
        "chat_id": int(chat),
        "reply_markup": keyboard_of(screen.rows),
        "allow_paid_broadcast": paid or None,
    }
    if media is None:
        return SendMessage(text=screen.text, **told)
    told["caption"] = screen.text or None
    if screen.picture is not None:
        return SendPhoto(photo=media, **told)
    if screen.voice is not None:
        return SendVoice(voice=media, **told)
    return SendDocument(document=media, **told)


def shown(chat: str, screen: Screen, outcome: Answered | Refused) -> Shown | Refused:
    """What came of a new message with the screen."""
    if isinstance(outcome, Refused):
        return outcome
    message_id = outcome.result.get("message_id") if isinstance(outcome.result, dict) else None
    if message_id is None:
        return Refused(RefusedWhy.UNKNOWN, detail="the answer names no message")
    return Shown(MessageRef(chat, str(message_id), has_picture=screen.picture is not None))


def keyboard_of(rows: Rows) -> InlineKeyboardMarkup | None:
    """The buttons under a message."""
    if not rows:
        return None
    # Validating each button would cost more than all else that is done for a tap; ours need no check.
    return InlineKeyboardMarkup.model_construct(
        inline_keyboard=[
            [{"text": choice.label, "callback_data": choice.data} for choice in row] for row in rows
        ]
    )
