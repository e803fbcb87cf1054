"""Telegram as a channel: a screen becomes an edit of the pressed message, or a message of its own."""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Mapping
from typing import Self

import structlog
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    SendMessage,
    SendPhoto,
)
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, InputMediaPhoto

from bot.channels.telegram_calls import Answered, TelegramCalls
from bot.channels.telegram_errors import is_handle_dead, is_not_editable, is_not_modified, is_press_old
from bot.channels.telegram_pictures import TelegramPictures
from bot.channels.telegram_updates import CHANNEL
from bot.keyed_lock import KeyedLock
from bot.pacing import Lane
from handlers.screens import (
    Caps,
    Event,
    MessageRef,
    Refused,
    RefusedWhy,
    Screen,
    Shown,
    Slot,
)
from tasks.model.identifiers import AccountKey, ImageId

log = structlog.get_logger(__name__)

SHOW_SECONDS_MAX = 40.0
"""Telegram gives a webhook 60 seconds for everything; so much of it may go into one screen."""
UPLOAD_SECONDS_MAX = 20
TOAST_LENGTH_MAX = 200

Outcome = Answered | Refused
Media = str | BufferedInputFile


class TelegramChannel:
    """Implements ``Channel``. Texts leave as they are: no markup, so nothing to escape."""

    name = CHANNEL
    caps = Caps(choices_max=100, label_length_max=64, data_bytes_max=64, edit=True, picture_with_choices=True)

    def __init__(self, calls: TelegramCalls, pictures: TelegramPictures) -> None:
        self._calls = calls
        self._pictures = pictures
        self._editing = KeyedLock()
        self._lane = Lane.ANSWERS

    def for_notices(self) -> Self:
        """The same channel in the lane of those who wait for the limit over all chats."""
        slower = copy.copy(self)
        slower._lane = Lane.NOTICES  # noqa: SLF001 - its own copy
        return slower

    async def show(self, person: AccountKey, screen: Screen, *, at: MessageRef | None) -> Shown | Refused:
        try:
            async with asyncio.timeout(SHOW_SECONDS_MAX):
                return await self._show(person, screen, at)
        except TimeoutError:
            return Refused(RefusedWhy.UNKNOWN, detail="it took too long")
        except FileNotFoundError as error:
            log.error("picture missing", error=str(error))  # noqa: TRY400 - the sentence says all
            return Refused(RefusedWhy.BAD, detail="the picture's file is missing")

    async def answer(self, event: Event, toast: str, *, alert: bool) -> None:
        if not event.press_id:
            return
        method = _answer_to_press(event, toast, alert=alert)
        outcome = await self._calls.at_once(method)
        if isinstance(outcome, Refused) and not is_press_old(outcome):
            log.warning("press not answered", why=outcome.why, detail=outcome.detail[:200])

    async def _show(self, person: AccountKey, screen: Screen, at: MessageRef | None) -> Shown | Refused:
        if at is not None and screen.slot is not Slot.NOTE:
            if at.has_picture == (screen.picture is not None):
                outcome = await self._turn_into(at, screen)
                if not (isinstance(outcome, Refused) and is_not_editable(outcome)):
                    return outcome
            elif at.has_picture and screen.slot is Slot.WORK:
                await self._put_away(at)
        return await self._send(person.external_id, screen)

    async def _turn_into(self, at: MessageRef, screen: Screen) -> Shown | Refused:
        """Edits of one message go one after another: of two at once, Telegram would drop the older one."""
        async with self._editing.hold((at.chat, at.message)):
            outcome = await self._edit(at, screen)
        if isinstance(outcome, Answered) or is_not_modified(outcome):
            return Shown(MessageRef(at.chat, at.message, has_picture=screen.picture is not None))
        return outcome

    async def _edit(self, at: MessageRef, screen: Screen) -> Outcome:
        chat_id, message_id, keyboard = int(at.chat), int(at.message), _keyboard(screen)
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

        return await self._with_picture(screen.picture, edit)

    async def _paced_edit(
        self, at: MessageRef, method: EditMessageText | EditMessageMedia | EditMessageReplyMarkup
    ) -> Outcome:
        timeout = UPLOAD_SECONDS_MAX if isinstance(method, EditMessageMedia) else None
        return await self._calls.paced(method, chat=at.chat, repeatable=True, timeout_seconds=timeout)

    async def _put_away(self, card: MessageRef) -> None:
        """A picture cannot become a text: the old card keeps its picture and loses its buttons."""
        async with self._editing.hold((card.chat, card.message)):
            method = EditMessageReplyMarkup(chat_id=int(card.chat), message_id=int(card.message))
            outcome = await self._paced_edit(card, method)
        if isinstance(outcome, Refused) and not (is_not_modified(outcome) or is_not_editable(outcome)):
            log.info("old card kept its buttons", why=outcome.why, detail=outcome.detail[:200])

    async def _send(self, chat: str, screen: Screen) -> Shown | Refused:
        keyboard = _keyboard(screen)
        if screen.picture is None:
            method = SendMessage(chat_id=int(chat), text=screen.text, reply_markup=keyboard)
            outcome = await self._paced_send(chat, method)
        else:

            async def send(media: Media) -> Outcome:
                photo = SendPhoto(
                    chat_id=int(chat), photo=media, caption=screen.text or None, reply_markup=keyboard
                )
                return await self._paced_send(chat, photo, timeout_seconds=UPLOAD_SECONDS_MAX)

            outcome = await self._with_picture(screen.picture, send)
        if isinstance(outcome, Refused):
            return outcome
        message_id = outcome.result.get("message_id") if isinstance(outcome.result, dict) else None
        if message_id is None:
            return Refused(RefusedWhy.UNKNOWN, detail="the answer names no message")
        return Shown(MessageRef(chat, str(message_id), has_picture=screen.picture is not None))

    async def _paced_send(
        self, chat: str, method: SendMessage | SendPhoto, timeout_seconds: int | None = None
    ) -> Outcome:
        if self._lane is Lane.NOTICES:
            return await self._calls.paced_notice(method, chat=chat, timeout_seconds=timeout_seconds)
        return await self._calls.paced(method, chat=chat, repeatable=False, timeout_seconds=timeout_seconds)

    async def _with_picture(self, image_id: ImageId, call: Callable[[Media], Awaitable[Outcome]]) -> Outcome:
        """Makes the call with the picture's handle; uploads the picture if there is none that works."""
        handle = await self._pictures.find_handle(image_id)
        if handle is not None:
            outcome = await call(handle)
            if not (isinstance(outcome, Refused) and is_handle_dead(outcome)):
                return outcome
            await self._pictures.forget_handle(image_id, handle)
        async with self._pictures.upload_turn(image_id):
            handle = await self._pictures.find_handle(image_id)
            if handle is None:
                outcome = await call(await self._pictures.read(image_id))
                if isinstance(outcome, Answered):
                    await self._pictures.keep_handle(image_id, outcome.result)
                return outcome
        # Somebody else uploaded it while this caller waited.
        return await call(handle)


def answer_in_reply(event: Event, toast: str, alert: bool) -> Mapping[str, object] | None:  # noqa: FBT001
    """The answer to a press as Telegram carries it out from a webhook's reply; its outcome is never told."""
    if not event.press_id:
        return None
    method = _answer_to_press(event, toast, alert=alert)
    return {"method": method.__api_method__, **method.model_dump(exclude_none=True)}


def _answer_to_press(event: Event, toast: str, *, alert: bool) -> AnswerCallbackQuery:
    return AnswerCallbackQuery(
        callback_query_id=event.press_id,
        text=toast[:TOAST_LENGTH_MAX] or None,
        show_alert=alert or None,
    )


def _keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    if not screen.rows:
        return None
    # Validating each button would cost more than all else that is done for a tap; ours need no check.
    return InlineKeyboardMarkup.model_construct(
        inline_keyboard=[
            [{"text": choice.label, "callback_data": choice.data} for choice in row] for row in screen.rows
        ]
    )
