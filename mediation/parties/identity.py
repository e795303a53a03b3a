"""Resident identity numbers (GB 11643): length, date and check digit.

The district code is not looked up: districts are founded and renumbered, and real numbers would be refused.
"""

from __future__ import annotations

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")


def normalise_id(text: str | None) -> str | None:
    """Blanks off, full-width to ASCII, x to X; None for an empty text."""
    if text is None:
        return None
    plain = "".join(text.translate(_FULL_WIDTH).split()).replace("-", "").upper()
    return plain or None


def birth_date(number: str) -> date | None:
    """The birth date in an 18-digit number; None where there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_valid_id(number: str) -> bool:
    """Whether a normalised number has 18 places, a real birth date and the right check digit."""
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        return False
    if birth_date(number) is None:
        return False
    return (
        _CHECK[sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11] == number[17]
    )


def gender_of(number: str) -> str:
    """male or female, by the 17th digit of a valid number."""
    return "male" if int(number[16]) % 2 else "female"


def normalise_phone(text: str | None) -> str | None:
    """Digits only, a leading + kept, mainland prefixes (+86, 0086, 86 before a mobile number) off; None for empty."""
    if text is None:
        return None
    plain = text.translate(_FULL_WIDTH).replace("＋", "+").strip()
    digits = "".join(mark for mark in plain if mark.isascii() and mark.isdigit())
    if not digits:
        return None
    for prefix in ("0086", "86"):
        rest = digits.removeprefix(prefix)
        if rest != digits and len(rest) == 11 and rest.startswith("1"):
            return rest
    if plain.startswith("+86"):
        return digits.removeprefix("86")
    return f"+{digits}" if plain.startswith("+") else digits


def is_valid_phone(number: str) -> bool:
    """Whether a normalised number can be one: 5 to 20 digits. More cannot be said of foreign and internal numbers."""
    return 5 <= len(number.removeprefix("+")) <= 20
