"""Any picture that a client has, made into one that a phone on a bad link can load."""

import hashlib
import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError

from tasks.errors import InputError
from tasks.model.identifiers import ImageId

LONG_SIDE_PX = 800
MAX_JPEG_BYTES = 50_000
MAX_FILE_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
MAX_ASPECT = 20
"""Messengers refuse a picture that is more than twenty times as long as it is high."""
BEST_QUALITY = 88
WORST_QUALITY = 45
"""Below this a smaller picture looks better than a coarser one."""

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error)
_BIG_PIXELS = 12_000_000
_one_big_picture = Lock()

# Pillow's own guard warns from 89 million pixels on; ours is stricter and stands in _check_size.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class NormalisedPicture:
    """A picture ready to be sent: upright, without metadata, small."""

    jpeg: bytes
    id: ImageId
    width: int
    height: int


def normalise(source: bytes | Path) -> NormalisedPicture:
    """The picture as a JPEG of at most 50 kB and 800 px.

    Raises InputError whose text goes on after the picture's name: ``is not a picture``.
    """
    data = source if isinstance(source, bytes) else _read(source)
    try:
        image = Image.open(BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise InputError("is not a picture that can be read (JPEG, PNG, GIF, WebP, BMP or TIFF)") from error
    except _BROKEN as error:
        raise InputError("is broken or cut off; copy it again from where it came from") from error
    with image:
        _check_size(image)
        if image.width * image.height <= _BIG_PIXELS:
            flat = _decode(image)
        else:
            # Two of them at once could need more memory than a small server has.
            with _one_big_picture:
                flat = _decode(image)
    return _compress(flat)


def _read(path: Path) -> bytes:
    try:
        size_bytes = path.stat().st_size
        if size_bytes > MAX_FILE_BYTES:
            most = f"at most {MAX_FILE_BYTES // 1_000_000} MB are read"
            raise InputError(f"is {size_bytes / 1e6:.0f} MB; {most}, so make it smaller first")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("does not exist") from error
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})") from error


def _check_size(image: Image.Image) -> None:
    """Refuses, from its header alone, what would need too much memory to decode."""
    if image.width < 1 or image.height < 1:
        raise InputError("is an empty picture")
    if image.width * image.height > MAX_PIXELS:
        raise InputError(
            f"is {image.width} x {image.height} pixels; at most {MAX_PIXELS // 1_000_000} million are read, "
            "so make it smaller first"
        )


def _decode(image: Image.Image) -> Image.Image:
    """The first frame: upright, RGB on white, at most 800 px."""
    size = (LONG_SIDE_PX, LONG_SIDE_PX)
    try:
        # A JPEG can be decoded at a half, a quarter or an eighth, which saves most of the work.
        image.draft(None, (2 * LONG_SIDE_PX, 2 * LONG_SIDE_PX))
        image.load()
        if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
            image.thumbnail(size, Image.Resampling.LANCZOS)
        elif image.mode == "I;16":
            # Pillow's quick first step does not know sixteen bits; without that step it does.
            image.thumbnail(size, Image.Resampling.LANCZOS, reducing_gap=None)
        flat = _flatten(_upright(image))
    except MemoryError as error:
        raise InputError("needs more memory than this machine has; make it smaller first") from error
    except _BROKEN as error:
        raise InputError("is broken or cut off; copy it again from where it came from") from error
    flat.thumbnail(size, Image.Resampling.LANCZOS)
    return _pad(flat)


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF says; with unreadable EXIF as it is."""
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        return image


def _flatten(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Sixteen bits of grey: Pillow would cut off all but the darkest 256 steps.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image.convert("RGB")


def _pad(image: Image.Image) -> Image.Image:
    """White around a picture that is too long and thin for a messenger."""
    width = max(image.width, -(-image.height // MAX_ASPECT))
    height = max(image.height, -(-image.width // MAX_ASPECT))
    if (width, height) == image.size:
        return image
    return ImageOps.pad(image, (width, height), color="white")


def _compress(image: Image.Image) -> NormalisedPicture:
    """The best quality that fits; a smaller picture where even the worst quality does not fit."""
    jpeg = _encode(image, BEST_QUALITY)
    while len(jpeg) > MAX_JPEG_BYTES:
        smallest = _encode(image, WORST_QUALITY)
        if len(smallest) <= MAX_JPEG_BYTES:
            jpeg = _search_quality(image, smallest)
            break
        factor = min(0.9, max(0.5, (MAX_JPEG_BYTES / len(smallest)) ** 0.5))
        image = image.resize(
            (max(1, round(image.width * factor)), max(1, round(image.height * factor))),
            Image.Resampling.LANCZOS,
        )
        jpeg = _encode(image, BEST_QUALITY)
    return NormalisedPicture(jpeg, ImageId(hashlib.sha256(jpeg).hexdigest()), image.width, image.height)


def _search_quality(image: Image.Image, best: bytes) -> bytes:
    """The largest encoding that still fits, found by halving; ``best`` fits already."""
    fits, too_much = WORST_QUALITY, BEST_QUALITY
    while too_much - fits > 3:  # noqa: PLR2004 - nobody sees a step of three
        quality = (fits + too_much) // 2
        jpeg = _encode(image, quality)
        if len(jpeg) <= MAX_JPEG_BYTES:
            fits, best = quality, jpeg
        else:
            too_much = quality
    return best


def _encode(image: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    # Only pixels go on: Pillow would otherwise copy some metadata out of the picture's info.
    image.info.clear()
    image.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()
