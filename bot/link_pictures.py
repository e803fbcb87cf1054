"""A picture of an address, to be printed and photographed with a phone."""

import asyncio
from io import BytesIO

import segno

from storage.images import normalise
from storage.pictures import PictureFiles
from tasks.model.identifiers import ImageId

MODULE_PX = 8
QUIET_ZONE_MODULES = 4


def draw_qr(address: str) -> bytes:
    """A PNG with the address as a QR code (ISO/IEC 18004), readable from a crumpled paper."""
    png = BytesIO()
    code = segno.make_qr(address, error="q")
    code.save(png, kind="png", scale=MODULE_PX, border=QUIET_ZONE_MODULES)
    return png.getvalue()


class LinkPictures:
    """Keeps such pictures beside all others."""

    def __init__(self, files: PictureFiles) -> None:
        self._files = files

    async def draw(self, address: str) -> ImageId:
        """The picture of that address, ready to be shown."""
        return await asyncio.to_thread(self._draw, address)

    def _draw(self, address: str) -> ImageId:
        picture = normalise(draw_qr(address))
        self._files.add(picture)
        return picture.id
