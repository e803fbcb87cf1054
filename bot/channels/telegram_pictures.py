"""Pictures and voice notes at Telegram: sent by handle, uploaded only where there is none."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import BufferedInputFile, InputFile

from bot.channels.telegram_attachments import find_picture, find_voice
from bot.channels.telegram_calls import Answered
from bot.channels.telegram_errors import is_handle_dead
from bot.keyed_lock import KeyedLock
from handlers.screens import Attachment, Refused, Screen
from tasks.model.identifiers import ImageId, MediaId
from tasks.ports import Pictures

REMEMBERED_MAX = 20_000
UPLOAD_PATIENCE_SECONDS = 3.0

Media = str | InputFile
"""A handle, or a file to be uploaded."""


class TelegramPictures:
    """Handles (``file_id``) of pictures and voice notes, the last used ones in memory."""

    def __init__(self, pictures: Pictures, bot_id: int) -> None:
        self._pictures = pictures
        self._messenger = f"telegram:{bot_id}"
        self._remembered: dict[MediaId, str] = {}
        self._uploading = KeyedLock()

    async def find_handle(self, media_id: MediaId) -> str | None:
        """The handle under which Telegram has it."""
        handle = self._remembered.pop(media_id, None)
        if handle is None:
            handle = await self._pictures.find_handle(media_id, self._messenger)
        if handle is not None:
            self._remember(media_id, handle)
        return handle

    async def forget_handle(self, media_id: MediaId, handle: str) -> None:
        """That handle stopped working."""
        if self._remembered.get(media_id) == handle:
            del self._remembered[media_id]
        await self._pictures.forget_handle(media_id, self._messenger, handle)

    async def read(self, screen: Screen) -> BufferedInputFile:
        """The screen's picture or voice itself, to be uploaded; raises FileNotFoundError."""
        if screen.voice is not None:
            return BufferedInputFile(await self._pictures.read_voice(screen.voice), filename="voice.ogg")
        assert screen.picture is not None
        return BufferedInputFile(await self._pictures.read(screen.picture), filename="picture.jpg")

    async def keep(self, attachment: Attachment) -> None:
        """Remembers the handle of what a person sent, so that it can be sent on."""
        await self._keep(ImageId(attachment.id), attachment.handle)

    async def keep_handle(self, media_id: MediaId, result: Any) -> None:
        """Remembers what Telegram calls it in the message that it answered with."""
        named = find_picture(result) or find_voice(result)
        if named is not None:
            await self._keep(media_id, named.handle)

    async def call_with(
        self, screen: Screen, call: Callable[[Media], Awaitable[Answered | Refused]]
    ) -> Answered | Refused:
        """Makes the call with the handle of the screen's picture or voice; uploads it if none works."""
        media_id = media_in(screen)
        assert media_id is not None
        if screen.fresh_picture:
            return await call(await self.read(screen))
        handle = await self.find_handle(media_id)
        if handle is not None:
            outcome = await call(handle)
            if not (isinstance(outcome, Refused) and is_handle_dead(outcome)):
                return outcome
            await self.forget_handle(media_id, handle)
        # Whoever waits for somebody else's upload loses patience: that call may hang.
        async with self._uploading.hold(media_id, patience_seconds=UPLOAD_PATIENCE_SECONDS):
            handle = await self.find_handle(media_id)
            if handle is None:
                outcome = await call(await self.read(screen))
                if isinstance(outcome, Answered):
                    await self.keep_handle(media_id, outcome.result)
                return outcome
        # Somebody else uploaded it while this caller waited.
        return await call(handle)

    async def _keep(self, media_id: MediaId, handle: str) -> None:
        self._remember(media_id, handle)
        await self._pictures.save_handle(media_id, self._messenger, handle)

    def _remember(self, media_id: MediaId, handle: str) -> None:
        self._remembered[media_id] = handle
        if len(self._remembered) > REMEMBERED_MAX:
            del self._remembered[next(iter(self._remembered))]


def media_in(screen: Screen) -> MediaId | None:
    """The picture or the voice note that the screen shows."""
    return screen.picture if screen.picture is not None else screen.voice
