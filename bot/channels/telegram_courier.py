"""Notices at Telegram: each call is one try, for whoever calls has waited for the turn."""

import structlog
from aiogram.methods import DeleteMessage, EditMessageCaption, EditMessageText

from bot.channels.telegram_calls import Answered, TelegramCalls
from bot.channels.telegram_errors import (
    is_handle_dead,
    is_message_gone,
    is_not_modified,
    is_other_kind,
)
from bot.channels.telegram_messages import new_message, shown
from bot.channels.telegram_pictures import Media, TelegramPictures, media_in
from handlers.screens import MessageRef, Refused, RefusedWhy, Screen, Shown
from tasks.model.identifiers import AccountKey, MediaId

log = structlog.get_logger(__name__)

UPLOAD_SECONDS_MAX = 20
DEAD_HANDLE_RETRY_SECONDS = 1.0


class TelegramCourier:
    """Implements ``Courier``. What our own storage raises is raised before anything has left."""

    def __init__(self, calls: TelegramCalls, pictures: TelegramPictures, *, paid: bool = False) -> None:
        """With ``paid`` Telegram takes more than its free messages a second, for Stars."""
        self._calls = calls
        self._pictures = pictures
        self._paid = paid

    async def is_ready(self, screen: Screen) -> bool:
        media_id = media_in(screen)
        return media_id is None or await self._pictures.find_handle(media_id) is not None

    async def bring(self, person: AccountKey, screen: Screen) -> Shown | Refused:
        chat, media_id = person.external_id, media_in(screen)
        if media_id is None:
            outcome = await self._calls.once(new_message(chat, screen, paid=self._paid))
        else:
            handle = await self._pictures.find_handle(media_id)
            if handle is None:
                outcome = await self._upload(chat, screen, media_id)
            else:
                outcome = await self._send(chat, screen, handle)
                if isinstance(outcome, Refused) and is_handle_dead(outcome):
                    await self._pictures.forget_handle(media_id, handle)
                    return Refused(RefusedWhy.NOT_REACHED, DEAD_HANDLE_RETRY_SECONDS, outcome.detail)
        return shown(chat, screen, outcome)

    async def take_back(self, at: MessageRef, text: str) -> Shown | Refused:
        outcome = await self._calls.once(DeleteMessage(chat_id=int(at.chat), message_id=int(at.message)))
        if isinstance(outcome, Answered) or is_message_gone(outcome):
            return Shown(at)
        if outcome.why is not RefusedWhy.BAD:
            return outcome
        # Too old to be deleted: it stays, with other words.
        return await self._blank(at, text)

    async def _upload(self, chat: str, screen: Screen, media_id: MediaId) -> Answered | Refused:
        try:
            file = await self._pictures.read(screen)
        except FileNotFoundError as error:
            log.error("file missing", error=str(error))  # noqa: TRY400 - the sentence says all
            what = "picture" if screen.picture is not None else "voice"
            return Refused(RefusedWhy.BAD, detail=f"the {what}'s file is missing")
        outcome = await self._send(chat, screen, file)
        if isinstance(outcome, Answered):
            try:
                await self._pictures.keep_handle(media_id, outcome.result)
            except Exception:
                # She has it: a handle that is not kept costs one more upload, a failure one more message.
                log.exception("handle not kept")
        return outcome

    async def _send(self, chat: str, screen: Screen, media: Media) -> Answered | Refused:
        return await self._calls.once(
            new_message(chat, screen, media, paid=self._paid), timeout_seconds=UPLOAD_SECONDS_MAX
        )

    async def _blank(self, at: MessageRef, text: str) -> Shown | Refused:
        """Turns the message into the text, and takes its buttons away."""
        outcome = await self._calls.once(_edit(at, text, has_caption=at.has_picture))
        if isinstance(outcome, Refused) and is_other_kind(outcome):
            # A voice note has a caption as well; nothing but this refusal says that it is one.
            outcome = await self._calls.once(_edit(at, text, has_caption=not at.has_picture))
        if isinstance(outcome, Answered) or is_not_modified(outcome) or is_message_gone(outcome):
            return Shown(at)
        return outcome


def _edit(at: MessageRef, text: str, *, has_caption: bool) -> EditMessageCaption | EditMessageText:
    if has_caption:
        return EditMessageCaption(chat_id=int(at.chat), message_id=int(at.message), caption=text)
    return EditMessageText(chat_id=int(at.chat), message_id=int(at.message), text=text)
