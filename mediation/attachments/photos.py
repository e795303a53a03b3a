"""Photos from phones: turned upright, without the place where they were taken, in a form that everybody can open.

The place is personal data nobody asked for (PIPL 6). The date taken stays: it is evidence.
"""

from __future__ import annotations

import io
import math

from PIL import Image, ImageOps, UnidentifiedImageError

_ORIENTATION = 0x0112
_GPS = 0x8825
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
HEIC = "image/heic"
# What the cameras of phones take as a rule; more points make a page of writing no clearer and fill the disk.
MOST_PIXELS = 64_000_000
_UNREADABLE = (
    *(UnidentifiedImageError, Image.DecompressionBombError),
    *(OSError, ValueError, SyntaxError, EOFError, RuntimeError),
)


class UnreadablePhoto(ValueError):
    """The bytes begin like a photo but cannot be opened as one, or it has too many pixels to open."""


def taken_in(content: bytes, media_type: str) -> tuple[bytes, str]:
    """(bytes, media type) to keep of a file: HEIC becomes JPEG, other photos are cleaned, other files stay as they came.

    Raises UnreadablePhoto.
    """
    if media_type == HEIC:
        return _as_jpeg(content), "image/jpeg"
    return clean(content, media_type), media_type


def clean(content: bytes, media_type: str) -> bytes:
    """A JPEG, PNG or WebP upright, without its place and of bounded size; what needs nothing, byte for byte as it came.

    Raises UnreadablePhoto.
    """
    if media_type not in _FORMATS:
        return content
    try:
        with Image.open(io.BytesIO(content), formats=[_FORMATS[media_type]]) as photo:
            exif = photo.getexif()
            is_small = photo.width * photo.height <= MOST_PIXELS
            if exif.get(_ORIENTATION, 1) == 1 and _GPS not in exif and b"exif:GPS" not in content and is_small:
                return content
            return _saved_again(photo, exif, _FORMATS[media_type])
    except _UNREADABLE as error:
        raise UnreadablePhoto(str(error)) from error


def _as_jpeg(content: bytes) -> bytes:
    # Loaded when the first such photo comes: its libraries are large, and most processes never see one.
    from pillow_heif import register_heif_opener

    register_heif_opener()
    try:
        with Image.open(io.BytesIO(content), formats=["HEIF"]) as photo:
            return _saved_again(photo, photo.getexif(), "JPEG")
    except _UNREADABLE as error:
        raise UnreadablePhoto(str(error)) from error


def _saved_again(photo: Image.Image, exif: Image.Exif, file_format: str) -> bytes:
    profile = photo.info.get("icc_profile")
    upright = _upright(photo)
    if file_format == "JPEG" and upright.mode not in ("RGB", "L", "CMYK"):
        upright = upright.convert("RGB")
    for tag in (_ORIENTATION, _GPS):
        exif.pop(tag, None)
    options = {"quality": 95} if file_format == "JPEG" else {"lossless": True} if file_format == "WEBP" else {}
    # exif_transpose copies what the file said about itself; nothing of that may go along but the tags we kept.
    upright.info.clear()
    target = io.BytesIO()
    upright.save(target, file_format, exif=exif.tobytes(), icc_profile=profile, **options)
    return target.getvalue()


def _upright(photo: Image.Image) -> Image.Image:
    """A copy, upright, of at most ``MOST_PIXELS``."""
    share = math.sqrt(MOST_PIXELS / (photo.width * photo.height))
    if share >= 1:
        return ImageOps.exif_transpose(photo)
    size = (int(photo.width * share), int(photo.height * share))
    if photo.format == "JPEG":
        photo.draft(photo.mode, size)  # read at half its points where that is enough, and at half the memory
    upright = ImageOps.exif_transpose(photo)
    upright.thumbnail((max(size), max(size)))
    return upright
