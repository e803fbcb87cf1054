"""Pictures at Telegram: sent by the handle that Telegram gave, uploaded only where there is none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiogram.types import BufferedInputFile

from bot.keyed_lock import KeyedLock
from tasks.model.identifiers import ImageId
from tasks.ports import Pictures

REMEMBERED_MAX = 20_000


class TelegramPictures:
    """Handles of pictures (``file_id``), the last used ones in memory."""

    def __init__(self, pictures: Pictures, bot_id: int) -> None:
        self._pictures = pictures
        self._messenger = f"telegram:{bot_id}"
        self._remembered: dict[ImageId, str] = {}
        self._uploading = KeyedLock()

    async def find_handle(self, image_id: ImageId) -> str | None:
        """The handle under which Telegram has the picture."""
        handle = self._remembered.pop(image_id, None)
        if handle is None:
            handle = await self._pictures.find_handle(image_id, self._messenger)
        if handle is not None:
            self._remember(image_id, handle)
        return handle

    async def forget_handle(self, image_id: ImageId, handle: str) -> None:
        """That handle stopped working."""
        if self._remembered.get(image_id) == handle:
            del self._remembered[image_id]
        await self._pictures.forget_handle(image_id, self._messenger, handle)

    @asynccontextmanager
    async def upload_turn(self, image_id: ImageId) -> AsyncIterator[None]:
        """Whoever needs the same picture waits here for the first one's upload."""
        async with self._uploading.hold(image_id):
            yield

    async def read(self, image_id: ImageId) -> BufferedInputFile:
        """The picture itself, to be uploaded; raises FileNotFoundError."""
        return BufferedInputFile(await self._pictures.read(image_id), filename="picture.jpg")

    async def keep_handle(self, image_id: ImageId, result: Any) -> None:
        """Remembers what Telegram calls the picture in the message that it answered with."""
        handle = _find_largest(result)
        if handle is not None:
            self._remember(image_id, handle)
            await self._pictures.save_handle(image_id, self._messenger, handle)

    def _remember(self, image_id: ImageId, handle: str) -> None:
        self._remembered[image_id] = handle
        if len(self._remembered) > REMEMBERED_MAX:
            del self._remembered[next(iter(self._remembered))]


def _find_largest(result: Any) -> str | None:
    """A photo comes in several sizes; the handle of the largest one stands for all."""
    sizes = result.get("photo") if isinstance(result, dict) else None
    if not isinstance(sizes, list):
        return None
    known = [size for size in sizes if isinstance(size, dict) and isinstance(size.get("file_id"), str)]
    if not known:
        return None
    largest = max(known, key=lambda size: (size.get("width") or 0) * (size.get("height") or 0))
    return str(largest["file_id"])
