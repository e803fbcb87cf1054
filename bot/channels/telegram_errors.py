"""What Telegram's refusals mean for us. Matched on a stable part of the text, whatever its case."""

from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from handlers.screens import Refused, RefusedWhy

UNKNOWN_BOT_SENTENCE = (
    "Telegram does not know this bot token. Copy it again from @BotFather into TAPWORK_BOT_TOKEN, "
    "then run `tapwork doctor`."
)
UNKNOWN_BOT_RETRY_SECONDS = 60.0
NOT_REACHED_RETRY_SECONDS = 10.0

_GONE = (
    "user is deactivated",
    "chat not found",
    "user not found",
    "can't initiate conversation",
    "peer_id_invalid",
    "can't send messages to",
)
_NOT_MODIFIED = ("message is not modified", "canceled by new edit message request")
_NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message media can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message",
    "there is no caption in the message",
)
_HANDLE_DEAD = (
    "wrong file identifier",
    "wrong remote file identifier",
    "wrong file_id",
    "can't use file of type",
    "file_reference_expired",
)
_MESSAGE_GONE = ("message to delete not found", "message to edit not found", "message_id_invalid")
_OTHER_KIND = ("there is no text in the message", "there is no caption in the message")
_PRESS_OLD = ("query is too old", "query id is invalid", "query_id_invalid")


def refusal(error: Exception) -> Refused:
    """The failure of a call as the conversation's side understands it."""
    detail = str(getattr(error, "message", error))
    why, retry_after = _why(error, detail)
    return Refused(why, retry_after, detail)


def _why(error: Exception, detail: str) -> tuple[RefusedWhy, float]:
    match error:
        case TelegramRetryAfter():
            reading = RefusedWhy.RATE, float(error.retry_after)
        case TelegramUnauthorizedError() | TelegramNotFound():
            # Nothing was sent, and it will work again once the token is right.
            reading = RefusedWhy.NOT_REACHED, UNKNOWN_BOT_RETRY_SECONDS
        case TelegramForbiddenError() | TelegramBadRequest() if _says(detail, _GONE):
            reading = RefusedWhy.GONE, 0.0
        case TelegramForbiddenError():
            reading = RefusedWhy.BLOCKED, 0.0
        case TelegramBadRequest() | TelegramMigrateToChat() | TelegramEntityTooLarge():
            reading = RefusedWhy.BAD, 0.0
        case _ if never_left(error):
            reading = RefusedWhy.NOT_REACHED, NOT_REACHED_RETRY_SECONDS
        case _:
            reading = RefusedWhy.UNKNOWN, 0.0
    return reading


def never_left(error: BaseException) -> bool:
    """True if no connection came about, so that Telegram cannot have done anything."""
    return isinstance(error.__cause__, ClientConnectorError)


def is_not_modified(refused: Refused) -> bool:
    """The message is already what it should become, or a newer edit has overtaken this one."""
    return _says(refused.detail, _NOT_MODIFIED)


def is_not_editable(refused: Refused) -> bool:
    """That message cannot become the screen; a new one can."""
    return refused.why is RefusedWhy.BAD and _says(refused.detail, _NOT_EDITABLE)


def is_handle_dead(refused: Refused) -> bool:
    """The picture must be uploaded anew."""
    return refused.why is RefusedWhy.BAD and _says(refused.detail, _HANDLE_DEAD)


def is_message_gone(refused: Refused) -> bool:
    """The message is no longer there, so that there is nothing to take back."""
    return refused.why is RefusedWhy.BAD and _says(refused.detail, _MESSAGE_GONE)


def is_other_kind(refused: Refused) -> bool:
    """The message has no text, or no caption: it is the other kind of message."""
    return refused.why is RefusedWhy.BAD and _says(refused.detail, _OTHER_KIND)


def is_press_old(refused: Refused) -> bool:
    """The press can no longer be answered, or was answered already."""
    return _says(refused.detail, _PRESS_OLD)


def _says(detail: str, parts: tuple[str, ...]) -> bool:
    lowered = detail.lower()
    return any(part in lowered for part in parts)
