"""The filter form of the work list (a GET form: nothing to protect, everything in the URL)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, StringField

from mediation.cases.filters import Filters
from mediation.cases.labels import OUTCOMES, STATES, TRACKS
from mediation.committees.queries import categories
from mediation.core.actor import Actor
from mediation.core.web.forms import ChoiceField, DayField, Form
from mediation.stations.queries import stations_for


class FilterForm(Form):
    """What people filter by most; the other filters arrive through links and stay as they are."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField(_l("搜索"))
    state = ChoiceField(_l("状态"), empty=_l("全部"), choices=[(state.value, label) for state, label in STATES.items()])
    track = ChoiceField(_l("程序"), empty=_l("全部"), choices=[(track.value, label) for track, label in TRACKS.items()])
    cause = ChoiceField(_l("案由"), empty=_l("全部"), validate_choice=False)
    outcome = ChoiceField(_l("结果"), empty=_l("全部"), choices=list(OUTCOMES.items()))
    station = ChoiceField(_l("驿站"), empty=_l("全部"), validate_choice=False)
    received_from = DayField(_l("收到日期从"))
    received_to = DayField(_l("到"))
    open = BooleanField(_l("只看未结"))
    mine = BooleanField(_l("我的案件"))
    overdue = BooleanField(_l("已逾期"))
    in_part = BooleanField(_l("部分达成协议"))
    collective = BooleanField(_l("集体争议"))

    @classmethod
    def of(cls, actor: Actor, filters: Filters, unread: Mapping[str, str]) -> FilterForm:
        """The form as the URL says; ``unread`` is what ``unread_days`` found in it and stands there with its error."""
        form = cls(MultiDict({**filters.to_args(), **unread}))
        form.cause.choices = [
            (one.code, one.label if one.parent_code is None else f"　{one.label}") for one in categories()
        ]
        form.station.choices = [(str(one.id), one.name) for one in stations_for(actor)]
        for name in unread:
            form[name].validate(form)
        return form


def unread_days(args: Mapping[str, str], filters: Filters) -> dict[str, str]:
    """What was typed into the day fields and could not be read, by field: the list is not narrowed by it."""
    typed = {name: (args.get(name) or "").strip() for name in ("received_from", "received_to")}
    return {name: text for name, text in typed.items() if text and getattr(filters, name) is None}
