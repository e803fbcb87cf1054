"""Pictures and voice notes on disk: each stored once, under its own fingerprint."""

import asyncio
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from storage.images import NormalisedPicture
from storage.repositories.picture_handles import PictureHandles
from tasks.errors import InputError
from tasks.model.identifiers import ImageId, MediaId, VoiceId


@dataclass(frozen=True, slots=True)
class PictureFiles:
    """The media folder: ``media/ab/abcdef….jpg`` and ``.ogg``. Safe for many threads and processes."""

    root: Path

    def path(self, image_id: ImageId) -> Path:
        """Where that picture is, or would be."""
        return self.root / image_id[:2] / f"{image_id}.jpg"

    def voice_path(self, voice_id: VoiceId) -> Path:
        """Where that voice note is, or would be."""
        return self.root / voice_id[:2] / f"{voice_id}.ogg"

    def add(self, picture: NormalisedPicture) -> None:
        """Stores it whole or not at all; a picture that is there already stays as it is."""
        self._store(self.path(picture.id), picture.jpeg)

    def add_voice(self, ogg: bytes) -> VoiceId:
        """Stores a voice note in the same way, and returns its id."""
        voice_id = VoiceId(hashlib.sha256(ogg).hexdigest())
        self._store(self.voice_path(voice_id), ogg)
        return voice_id

    def _store(self, path: Path, data: bytes) -> None:
        try:
            if path.exists() and path.stat().st_size == len(data):
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)
        except OSError as error:
            raise InputError(
                f"The media folder {self.root} cannot be written ({error.strerror}); "
                "free some space, allow it, or name another in TAPWORK_MEDIA."
            ) from error


@dataclass(frozen=True, slots=True)
class PictureFolder:
    """Implements ``Pictures``: the files on disk, and their handles in the database."""

    files: PictureFiles
    handles: PictureHandles

    async def read(self, image_id: ImageId) -> bytes:
        return await asyncio.to_thread(self.files.path(image_id).read_bytes)

    async def read_voice(self, voice_id: VoiceId) -> bytes:
        return await asyncio.to_thread(self.files.voice_path(voice_id).read_bytes)

    async def find_handle(self, media_id: MediaId, messenger: str) -> str | None:
        return await self.handles.find_handle(media_id, messenger)

    async def save_handle(self, media_id: MediaId, messenger: str, handle: str) -> None:
        await self.handles.save_handle(media_id, messenger, handle)

    async def forget_handle(self, media_id: MediaId, messenger: str, handle: str) -> None:
        await self.handles.forget_handle(media_id, messenger, handle)


def _write_whole(path: Path, data: bytes) -> None:
    """A power cut leaves the old file or the new one, never half of one."""
    with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o644)  # noqa: PTH101
            os.replace(file.name, path)  # noqa: PTH105
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
