"""How a company's name is kept and compared: the same name typed in two ways is the same name."""

from __future__ import annotations

import re

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None)
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_BLANK_AT_CJK = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")
_HAS_CJK = re.compile(rf"[{_CJK}]")
_BRACKETS = str.maketrans("()〔〕【】[]", "（）（）（）（）")


def normalise(name: str | None) -> str:
    """Blanks off where Chinese has none, brackets full-width as in the business licence; empty for nothing."""
    plain = " ".join((name or "").translate(_INVISIBLE).split())
    if not _HAS_CJK.search(plain):
        return plain
    return _BLANK_AT_CJK.sub("", plain.translate(_BRACKETS))
