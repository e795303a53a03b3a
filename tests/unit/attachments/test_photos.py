"""Photos lose their place and stand upright; whatever needs nothing stays byte for byte."""

import io

import pytest
from PIL import Image
from pillow_heif import register_heif_opener

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


def heic(*, size=(80, 40), place: bool = False, turned: int | None = None, mode: str = "RGB") -> bytes:
    """A photo as a telephone writes it: red at the left, with its place and how it was held."""
    register_heif_opener()
    image = Image.new(mode, size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[TAKEN] = "2026:03:02 09:00:00"
    if place:
        exif[GPS] = {1: "N", 2: (31.0, 9.0, 0.0), 3: "E", 4: (121.0, 7.0, 0.0)}
    if turned:
        exif[ORIENTATION] = turned
    target = io.BytesIO()
    place_text = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r exif:GPSLatitude="31,9.1N"/></x:xmpmeta>' if place else None
    image.save(target, "HEIF", exif=exif.tobytes(), xmp=place_text)
    return target.getvalue()


def test_a_heic_photo_becomes_a_jpeg_without_its_place():
    before = heic(place=True)
    assert GPS in opened(before).getexif()
    content, media_type = photos.taken_in(before, "image/heic")
    assert media_type == "image/jpeg"
    after = opened(content)
    assert (after.format, after.size) == ("JPEG", (80, 40))
    assert GPS not in after.getexif()
    assert b"GPSLatitude" not in content
    assert after.getexif()[TAKEN] == "2026:03:02 09:00:00"
    red, _green, blue = after.getpixel((10, 20))
    assert red > 200
    assert blue < 60


def test_a_heic_photo_held_sideways_stands_upright():
    content, _media_type = photos.taken_in(heic(turned=6), "image/heic")
    after = opened(content)
    assert after.size == (40, 80)
    assert ORIENTATION not in after.getexif()
    red, _green, blue = after.getpixel((20, 10))
    assert red > 200
    assert blue < 60


def test_a_heic_photo_with_transparency_is_kept_too():
    content, _media_type = photos.taken_in(heic(mode="RGBA"), "image/heic")
    assert opened(content).mode == "RGB"


@pytest.mark.parametrize("cut", [40, 400])
def test_a_damaged_heic_photo_is_refused(cut):
    with pytest.raises(photos.UnreadablePhoto):
        photos.taken_in(heic()[:cut], "image/heic")


@pytest.mark.parametrize("orientation", [None, 6])
def test_a_very_large_photo_is_made_smaller(monkeypatch, orientation):
    monkeypatch.setattr(photos, "MOST_PIXELS", 5_000)
    after = opened(photos.clean(picture("JPEG", orientation=orientation, size=(400, 200)), "image/jpeg"))
    assert after.width * after.height <= 5_000
    long, short = max(after.size), min(after.size)
    assert abs(long - 2 * short) <= 2
    assert (after.width > after.height) is (orientation is None)


def test_more_pixels_than_can_be_opened_are_refused(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000)
    with pytest.raises(photos.UnreadablePhoto):
        photos.clean(picture("JPEG", orientation=6, size=(400, 200)), "image/jpeg")
    with pytest.raises(photos.UnreadablePhoto):
        photos.taken_in(heic(size=(400, 200)), "image/heic")


def test_other_files_are_left_alone():
    assert photos.taken_in(b"%PDF-1.7", "application/pdf") == (b"%PDF-1.7", "application/pdf")
