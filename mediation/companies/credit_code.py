"""Unified social credit codes (GB 32100)."""

from __future__ import annotations

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def normalise(text: str | None) -> str | None:
    """Blanks and dashes off, upper case; None for an empty text."""
    if text is None:
        return None
    plain = "".join(text.translate(_FULL_WIDTH).split()).replace("-", "").upper()
    return plain or None


def is_valid(code: str) -> bool:
    """Whether a normalised code has 18 places and the right check character."""
    try:
        uscc.validate(code)
    except ValidationError:
        return False
    return True
