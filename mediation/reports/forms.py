"""The order for a month's report, and whom it is sent to."""

from __future__ import annotations

from datetime import date
from email.utils import parseaddr

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from mediation.core.i18n import month_name
from mediation.core.web.forms import Form
from mediation.statistics.period import month_before, month_key, month_of

MONTHS_OFFERED = 24
WHOLE = "0"


class ReportForm(Form):
    """Which month's report to issue: one of those that are over."""

    month = SelectField(_l("月份"))

    @classmethod
    def of(cls, today: date) -> ReportForm:
        """The form with the months that can be issued today, the newest first."""
        form = cls()
        months = [month_before(month_of(today), back) for back in range(1, MONTHS_OFFERED + 1)]
        form.month.choices = [(month_key(one), month_name(one.first)) for one in months]
        return form


class RecipientForm(Form):
    """Somebody to whom the month is sent by mail: an office or a post, since the name is printed in the report."""

    name = StringField(_l("单位或者岗位"), [InputRequired(_l("请填写")), Length(max=60)])
    address = StringField(_l("电子邮箱"), [InputRequired(_l("请填写")), Length(max=200)])
    part = SelectField(_l("发送内容"))

    @classmethod
    def of(cls, headquarters: list[tuple[int, str]]) -> RecipientForm:
        """The form with the headquarters whose part can be sent."""
        form = cls()
        companies = [(str(key), _("%(company)s的部分", company=name)) for key, name in headquarters]
        form.part.choices = [(WHOLE, _("整份月报")), *companies]
        return form

    def validate_address(self, field: StringField) -> None:
        """One plain address; anything else would be sent nowhere or to others."""
        text = (field.data or "").strip()
        _name, address = parseaddr(text)
        local, at, domain = address.rpartition("@")
        if address != text or not (local and at and "." in domain) or any(one.isspace() for one in text):
            raise ValidationError(_("请填写一个电子邮箱地址，例如 office@example.cn"))
        field.data = text
