"""Photos lose their place and stand upright; whatever needs nothing stays byte for byte."""

import io
import struct

import pytest
from PIL import Image

from mediation.attachments import photos

GPS, ORIENTATION, TAKEN = 0x8825, 0x0112, 0x0132


def picture(file_format: str, *, orientation: int | None = None, place: bool = False, size=(40, 20)) -> bytes:
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[TAKEN] = "2026:03:02 09:00:00"
    if orientation:
        exif[ORIENTATION] = orientation
    if place:
        exif[GPS] = {1: "N", 2: (31.0, 9.0, 0.0), 3: "E", 4: (121.0, 7.0, 0.0)}
    target = io.BytesIO()
    image.save(target, file_format, exif=exif.tobytes())
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_place_goes_and_date_stays(kind):
    before = picture(kind.upper(), place=True)
    assert GPS in opened(before).getexif()
    after = opened(photos.clean(before, f"image/{kind}"))
    assert GPS not in after.getexif()
    assert after.getexif()[TAKEN] == "2026:03:02 09:00:00"
    assert after.size == (40, 20)


def test_sideways_photo_stands_upright():
    after = opened(photos.clean(picture("JPEG", orientation=6), "image/jpeg"))
    assert after.size == (20, 40)
    assert ORIENTATION not in after.getexif()
    red, _green, blue = after.getpixel((10, 5))
    assert red > 200
    assert blue < 60


def test_harmless_photo_is_not_touched():
    before = picture("JPEG")
    assert photos.clean(before, "image/jpeg") == before


def test_broken_photo_is_refused():
    with pytest.raises(photos.UnreadablePhoto):
        photos.clean(b"\xff\xd8\xff\xe0" + bytes(50), "image/jpeg")


@pytest.mark.parametrize("order", ["<", ">"])
def test_place_in_a_heic_file_is_blanked_without_moving_a_byte(order):
    latitude = struct.pack(f"{order}6I", 31, 1, 9, 1, 7, 1)
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    entry = struct.pack(f"{order}HHHII", 1, GPS, 4, 1, 26) + struct.pack(f"{order}I", 0)
    block = struct.pack(f"{order}HHHII", 1, 2, 5, 3, 44) + struct.pack(f"{order}I", 0)
    tiff = header + entry + block + latitude
    before = b"\0\0\0\x18ftypheic" + b"rest" * 4 + b"Exif\0\0" + tiff + b'<x exif:GPSLatitude="31,9.1N"/>' + b"picture"
    after = photos.clean(before, "image/heic")
    assert len(after) == len(before)
    assert latitude not in after
    assert b"31,9.1N" not in after
    assert after.startswith(before[:34])
    assert after.endswith(b"picture")


def test_heic_without_a_place_is_not_touched():
    before = b"\0\0\0\x18ftypheic" + b"Exif\0\0II*\0" + bytes(6)
    assert photos.clean(before, "image/heic") == before
