"""Forms for a year of the calendar, for a rule and for proposals."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext  # the name by which words in a context are gathered
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from mediation.core.errors import DomainError
from mediation.core.web.forms import ChoiceField, DayField, Form, IntegerField
from mediation.deadlines.calendar import CalendarDay
from mediation.deadlines.labels import KINDS, UNITS
from mediation.deadlines.yearfile import LONGEST_NAME, LONGEST_SOURCE, Unreadable, read_days

MOST_BYTES = 200_000


class YearForm(Form):
    """The exceptions of one year: as text, or in a file that takes the text's place."""

    source = StringField(_l("通知文号"), [DataRequired(_l("请填写放假通知的文号")), Length(max=LONGEST_SOURCE)])
    days = TextAreaField(_l("日期表"), [Length(max=MOST_BYTES)], render_kw={"rows": 16, "spellcheck": "false"})
    file = FileField(_l("或者从文件读取（CSV 或 JSON）"))
    verified = BooleanField(_l("已与通知原文逐日核对"))
    seen = HiddenField()

    def read(self, year: int) -> list[CalendarDay]:
        """The days in date order. Raises DomainError saying which lines cannot be used."""
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
            return read_days(text, year, self.source.data or "")
        except Unreadable as error:
            error.field = field
            # What was in the file is shown, so that the lines named can be mended where they stand.
            self.days.data, self.days.raw_data = text, None
            raise

    def take(self, error: DomainError) -> None:
        """Show each line that cannot be used."""
        if not isinstance(error, Unreadable):
            super().take(error)
            return
        for problem in error.problems:
            super().take(DomainError(problem, field=error.field))


class DayForm(Form):
    """One day of a year that is there already."""

    day = DayField(_l("日期"), [DataRequired(_l("请填写日期"))])
    kind = ChoiceField(_l("性质"), [DataRequired(_l("请选择性质"))], choices=list(KINDS.items()))
    name = StringField(_l("名称"), [Length(max=LONGEST_NAME)])
    source = StringField(_l("通知文号"), [Length(max=LONGEST_SOURCE)])


class RuleForm(Form):
    """A new version of a rule. ``confirmed`` counts where the rule was compared with the law."""

    length = IntegerField(_l("期间"), [InputRequired(_l("请填写数字")), NumberRange(1, 3660, _l("应为 1 至 3660"))])
    unit = ChoiceField(pgettext("measure", "单位"), [DataRequired(_l("请选择单位"))], choices=list(UNITS.items()))
    rolls = BooleanField(_l("末日为休息日的，顺延至下一个工作日"))
    max_extension = IntegerField(_l("最多可延长（同一单位）"), [Optional(), NumberRange(1, 3660, _l("应为 1 至 3660"))])
    extension = StringField(_l("延长的规定"), [Length(max=300)])
    suspension = StringField(_l("中止的规定"), [Length(max=300)])
    interruption = StringField(_l("中断的规定"), [Length(max=300)])
    binds = StringField(_l("约束谁"), [DataRequired(_l("请写明约束谁")), Length(max=120)])
    if_missed = StringField(_l("逾期的后果"), [Length(max=300)])
    article = StringField(_l("依据"), [DataRequired(_l("请填写依据")), Length(max=200)])
    verified = BooleanField(_l("已与法律原文核对"))
    reason = StringField(_l("修改理由"), [DataRequired(_l("请写明修改的理由")), Length(max=300)])
    confirmed = BooleanField(_l("这条规则已经核实，我已查阅法律原文，确要修改"))


class ProposalsForm(Form):
    """What the actor was shown when choosing; the choice itself are the boxes ``deadline``."""

    seen = HiddenField()
