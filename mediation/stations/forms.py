"""Forms for stations, offices and the roster."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from mediation.accounts.models import User
from mediation.core.web.forms import FULL_WIDTH, ChoiceField, DayField, Form, IntegerField, ReadField, tidy
from mediation.stations.labels import OFFICE_KINDS
from mediation.stations.models import OfficeKind, Station
from mediation.stations.service import MOST_WEEKS, ON_DUTY_ROLES

_TIME = re.compile(r"(\d{1,2})(?:[:：点时.]?(\d{2})|[点时:：])?分?")


def _number(value: Any) -> int | None:
    return int(value) if value else None


class TimeField(ReadField):
    """A time of day as people write it (9:00, 0900, 9点). ``data`` is a time or None."""

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return self.data.strftime("%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = tidy(valuelist[0]) if valuelist else None
        self.data = None
        if text is None:
            return
        match = _TIME.fullmatch(text.translate(FULL_WIDTH).replace(" ", ""))
        hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
        if hour > 23 or minute > 59:
            raise ValueError(_("看不懂这个时间，请写成 09:00"))
        self.data = time(hour, minute)


class StationForm(Form):
    """A station."""

    name = StringField(_l("名称"), [DataRequired(_l("请填写名称")), Length(max=120)])
    district = StringField(_l("所在区"), [Length(max=40)])
    address = StringField(_l("地址"), [Length(max=200)])
    phone = StringField(_l("电话"), [Length(max=40)])
    is_active = BooleanField(_l("在用"), default=True)


class OfficeForm(Form):
    """A law firm, police post, judicial office or partner body."""

    kind = SelectField(
        _l("类别"), choices=[(kind.value, label) for kind, label in OFFICE_KINDS.items()], coerce=OfficeKind
    )
    name = StringField(_l("名称"), [DataRequired(_l("请填写名称")), Length(max=120)])
    phone = StringField(_l("电话"), [Length(max=40)])
    is_active = BooleanField(_l("在用"), default=True)


class RoomForm(Form):
    """A room. Call :meth:`offer_stations` first."""

    name = StringField(_l("名称"), [DataRequired(_l("请填写名称")), Length(max=60)])
    station = ChoiceField(_l("所在驿站"), coerce=_number, empty=_l("调解组织自有"))
    seats = IntegerField(_l("座位数"), [Optional(), NumberRange(1, 500, _l("座位数为 1 至 500"))])
    is_active = BooleanField(_l("在用"), default=True)

    def offer_stations(self, stations: Iterable[Station]) -> None:
        """Stations in use, and the one it is at."""
        self.station.choices = [(station.id, station.name) for station in stations]


class SwapForm(Form):
    """Who takes the shift. Call :meth:`offer` first."""

    user = ChoiceField(_l("由谁值班"), [InputRequired(_l("请选择由谁值班"))], coerce=_number)

    def offer(self, people: Iterable[User]) -> None:
        """Only people who take turns."""
        self.user.choices = [
            (user.id, user.name) for user in people if ON_DUTY_ROLES & {row.role for row in user.roles}
        ]


class ShiftForm(SwapForm):
    """A shift, perhaps repeated weekly."""

    station = ChoiceField(_l("驿站"), [InputRequired(_l("请选择驿站"))], coerce=_number)
    day = DayField(_l("日期"), [InputRequired(_l("请填写日期"))])
    begins = TimeField(_l("开始"), [InputRequired(_l("请填写开始时间"))], default=time(9))
    ends = TimeField(_l("结束"), [InputRequired(_l("请填写结束时间"))], default=time(17))
    weeks = IntegerField(
        _l("连续几周"),
        [NumberRange(1, MOST_WEEKS, _l("一次可排 1 至 26 周"))],
        default=1,
    )

    def offer_stations(self, stations: Iterable[Station]) -> None:
        """Stations in use."""
        self.station.choices = [(station.id, station.name) for station in stations]
