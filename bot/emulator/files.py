"""Files as the service keeps them: typed ids that belong to one bot, and several sizes of a photo."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import warnings
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from PIL import Image

from bot.emulator.errors import bad_request, too_large

MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_UPLOAD_BYTES = 50 * 1024 * 1024
MOST_DOWNLOAD_BYTES = 20 * 1024 * 1024
MOST_SIDES_SUM = 10_000
MOST_RATIO = 20
SIZES = (("s", 90), ("m", 320), ("x", 800), ("y", 1280))
PREFIXES = {"photo": "AgAC", "document": "BQAC", "voice": "AwAC"}
NAMES = {"photo": "Photo", "document": "Document", "voice": "VoiceNote"}
FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice"}
KNOWN_PICTURES = 10_000
OGG_GRANULE_BYTES = 8
OPUS_PER_SECOND = 48_000


@dataclass(frozen=True, slots=True)
class StoredFile:
    number: int
    kind: str
    content: bytes
    unique_id: str
    name: str
    mime_type: str
    width: int = 0
    height: int = 0
    duration: int = 0

    def sizes(self) -> list[tuple[str, int, int]]:
        """Letter, width and height of each size of a photo, the largest last."""
        longest = max(self.width, self.height)
        sizes = [(letter, side) for letter, side in SIZES if side < longest]
        largest = next((letter for letter, side in SIZES if side >= longest), "w")
        scaled = [
            (letter, max(1, self.width * side // longest), max(1, self.height * side // longest))
            for letter, side in sizes
        ]
        return [*scaled, (largest, self.width, self.height)]


class FileStore:
    """All files of one bot."""

    def __init__(self, bot_id: int) -> None:
        self._bot_id = bot_id
        self._files: dict[int, StoredFile] = {}
        self._contents: dict[str, bytes] = {}
        self._dimensions: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self.broken: set[str] = set()
        """File ids that stopped working; "*" stands for all."""

    def add(self, kind: str, content: bytes, *, name: str, mime_type: str, duration: int = 0) -> StoredFile:
        """Keep an upload, or say why the service would not."""
        if len(content) > MOST_UPLOAD_BYTES or (kind == "photo" and len(content) > MOST_PHOTO_BYTES):
            raise too_large()
        if not content:
            raise bad_request("file must be non-empty")
        digest = hashlib.sha256(content).hexdigest()
        # The same picture uploaded a thousand times lies in memory once.
        content = self._contents.setdefault(digest, content)
        width, height = self._photo_dimensions(content, digest) if kind == "photo" else (0, 0)
        if kind == "voice":
            duration = duration or ogg_seconds(content)
        stored = StoredFile(
            number=len(self._files) + 1, kind=kind, content=content, unique_id=f"AQAD{digest[:12]}",
            name=name, mime_type=mime_type, width=width, height=height, duration=duration,
        )  # fmt: skip
        self._files[stored.number] = stored
        return stored

    def get(self, number: int) -> StoredFile:
        """The file with this number; KeyError if there is none."""
        return self._files[number]

    def file_id(self, stored: StoredFile, size: str = "") -> str:
        inner = f"{self._bot_id}:{stored.number}:{size}".encode()
        return PREFIXES[stored.kind] + base64.urlsafe_b64encode(inner).decode().rstrip("=")

    def by_id(self, file_id: str) -> tuple[StoredFile, str]:
        """The file and its size letter for an id that this bot was given; ValueError for any other."""
        kind = next((kind for kind, prefix in PREFIXES.items() if file_id.startswith(prefix)), None)
        inner = file_id[4:]
        try:
            decoded = base64.urlsafe_b64decode(inner + "=" * (-len(inner) % 4)).decode()
            bot, number, size = decoded.split(":")
            stored = self._files.get(int(number))
        except (binascii.Error, ValueError) as error:
            raise ValueError("syntax") from error
        if int(bot) != self._bot_id or stored is None or stored.kind != kind:
            raise ValueError("unknown")
        if file_id in self.broken or "*" in self.broken:
            raise ValueError("broken")
        return stored, size

    def to_send(self, kind: str, file_id: str) -> StoredFile:
        """The file to be sent again as this kind."""
        try:
            stored, _ = self.by_id(file_id)
        except ValueError as error:
            if str(error) == "syntax":
                words = "wrong remote file identifier specified: Wrong string length"
                raise bad_request(words) from error
            raise bad_request("wrong file identifier/HTTP URL specified") from error
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {NAMES[stored.kind]} as {NAMES[kind]}")
        return stored

    def download(self, stored: StoredFile, size: str) -> bytes:
        """The bytes; a smaller size of a photo is drawn when it is asked for."""
        for letter, width, height in stored.sizes()[:-1] if stored.kind == "photo" else ():
            if letter == size:
                return shrunk(stored.content, (width, height))
        return stored.content

    def path(self, stored: StoredFile, size: str) -> str:
        ending = {"photo": "jpg", "voice": "oga"}.get(stored.kind) or stored.name.rpartition(".")[2] or "bin"
        return f"{FOLDERS[stored.kind]}/file_{stored.number}{size}.{ending}"

    def _photo_dimensions(self, content: bytes, digest: str) -> tuple[int, int]:
        known = self._dimensions.get(digest)
        if known is None:
            known = self._dimensions[digest] = picture_dimensions(content)
            if len(self._dimensions) > KNOWN_PICTURES:
                self._dimensions.popitem(last=False)
        return known


def picture_dimensions(content: bytes) -> tuple[int, int]:
    """Width and height of a picture that the service would take as a photo."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content))
        width, height = picture.size
        if width + height > MOST_SIDES_SUM or max(width, height) > MOST_RATIO * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    return width, height


def ogg_seconds(content: bytes) -> int:
    """How long an Opus sound in an OGG is, told by its last page; 0 if it is something else."""
    last = content.rfind(b"OggS")
    granules = content[last + 6 : last + 14]
    if last < 0 or len(granules) < OGG_GRANULE_BYTES or b"OpusHead" not in content[:100]:
        return 0
    return round(int.from_bytes(granules, "little") / OPUS_PER_SECOND)


def picture_type(content: bytes) -> str:
    """The media type of a stored photo, told by its first bytes."""
    if content.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if content[8:12] == b"WEBP" else "image/jpeg"


def shrunk(content: bytes, size: tuple[int, int]) -> bytes:
    """The picture as a JPEG of this size."""
    with Image.open(io.BytesIO(content)) as picture:
        small = picture.convert("RGB").resize(size)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()


def file_json(files: FileStore, stored: StoredFile, size: str = "") -> dict[str, Any]:
    """The fields that every kind of file has."""
    return {
        "file_id": files.file_id(stored, size),
        "file_unique_id": stored.unique_id + size,
        "file_size": len(stored.content),
    }


def photo_json(files: FileStore, stored: StoredFile) -> list[dict[str, Any]]:
    """All sizes of a photo, the largest last; only that one has a known number of bytes."""
    sizes = [
        {**file_json(files, stored, letter), "width": width, "height": height}
        for letter, width, height in stored.sizes()
    ]
    for smaller in sizes[:-1]:
        del smaller["file_size"]
    return sizes
