"""Photos from phones: turned upright, and without the place where they were taken.

The place is personal data nobody asked for (PIPL 6). The date taken stays: it is evidence.
"""

from __future__ import annotations

import io
import re
import struct

from PIL import Image, ImageOps, UnidentifiedImageError

_ORIENTATION = 0x0112
_GPS = 0x8825
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_XMP_PLACE = re.compile(rb'(exif:GPS\w+)(?:="([^"]*)"|>([^<]*)<)')
_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}


class UnreadablePhoto(ValueError):
    """The bytes begin like a photo but cannot be opened as one, or it has too many pixels to open."""


def clean(content: bytes, media_type: str) -> bytes:
    """The photo upright and without its place; other files, and photos that need nothing, byte for byte as they came.

    Raises UnreadablePhoto. HEIC is kept as it is but for the place, which is blanked inside the file.
    """
    if media_type == "image/heic":
        return _without_place_in_container(content)
    if media_type not in _FORMATS:
        return content
    try:
        with Image.open(io.BytesIO(content)) as photo:
            exif = photo.getexif()
            if exif.get(_ORIENTATION, 1) == 1 and _GPS not in exif and b"exif:GPS" not in content:
                return content
            return _saved_again(photo, exif, _FORMATS[media_type])
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadablePhoto(str(error)) from error


def _saved_again(photo: Image.Image, exif: Image.Exif, file_format: str) -> bytes:
    upright = ImageOps.exif_transpose(photo)
    for tag in (_ORIENTATION, _GPS):
        exif.pop(tag, None)
    options = {"quality": 95} if file_format == "JPEG" else {"lossless": True} if file_format == "WEBP" else {}
    # exif_transpose copies what the file said about itself; nothing of that may go along but the tags we kept.
    profile = photo.info.get("icc_profile")
    upright.info.clear()
    target = io.BytesIO()
    upright.save(target, file_format, exif=exif.tobytes(), icc_profile=profile, **options)
    return target.getvalue()


def _without_place_in_container(content: bytes) -> bytes:
    """Blank the GPS block of every EXIF header and every GPS word of XMP in place, so that no offset moves."""
    data = bytearray(content)
    for match in re.finditer(rb"Exif\0\0(?=II\*\0|MM\0\*)", content):
        _blank_gps(data, match.end())
    for match in _XMP_PLACE.finditer(content):
        group = 2 if match.group(2) is not None else 3
        data[slice(*match.span(group))] = b" " * len(match.group(group))
    return bytes(data)


def _blank_gps(data: bytearray, start: int) -> None:
    order = "<" if data[start : start + 2] == b"II" else ">"
    try:
        (first,) = struct.unpack_from(f"{order}I", data, start + 4)
        for entry, tag, _kind, _count in _entries(data, start + first, order):
            if tag == _GPS:
                (place,) = struct.unpack_from(f"{order}I", data, entry + 8)
                _blank_block(data, start, start + place, order)
                data[entry + 2 : entry + 12] = bytes(10)
    except struct.error:
        return  # a header that ends before its own table holds no place either


def _blank_block(data: bytearray, start: int, block: int, order: str) -> None:
    for entry, _tag, kind, count in list(_entries(data, block, order)):
        size = _TYPE_SIZES.get(kind, 1) * count
        if size > 4:
            (offset,) = struct.unpack_from(f"{order}I", data, entry + 8)
            end = min(start + offset + size, len(data))
            data[start + offset : end] = bytes(max(0, end - start - offset))
        data[entry : entry + 12] = bytes(12)


def _entries(data: bytearray, block: int, order: str):
    (count,) = struct.unpack_from(f"{order}H", data, block)
    for index in range(count):
        entry = block + 2 + 12 * index
        tag, kind, number = struct.unpack_from(f"{order}HHI", data, entry)
        yield entry, tag, kind, number
