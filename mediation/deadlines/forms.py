"""Forms for a year of the calendar and for a rule."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from mediation.core.dates import DateError, parse_day
from mediation.core.errors import DomainError
from mediation.core.web.forms import ChoiceField, DayField, Form
from mediation.deadlines.calendar import CalendarDay, DayKind, WorkCalendar, parse_year
from mediation.deadlines.labels import KINDS, UNITS

MOST_BYTES = 200_000
COLUMNS = ("day", "kind", "name", "source")
# Written by people as well as by programs.
_KIND_OF = {kind.value: kind for kind in DayKind} | {
    "法定节假日": DayKind.STATUTORY_HOLIDAY,
    "法定假日": DayKind.STATUTORY_HOLIDAY,
    "休息日": DayKind.REST_DAY,
    "放假": DayKind.REST_DAY,
    "调休上班日": DayKind.MAKEUP_WORKDAY,
    "调休上班": DayKind.MAKEUP_WORKDAY,
    "上班": DayKind.MAKEUP_WORKDAY,
    "工作日": DayKind.WORKDAY,
}


class YearForm(Form):
    """The exceptions of one year: as text, or in a file that takes the text's place."""

    source = StringField(_l("通知文号"), [DataRequired(_l("请填写放假通知的文号")), Length(max=200)])
    days = TextAreaField(_l("日期表"), [Length(max=MOST_BYTES)], render_kw={"rows": 16, "spellcheck": "false"})
    file = FileField(_l("或者从文件读取（CSV 或 JSON）"))
    recompute = BooleanField(_l("按新日历重算受影响的未结期限，旧日期留在历史中"), default=True)

    def read(self, year: int) -> list[CalendarDay]:
        """The days in date order. Raises DomainError saying which line cannot be used."""
        text, field = self.days.data or "", "days"
        if self.file.data:
            content = self.file.data.read(MOST_BYTES + 1)
            field = "file"
            try:
                text = content.decode("utf-8-sig") if len(content) <= MOST_BYTES else ""
            except UnicodeDecodeError as error:
                raise DomainError(_("文件须为 UTF-8 编码"), field=field) from error
            if not text:
                raise DomainError(_("文件是空的，或者太大"), field=field)
        try:
            return parse_days(text, year, self.source.data or "")
        except DomainError as error:
            error.field = field
            raise


class DayForm(Form):
    """One day of a year that is there already."""

    day = DayField(_l("日期"), [DataRequired(_l("请填写日期"))])
    kind = ChoiceField(_l("性质"), [DataRequired(_l("请选择性质"))], choices=list(KINDS.items()))
    name = StringField(_l("名称"), [Length(max=40)])


class RuleForm(Form):
    """A new version of a rule."""

    length = IntegerField(_l("期间"), [InputRequired(_l("请填写数字")), NumberRange(1, 3660, _l("应为 1 至 3660"))])
    unit = ChoiceField(_l("单位"), [DataRequired(_l("请选择单位"))], choices=list(UNITS.items()))
    rolls = BooleanField(_l("末日为休息日的，顺延至下一个工作日"))
    max_extension = IntegerField(_l("最多可延长（同一单位）"), [Optional(), NumberRange(1, 3660, _l("应为 1 至 3660"))])
    extension = StringField(_l("延长的规定"), [Length(max=300)])
    if_missed = StringField(_l("逾期的后果"), [Length(max=300)])
    article = StringField(_l("依据"), [DataRequired(_l("请填写依据")), Length(max=200)])
    verified = BooleanField(_l("已与法律原文核对"))
    reason = StringField(_l("修改理由"), [DataRequired(_l("请写明修改的理由")), Length(max=300)])


def parse_days(text: str, year: int, source: str) -> list[CalendarDay]:
    """Days of a year from CSV lines ``day,kind,name,source`` (a heading may stand above) or from JSON.

    JSON is a list of such objects, or one of the year files of the product. ``source`` fills in where none is named.
    Raises DomainError with the line.
    """
    days = _from_json(text, source) if text.lstrip()[:1] in "[{" and text.strip() else _from_csv(text, source)
    try:
        WorkCalendar(days, [year], "check")
    except ValueError as error:
        raise DomainError(_("日期重复，或者不在 %(year)s 年：%(error)s", year=year, error=error)) from error
    for entry in days:
        if entry.kind is DayKind.MAKEUP_WORKDAY and entry.day.weekday() < 5:
            raise DomainError(_("%(day)s 不是周末，不会是调休上班日", day=entry.day))
    return sorted(days, key=lambda entry: entry.day)


def _from_csv(text: str, source: str) -> list[CalendarDay]:
    days = []
    for number, cells in enumerate(csv.reader(io.StringIO(text.replace("，", ",").replace("\t", ","))), 1):
        cells = [cell.strip() for cell in cells]
        if not any(cells) or (number == 1 and cells[0].lower() in ("day", "日期")):
            continue
        days.append(_entry(dict(zip(COLUMNS, cells, strict=False)), number, source))
    return days


def _from_json(text: str, source: str) -> list[CalendarDay]:
    try:
        data: Any = json.loads(text)
        if isinstance(data, dict):
            return list(parse_year(text).days)
    except ValueError as error:
        raise DomainError(_("JSON 有错误：%(error)s", error=error)) from error
    rows: Iterable[Any] = data
    return [_entry(row if isinstance(row, dict) else {}, number, source) for number, row in enumerate(rows, 1)]


def _entry(cells: dict[str, Any], number: int, source: str) -> CalendarDay:
    kind = _KIND_OF.get(str(cells.get("kind") or ""))
    if kind is None:
        raise DomainError(_("第 %(number)s 行：看不懂日期的性质", number=number))
    try:
        day = parse_day(str(cells.get("day") or ""), date(2000, 1, 1))
    except DateError as error:
        raise DomainError(_("第 %(number)s 行：看不懂日期", number=number)) from error
    return CalendarDay(day, kind, str(cells.get("name") or "")[:40], str(cells.get("source") or source)[:200])


def as_text(days: Iterable[CalendarDay]) -> str:
    """Days as the lines that :func:`parse_days` reads."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS[:3])
    writer.writerows((entry.day.isoformat(), entry.kind.value, entry.name) for entry in days)
    return out.getvalue()
