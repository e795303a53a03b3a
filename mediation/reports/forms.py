"""The order for a month's report."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from mediation.core.web.forms import Form
from mediation.statistics.period import month_before, month_key, month_label, month_of

MONTHS_OFFERED = 24


class ReportForm(Form):
    """Which month's report to issue: one of those that are over."""

    month = SelectField(_l("月份"))

    @classmethod
    def of(cls, today: date) -> ReportForm:
        """The form with the months that can be issued today, the newest first."""
        form = cls()
        months = [month_before(month_of(today), back) for back in range(1, MONTHS_OFFERED + 1)]
        form.month.choices = [(month_key(one), month_label(one)) for one in months]
        return form
