import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from storage.images import normalise
from tasks.errors import InputError


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(BytesIO(jpeg))
    image.load()
    return image


def near(pixel, wanted) -> bool:
    return all(abs(one - other) < 25 for one, other in zip(pixel, wanted, strict=True))


def left_red_right_blue() -> Image.Image:
    image = Image.new("RGB", (200, 100), "red")
    image.paste("blue", (100, 0, 200, 100))
    return image


def test_a_photo_lying_on_its_side_is_turned_and_loses_its_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A phone that knows where its owner lives"
    picture = normalise(encoded(left_red_right_blue(), "JPEG", exif=exif))
    image = opened(picture.jpeg)
    assert (picture.width, picture.height) == image.size == (100, 200)
    assert near(image.getpixel((50, 20)), (255, 0, 0))
    assert not image.getexif()
    assert b"owner" not in picture.jpeg


def test_noise_still_fits_by_going_smaller():
    noise = Image.effect_noise((2000, 1500), 120).convert("RGB")
    picture = normalise(encoded(noise, "JPEG", quality=95))
    assert len(picture.jpeg) <= 50_000
    assert max(picture.width, picture.height) >= 250


def test_the_long_side_is_at_most_800_and_small_pictures_stay_small():
    assert normalise(encoded(Image.new("L", (1600, 400)))).width == 800
    assert normalise(encoded(Image.new("L", (40, 30)))).width == 40


def test_what_is_transparent_becomes_white():
    for mode in ("RGBA", "LA"):
        image = opened(normalise(encoded(Image.new(mode, (50, 50)))).jpeg)
        assert near(image.getpixel((25, 25)), (255, 255, 255))
    palette = Image.new("P", (50, 50), 1)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    image = opened(normalise(encoded(palette, "GIF", transparency=1)).jpeg)
    assert near(image.getpixel((25, 25)), (255, 255, 255))


def test_sixteen_bits_of_grey_keep_their_brightness():
    for size in (50, 4000):
        image = opened(normalise(encoded(Image.new("I;16", (size, size), 32768))).jpeg)
        assert near(image.getpixel((25, 25)), (128, 128, 128))


def test_print_colours_become_screen_colours():
    image = opened(normalise(encoded(Image.new("CMYK", (50, 50), (0, 255, 255, 0)), "JPEG")).jpeg)
    assert image.mode == "RGB"
    assert image.getpixel((25, 25))[0] > 180


def test_of_a_moving_picture_the_first_frame_counts():
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert near(opened(normalise(data).jpeg).getpixel((25, 25)), (255, 0, 0))


def test_the_same_picture_gets_the_same_id():
    data = encoded(left_red_right_blue())
    assert normalise(data) == normalise(data)


def test_12000_pixels_wide_is_shrunk_and_long_thin_ones_are_padded():
    picture = normalise(encoded(Image.new("RGB", (12_000, 100), "red")))
    assert (picture.width, picture.height) == (800, 40)
    upright = normalise(encoded(Image.new("RGB", (2, 900), "red")))
    assert (upright.width, upright.height) == (40, 800)


def bomb() -> bytes:
    """A PNG whose header promises 60,000 x 60,000 pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    pixels = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    return b"\x89PNG\r\n\x1a\n" + chunk + pixels


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"cat, dog and bird", "is not a picture"),
        (b"", "is not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a picture"),
        (bomb(), "60000 x 60000 pixels"),
        (encoded(Image.effect_noise((300, 300), 90), "JPEG")[:9000], "cut off"),
        (encoded(Image.effect_noise((300, 300), 90), "PNG")[:9000], "cut off"),
        (encoded(Image.effect_noise((300, 300), 90), "GIF")[:9000], "cut off"),
    ],
)
def test_what_is_refused(data, reason):
    with pytest.raises(InputError, match=reason):
        normalise(data)


def test_files_that_are_missing_or_too_big(tmp_path: Path):
    with pytest.raises(InputError, match="does not exist"):
        normalise(tmp_path / "no.png")
    big = tmp_path / "big.png"
    with big.open("wb") as file:
        file.truncate(20_000_001)
    with pytest.raises(InputError, match="at most 20 MB"):
        normalise(big)
