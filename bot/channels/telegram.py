"""Telegram as a channel: a screen becomes an edit of the pressed message, or a message of its own."""

import asyncio
from collections.abc import Mapping

import structlog
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
)
from aiogram.types import FSInputFile, InputMediaPhoto

from bot.channels.last_cards import LastCards
from bot.channels.telegram_calls import Answered, TelegramCalls
from bot.channels.telegram_errors import is_not_editable, is_not_modified, is_press_old
from bot.channels.telegram_messages import keyboard_of, new_message, shown
from bot.channels.telegram_pictures import Media, TelegramPictures, media_in
from bot.channels.telegram_updates import CHANNEL
from bot.keyed_lock import KeyedLock
from handlers.labels import TOAST_MAX
from handlers.screens import (
    Attachment,
    Document,
    Event,
    MessageRef,
    Refused,
    RefusedWhy,
    Rows,
    Screen,
    Shown,
    Slot,
)
from tasks.model.identifiers import AccountKey

log = structlog.get_logger(__name__)

SHOW_SECONDS_MAX = 40.0
"""Telegram gives a webhook 60 seconds for everything; so much of it may go into one screen."""
UPLOAD_SECONDS_MAX = 20
DOCUMENT_SECONDS_MAX = int(SHOW_SECONDS_MAX)
"""A document may be big, and its upload may take all the time that there is."""

Outcome = Answered | Refused


class TelegramChannel:
    """Implements ``Channel``. Texts leave as they are: no markup, so nothing to escape."""

    name = CHANNEL

    def __init__(self, calls: TelegramCalls, pictures: TelegramPictures) -> None:
        self._calls = calls
        self._pictures = pictures
        self._editing = KeyedLock()
        self._cards = LastCards()

    async def show(self, person: AccountKey, screen: Screen, *, at: MessageRef | None) -> Shown | Refused:
        try:
            async with asyncio.timeout(SHOW_SECONDS_MAX):
                return await self._show(person, screen, at)
        except TimeoutError:
            return Refused(RefusedWhy.UNKNOWN, detail="it took too long")
        except FileNotFoundError as error:
            log.error("file missing", error=str(error))  # noqa: TRY400 - the sentence says all
            return Refused(RefusedWhy.BAD, detail="the file is missing")

    async def answer(self, event: Event, toast: str, *, alert: bool) -> None:
        if not event.press_id:
            return
        method = _answer_to_press(event, toast, alert=alert)
        outcome = await self._calls.at_once(method)
        if isinstance(outcome, Refused) and not is_press_old(outcome):
            log.warning("press not answered", why=outcome.why, detail=outcome.detail[:200])

    async def set_buttons(self, at: MessageRef, rows: Rows) -> None:
        method = EditMessageReplyMarkup(
            chat_id=int(at.chat), message_id=int(at.message), reply_markup=keyboard_of(rows)
        )
        try:
            async with asyncio.timeout(SHOW_SECONDS_MAX), self._editing.hold((at.chat, at.message)):
                self._cards.note(at, None)
                outcome = await self._paced_edit(at, method)
        except TimeoutError:
            outcome = Refused(RefusedWhy.UNKNOWN, detail="it took too long")
        if isinstance(outcome, Refused) and not (is_not_modified(outcome) or is_not_editable(outcome)):
            log.info("buttons not changed", why=outcome.why, detail=outcome.detail[:200])

    async def keep_attachment(self, attachment: Attachment) -> None:
        """Remembers what Telegram calls a person's photo or voice note, so that it can be sent on."""
        await self._pictures.keep(attachment)

    async def _show(self, person: AccountKey, screen: Screen, at: MessageRef | None) -> Shown | Refused:
        if at is not None and screen.slot is not Slot.NOTE:
            if _can_become(at, screen):
                outcome = await self._turn_into(at, screen)
                if not (isinstance(outcome, Refused) and is_not_editable(outcome)):
                    return outcome
            elif at.has_picture and screen.slot is Slot.WORK:
                # A picture cannot become a text: the old card keeps its picture and loses its buttons.
                await self.set_buttons(at, ())
        return await self._send(person.external_id, screen)

    async def _turn_into(self, at: MessageRef, screen: Screen) -> Shown | Refused:
        """Edits of one message go one after another: of two at once, Telegram would drop the older one."""
        here = Shown(MessageRef(at.chat, at.message, has_picture=screen.picture is not None))
        async with self._editing.hold((at.chat, at.message)):
            if self._cards.stands(at, screen):
                return here
            self._cards.note(at, None)
            outcome = await self._edit(at, screen)
            if isinstance(outcome, Refused) and not is_not_modified(outcome):
                return outcome
            self._cards.note(at, screen)
        return here

    async def _edit(self, at: MessageRef, screen: Screen) -> Outcome:
        chat_id, message_id, keyboard = int(at.chat), int(at.message), keyboard_of(screen.rows)
        if screen.picture is None:
            return await self._paced_edit(
                at,
                EditMessageText(
                    text=screen.text, chat_id=chat_id, message_id=message_id, reply_markup=keyboard
                ),
            )

        async def edit(media: Media) -> Outcome:
            photo = InputMediaPhoto(media=media, caption=screen.text or None)
            method = EditMessageMedia(
                media=photo, chat_id=chat_id, message_id=message_id, reply_markup=keyboard
            )
            return await self._paced_edit(at, method)

        return await self._pictures.call_with(screen, edit)

    async def _paced_edit(
        self, at: MessageRef, method: EditMessageText | EditMessageMedia | EditMessageReplyMarkup
    ) -> Outcome:
        timeout = UPLOAD_SECONDS_MAX if isinstance(method, EditMessageMedia) else None
        return await self._calls.paced(method, chat=at.chat, repeatable=True, timeout_seconds=timeout)

    async def _send(self, chat: str, screen: Screen) -> Shown | Refused:
        async def send(media: Media | None = None) -> Outcome:
            return await self._calls.paced(
                new_message(chat, screen, media),
                chat=chat,
                repeatable=False,
                timeout_seconds=_seconds_max(screen),
            )

        if screen.document is not None:
            return shown(chat, screen, await send(await _read_document(screen.document)))
        if media_in(screen) is None:
            return shown(chat, screen, await send())
        return shown(chat, screen, await self._pictures.call_with(screen, send))


def answer_in_reply(event: Event, toast: str, alert: bool) -> Mapping[str, object] | None:  # noqa: FBT001
    """The answer to a press as Telegram carries it out from a webhook's reply; its outcome is never told."""
    if not event.press_id:
        return None
    method = _answer_to_press(event, toast, alert=alert)
    return {"method": method.__api_method__, **method.model_dump(exclude_none=True)}


def _answer_to_press(event: Event, toast: str, *, alert: bool) -> AnswerCallbackQuery:
    return AnswerCallbackQuery(
        callback_query_id=event.press_id,
        text=toast[:TOAST_MAX] or None,
        show_alert=alert or None,
    )


def _can_become(at: MessageRef, screen: Screen) -> bool:
    """A picture may become another picture and a text another text; voice and document are always new."""
    if screen.voice is not None or screen.document is not None:
        return False
    return at.has_picture == (screen.picture is not None)


def _seconds_max(screen: Screen) -> int | None:
    """How long sending it may take; None is what a text takes."""
    if screen.document is not None:
        return DOCUMENT_SECONDS_MAX
    return None if media_in(screen) is None else UPLOAD_SECONDS_MAX


async def _read_document(document: Document) -> FSInputFile:
    if not await asyncio.to_thread(document.path.is_file):
        raise FileNotFoundError(document.path)
    return FSInputFile(document.path, filename=document.name)
