"""Drawn signatures: strokes as points of a field twice as wide as high, read with suspicion, made into a picture. Pure."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from itertools import pairwise
from math import hypot

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

# The field has as many units from left to right, half as many from top to bottom, whatever the screen.
WIDTH, HEIGHT = 10_000, 5_000
MOST_STROKES, MOST_POINTS, MOST_TEXT = 200, 5_000, 100_000
# A slip of the finger is no signature.
LEAST_LENGTH = WIDTH // 10
TEXT_NAME = "Strokes"
_PICTURE, _SCALE, _PEN = (1000, 500), 2, 7

Stroke = tuple[tuple[int, int], ...]
Strokes = tuple[Stroke, ...]


class NotDrawn(ValueError):
    """The text holds no strokes: nothing was drawn, too little, too much, or it is something else."""


def parse(text: str) -> Strokes:
    """The strokes of ``[[[x, y], …], …]``. Raises NotDrawn."""
    if len(text) > MOST_TEXT:
        raise NotDrawn("too long")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotDrawn("no JSON") from error
    if not isinstance(raw, list) or not 0 < len(raw) <= MOST_STROKES:
        raise NotDrawn("no strokes")
    strokes = tuple(_stroke(one) for one in raw)
    if sum(map(len, strokes)) > MOST_POINTS:
        raise NotDrawn("too many points")
    if sum(hypot(b[0] - a[0], b[1] - a[1]) for stroke in strokes for a, b in pairwise(stroke)) < LEAST_LENGTH:
        raise NotDrawn("too little")
    return strokes


def _stroke(raw: object) -> Stroke:
    if not isinstance(raw, list) or not raw:
        raise NotDrawn("no stroke")
    return tuple(_point(one) for one in raw)


def _point(raw: object) -> tuple[int, int]:
    if not isinstance(raw, list) or len(raw) != 2 or any(type(value) is not int for value in raw):
        raise NotDrawn("no point")
    x, y = raw
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise NotDrawn("outside")
    return x, y


def canonical(strokes: Strokes) -> str:
    """The strokes as text, always the same for the same strokes."""
    return json.dumps(strokes, separators=(",", ":"))


def digest(paper: str, signer: str, mark: str) -> str:
    """SHA-256 over the digest of the paper's facts, who signed as what, and the strokes or the SHA-256 of the scan."""
    return hashlib.sha256(json.dumps([paper, signer, mark], ensure_ascii=False).encode()).hexdigest()


def as_png(strokes: Strokes) -> bytes:
    """The picture, with the strokes themselves kept inside it, so that the digest can be computed again."""
    size = (_PICTURE[0] * _SCALE, _PICTURE[1] * _SCALE)
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    pen = _PEN * _SCALE
    for stroke in strokes:
        points = [(x * size[0] / WIDTH, y * size[1] / HEIGHT) for x, y in stroke]
        draw.line(points, fill=0, width=pen, joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=0)
    info = PngInfo()
    info.add_text(TEXT_NAME, canonical(strokes), zip=True)
    target = BytesIO()
    picture.resize(_PICTURE, Image.Resampling.LANCZOS).save(target, "PNG", pnginfo=info, optimize=True)
    return target.getvalue()


def from_png(content: bytes) -> Strokes:
    """The strokes kept inside a picture of :func:`as_png`. Raises NotDrawn for another one."""
    with Image.open(BytesIO(content), formats=["PNG"]) as picture:
        picture.load()
        return parse(picture.info.get(TEXT_NAME, ""))
