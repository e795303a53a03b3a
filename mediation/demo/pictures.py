"""Pictures that stand for what people photograph: a signed sheet, a screenshot. They say themselves that they are invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, MARGIN = 1240, 1754, 150  # A4 at 150 dpi
PAPER, INK, PEN, SEAL = (252, 251, 246), (40, 40, 40), (30, 50, 130), (190, 40, 40)


def sheet(title: str, lines: Sequence[str], *, signers: Sequence[str] = (), seal: str = "") -> bytes:
    """A photographed sheet as JPEG: a title, lines, names as if signed by hand, a round stamp."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((WIDTH / 2, MARGIN), title, font=_font(54), fill=INK, anchor="mt")
    y = MARGIN + 150
    for line in lines:
        draw.text((MARGIN, y), line, font=_font(34), fill=INK)
        y += 68
    y += 120
    for signer in signers:
        draw.text((MARGIN, y), "签名：", font=_font(34), fill=INK)
        draw.text((MARGIN + 140, y - 12), signer, font=_font(46), fill=PEN)
        draw.line((MARGIN + 130, y + 56, MARGIN + 700, y + 48), fill=INK, width=2)
        y += 110
    if seal:
        draw.ellipse((WIDTH - 470, y - 260, WIDTH - 170, y + 40), outline=SEAL, width=7)
        draw.text((WIDTH - 320, y - 110), seal, font=_font(30), fill=SEAL, anchor="mm")
    draw.text((WIDTH / 2, HEIGHT - 90), "演示用图片，内容均为虚构", font=_font(26), fill=INK, anchor="mm")
    target = io.BytesIO()
    image.rotate(0.6, fillcolor=PAPER).save(target, "JPEG", quality=80)
    return target.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.serif_path()), size)
