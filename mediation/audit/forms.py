"""The filter of the audit page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, NumberRange, Optional

from mediation.audit.events import AuditEvent
from mediation.audit.labels import EVENTS
from mediation.audit.queries import Filter
from mediation.core.web.forms import ChoiceField, DayField, Form, IntegerField


class FilterForm(Form):
    """All in the address, so that a list can be sent on."""

    class Meta(Form.Meta):
        csrf = False

    event = ChoiceField(_l("事项"), choices=[(event.value, label) for event, label in EVENTS.items()], empty=_l("全部"))
    person = StringField(_l("人员"), [Length(max=60)])
    case = IntegerField(_l("案件内部编号"), [Optional(), NumberRange(1, 2**62, _l("请填写正整数"))])
    day = DayField(_l("日期"))

    def wanted(self) -> Filter:
        """What can be understood of the filter; a field with an error filters nothing."""
        return Filter(
            event=AuditEvent(self.event.data) if self.event.data and not self.event.errors else None,
            person=self.person.data if not self.person.errors else None,
            case_id=self.case.data if not self.case.errors else None,
            day=self.day.data if not self.day.errors else None,
        )
