"""Finds the code of a paper in a file: a PDF of ours, a photo or scan of the sheet, or text from a scanner."""

from __future__ import annotations

from io import BytesIO

import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from mediation.documents.proof import codes

# A phone's photo has some 12 to 50 million points; more than this is no photo of a sheet.
MOST_POINTS = 120_000_000


def codes_in(content: bytes) -> list[str]:
    """The codes in a file, each once; empty when there is none that can be read."""
    found = codes.find(content)
    if found or content.startswith(b"%PDF"):
        return found
    try:
        with Image.open(BytesIO(content)) as image:
            if image.width * image.height > MOST_POINTS:
                return []
            texts = [one.text for one in zxingcpp.read_barcodes(ImageOps.exif_transpose(image).convert("L"))]
    except (UnidentifiedImageError, OSError, ValueError):
        return []
    return codes.find("\n".join(texts).encode())
