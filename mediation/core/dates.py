"""Reading and writing civil dates (Asia/Shanghai) the way people write them.

There is no clock here: ``today`` is always a parameter. A date that is known only to the month or the
year stays that way; nothing is guessed to a day.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Precision = Literal["day", "month", "year"]

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_SERIAL_ZERO = date(1899, 12, 30)  # day 0 of the 1900 date system, from 1900-03-01 on
_SERIALS = range(25569, 73415)  # 1970 to 2100: other small numbers are no dates

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_CN_DIGITS = dict(zip("零〇○一二三四五六七八九", "000123456789", strict=True))
_CN_NUMBER = re.compile(r"[零〇○一二三四五六七八九十廿卅]+")
_YMD = re.compile(r"(\d{4}|\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_YM = re.compile(r"(\d{4})[-/.年](\d{1,2})月?|(\d{2})年(\d{1,2})月")
_YEAR = re.compile(r"(\d{4})年?|(\d{2})年")
_MD = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})")
_VAGUE = re.compile(
    r"[上中下]旬|月[初中底末]|年[初中底末]|[初中底末]$|半年|季度|左右|前后|约|大概|以来|期间|[春夏秋冬]|[至到~]"
)
_HAS_YEAR = re.compile(r"\d{4}|\d{2}年|年")
_RELATIVE = {"大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "当天": 0}
_RELATIVE |= {"明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_WEEKDAYS = "一二三四五六日"


class DateError(ValueError):
    """Text that names no usable date.

    ``reason``: ``empty``; ``impossible`` (30 February, ``month`` and ``day`` say which); ``vague``
    (旬, 年底, a span); ``no_year`` (and possibly vague as well: ``vague`` is true); ``ambiguous``
    (5/8/2023); ``not_a_day`` (only a month or a year where a day is needed); ``unreadable``.
    """

    def __init__(self, reason: str, text: object = "", *, month: int = 0, day: int = 0, vague: bool = False):
        super().__init__(f"{reason}: {text!r}")
        self.reason, self.text, self.month, self.day, self.vague = reason, text, month, day, vague


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """``iso`` is ``2026-11-22``, ``2026-11`` or ``2026`` according to ``precision``."""

    iso: str
    precision: Precision

    @property
    def first(self) -> date:
        """The first day it can mean."""
        year, month, day = (*map(int, self.iso.split("-")), 1, 1)[:3]
        return date(year, month, day)

    @property
    def last(self) -> date:
        """The last day it can mean."""
        first = self.first
        if self.precision == "day":
            return first
        month = 12 if self.precision == "year" else first.month
        return date(first.year, month, calendar.monthrange(first.year, month)[1])


def parse_date(value: object, today: date, *, guess_year: bool = True) -> PartialDate:
    """A date as written, with the precision it was written in.

    Reads 2026-11-22, 2026/11/22, 2026.11.22, 26.11.22, 2026年11月22日, 二〇二六年十一月, 20261122, full width,
    spreadsheet serial numbers and ``date``/``datetime`` objects. With ``guess_year`` also 昨天, 去年5月 and
    11月22日 (this year's, or last year's when that lies after ``today``); without it (ledgers, written
    long ago) those raise. Raises ``DateError``.
    """
    if isinstance(value, datetime):
        return _day_of(value.date())
    if isinstance(value, date):
        return _day_of(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    text = _plain(value)
    if not text:
        raise DateError("empty", value)
    if guess_year:
        text = _resolve_relative(text, today)
    if _VAGUE.search(text):
        vague_reason = "vague" if _HAS_YEAR.search(text) else "no_year"
        raise DateError(vague_reason, value, vague=True)
    return _from_text(text, value, today, guess_year)


def parse_day(text: object, today: date) -> date:
    """The one day a form field names. Raises ``DateError`` (``not_a_day`` for a month or a year)."""
    partial = parse_date(text, today)
    if partial.precision != "day":
        raise DateError("not_a_day", text)
    return partial.first


def format_day(day: date) -> str:
    """2026年3月9日, as documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def short(day: date) -> str:
    """11月22日 周日, as lists write it."""
    return f"{day.month}月{day.day}日 周{_WEEKDAYS[day.weekday()]}"


def _day_of(day: date) -> PartialDate:
    return PartialDate(day.isoformat(), "day")


def _plain(value: object) -> str:
    if value is None:
        return ""
    text = unicodedata.normalize("NFKC", str(value)).strip().lower()
    text = re.sub(r"^(\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|.*日)[\st]+\d{1,2}:.*$", r"\1", text)
    text = re.sub(r"(?<=\d)\s+(?=\d)", "-", text.lstrip("'‘’`"))
    text = _INVISIBLE.sub("", text)
    text = re.sub(r"[(,]?(?:周|星期|礼拜)[一二三四五六日天]\)?", "", text)
    text = re.sub(r"(?<=[日号])(?:上午|下午|早上|晚上|中午|凌晨)?(?:\d{1,2}[:时点].*)?$", "", text)
    text = text.replace("—", "-").replace("–", "-").replace("−", "-").replace("。", ".").replace("、", ".")
    if re.search(r"[年月日号/.-]", text):
        text = _CN_NUMBER.sub(lambda match: _arabic(match[0]), text)
    return text.rstrip(".")


def _arabic(chinese: str) -> str:
    """二〇二四 → 2024, 十二 → 12, 二十一 → 21, 廿三 → 23."""
    text = chinese.replace("廿", "二十").replace("卅", "三十")
    if "十" not in text:
        return "".join(_CN_DIGITS[sign] for sign in text)
    tens, _, ones = text.partition("十")
    tens_value = "".join(_CN_DIGITS[sign] for sign in tens if sign in _CN_DIGITS).lstrip("0") or "1"
    ones_value = "".join(_CN_DIGITS.get(sign, "") for sign in ones) or "0"
    return tens_value + ones_value


def _resolve_relative(text: str, today: date) -> str:
    if text in _RELATIVE:
        return (today + timedelta(days=_RELATIVE[text])).isoformat()
    days_ago = re.fullmatch(r"(\d{1,3})天前", text)
    if days_ago:
        return (today - timedelta(days=int(days_ago[1]))).isoformat()
    for word, back in (("前年", 2), ("去年", 1), ("今年", 0), ("本年", 0)):
        if text.startswith(word):
            return f"{today.year - back}年{text.removeprefix(word)}"
    return text


def _from_number(value: int | float) -> PartialDate:
    if not -1e9 < value < 1e9:
        raise DateError("unreadable", value)
    digits = format(value, ".10g")
    if re.fullmatch(r"(?:19|20)\d{2}\.\d{1,2}", digits):
        year, month = digits.split(".")
        if month == "1":
            raise DateError("ambiguous", value)  # a number cell shows 2021.10 as 2021.1
        return _month(int(year), int(month), value)
    whole = int(value)
    if whole in _SERIALS:
        return _day_of(_SERIAL_ZERO + timedelta(days=whole))
    if whole != value:
        raise DateError("unreadable", value)
    return _from_digits(str(whole), value)


def _from_digits(digits: str, value: object) -> PartialDate:
    if len(digits) == 8:
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), value)
    if len(digits) == 6:
        return _month(int(digits[:4]), int(digits[4:]), value)
    if len(digits) == 4:
        return _year(int(digits), value)
    if len(digits) == 5 and int(digits) in _SERIALS:
        return _day_of(_SERIAL_ZERO + timedelta(days=int(digits)))
    raise DateError("unreadable", value)


def _from_text(text: str, value: object, today: date, guess_year: bool) -> PartialDate:
    if text.isascii() and text.isdigit():
        return _from_digits(text, value)
    if match := _YMD.fullmatch(text):
        return _day(_full_year(match[1], today), int(match[2]), int(match[3]), value)
    if match := _YM.fullmatch(text):
        return _month(_full_year(match[1] or match[3], today), int(match[2] or match[4]), value)
    if match := _YEAR.fullmatch(text):
        return _year(_full_year(match[1] or match[2], today), value)
    if match := _MONTH_FIRST.fullmatch(text):
        return _month_first(int(match[1]), int(match[2]), int(match[3]), value)
    if match := _MD.fullmatch(text):
        if not guess_year:
            raise DateError("no_year", value)
        return _nearest_past(int(match[1]), int(match[2]), today, value)
    if re.fullmatch(r"\d{1,2}月", text):
        raise DateError("no_year", value, vague=True)
    raise DateError("unreadable", value)


def _full_year(text: str, today: date) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year <= today.year % 100 + 1 else 1900 + year


def _month_first(one: int, two: int, year: int, value: object) -> PartialDate:
    if one <= 12 and two <= 12 and one != two:
        raise DateError("ambiguous", value)
    month, day = (one, two) if one <= 12 else (two, one)
    return _day(year, month, day, value)


def _nearest_past(month: int, day: int, today: date, value: object) -> PartialDate:
    if (month, day) == (2, 29):
        year = next(year for year in range(today.year, today.year - 9, -1) if calendar.isleap(year))
        year = year if date(year, 2, 29) <= today else year - 4
    else:
        year = today.year if (month, day) <= (today.month, today.day) else today.year - 1
    return _day(year, month, day, value)


def _year(year: int, value: object) -> PartialDate:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise DateError("unreadable", value)
    return PartialDate(f"{year:04d}", "year")


def _month(year: int, month: int, value: object) -> PartialDate:
    _year(year, value)
    if not 1 <= month <= 12:
        raise DateError("impossible", value, month=month)
    return PartialDate(f"{year:04d}-{month:02d}", "month")


def _day(year: int, month: int, day: int, value: object) -> PartialDate:
    _month(year, month, value)
    try:
        return _day_of(date(year, month, day))
    except ValueError as error:
        raise DateError("impossible", value, month=month, day=day) from error
