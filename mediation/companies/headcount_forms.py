"""Forms of the headcount page."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from mediation.companies.headcount_rows import count_of
from mediation.core import clock
from mediation.core.web.forms import DayField, Form, not_in_future, tidy

_REQUIRED = _l("请填写此项")


class CountField(StringField):
    """How many people, as written: 120, 1,200, 120人. ``data`` is an int or None."""

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = tidy(valuelist[0]) if valuelist else None
        self.data = None
        if text is None:
            return
        try:
            self.data = count_of(text)
        except ValueError as error:
            raise ValueError(_("请写一个整数，例如 120")) from error


class _Since(Form):
    from_on = DayField(_l("自哪一天起"), [DataRequired(_REQUIRED), not_in_future], default=clock.today)
    source = StringField(_l("数字来源"), [DataRequired(_REQUIRED), Length(max=120)])


class HeadcountForm(_Since):
    """One figure of one company."""

    couriers = CountField(_l("人数"), [InputRequired(_REQUIRED)])


class HeadcountsForm(_Since):
    """The figures of many outlets, pasted."""

    lines = TextAreaField(_l("网点和人数"), [DataRequired(_REQUIRED), Length(max=60_000)])


class HeadcountFileForm(_Since):
    """A file of figures; day and source count for the rows that do not say their own."""

    source = StringField(_l("数字来源"), [Optional(), Length(max=120)])
    file = FileField(_l("人数表"), [FileRequired(_l("请选择文件"))])
