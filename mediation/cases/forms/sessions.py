"""Sessions: planned, held with attendance and joint record, postponed, cancelled."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from mediation.accounts.languages import in_language
from mediation.cases.clashes import Clash, Clashing, clashes_of, fingerprint
from mediation.cases.forms.act import ActForm, RowForm, TextField, at_length, line_field, reason_field
from mediation.cases.forms.choices import as_id, party_choices
from mediation.cases.labels import SESSION_MODES
from mediation.cases.models import Case, MediationSession
from mediation.cases.service import Present
from mediation.cases.service.sessions import USUAL_MINUTES
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.errors import DomainError
from mediation.core.web.forms import FULL_WIDTH, ChoiceField, DayField, IntegerField, ReadField, not_in_future, tidy
from mediation.parties import queries as party_queries
from mediation.parties.labels import SIDES
from mediation.parties.models import Side
from mediation.stations import queries as stations

MORE_PEOPLE = 2
MIN_MINUTES, MOST_MINUTES = 15, 720
BY_COMMITTEE = "committee"


def _place_label(place: stations.Place) -> str:
    return place.label + (_("（%(n)s 座）", n=place.seats) if place.seats else "")


class ClockField(ReadField):
    """A time of day as people write it: 14:30, 1430, 14点半. ``data`` is a time or None."""

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return self.data.strftime("%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (tidy(valuelist[0]) if valuelist else None) or ""
        self.data = None
        plain = text.translate(FULL_WIDTH).replace("：", ":").replace("点半", ":30").replace("点", ":").rstrip("分:")
        if not plain:
            return
        hours, _colon, minutes = plain.partition(":") if ":" in plain else (plain[:-2] or plain, ":", plain[-2:])
        if len(plain) <= 2:
            hours, minutes = plain, "0"
        try:
            self.data = time(int(hours), int(minutes or 0))
        except (ValueError, OverflowError) as error:
            raise ValueError(_("看不懂这个时间，请写成 14:30")) from error


def instant(day: Any, at: time | None) -> datetime | None:
    """The UTC instant of a Shanghai day and time."""
    return clock.as_utc(datetime.combine(day, at)) if day and at else None


class PlanForm(ActForm):
    """Plan a session. What stands against the time is shown once before it is saved: see :meth:`look_for_clashes`."""

    layout = {"day": 3, "starts_at": 3, "planned_minutes": 3, "mode": 3, "room": 6, "place": 6}
    hidden = ("csrf_token", "seen", "over_room", "room_reason")
    day = DayField(_l("日期"), [DataRequired(_l("请填写日期"))])
    starts_at = ClockField(_l("时间"), [InputRequired(_l("请填写时间"))])
    planned_minutes = IntegerField(
        _l("时长（分钟）"),
        [
            InputRequired(_l("请填写时长")),
            NumberRange(MIN_MINUTES, MOST_MINUTES, _l("时长为 %(min)d 至 %(max)d 分钟")),
        ],
        default=USUAL_MINUTES,
    )
    mode = ChoiceField(_l("方式"), choices=list(SESSION_MODES.items()), default="on_site")
    room = ChoiceField(_l("会议室"), coerce=as_id, empty=_l("不用会议室"))
    place = line_field(_l("地点"), description=_l("选了会议室可以不填；填了的写在会议室后面。"))
    matter = line_field(_l("调解事项"), limit=200)
    seen = HiddenField()
    over_room = BooleanField(_l("仍然使用这间会议室"))
    room_reason = line_field(_l("理由"), limit=200)
    clashes: tuple[Clash, ...] = ()

    def offer(self, actor: Actor, case: Case) -> None:
        places = stations.rooms_for(actor)
        # The rooms of the case's own station first.
        places.sort(key=lambda one: one.station_id != case.station_id)
        self.room.choices = [(one.id, _place_label(one)) for one in places]
        if not self.is_submitted() and case.facts and "matter" in self:
            self.matter.data = case.facts.splitlines()[0][:60]

    def look_for_clashes(self, actor: Actor, case: Case, *, except_id: int | None = None) -> None:
        """Raise Clashing when something stands against the time that the person has not been shown yet."""
        if self.instant is None:
            return
        minutes = self.planned_minutes.data or USUAL_MINUTES
        found = clashes_of(
            actor, case=case, starts_at=self.instant, minutes=minutes, room_id=self.room.data, except_id=except_id
        )
        self.clashes = tuple(found)
        shown, self.seen.data = self.seen.data, fingerprint(found)
        if found and shown != self.seen.data:
            raise Clashing(found)
        if any(one.blocks for one in found) and not self.over_room.data:
            raise DomainError(_("会议室已被占用，请换一间，或勾选仍然使用并写明理由"), field="over_room")
        if any(one.blocks for one in found) and not self.room_reason.data:
            raise DomainError(_("请写明为什么仍然使用这间会议室"), field="room_reason")

    @property
    def why_room(self) -> str | None:
        """Why a taken room is used all the same."""
        return self.room_reason.data if self.over_room.data else None

    @property
    def instant(self) -> datetime | None:
        """When it starts."""
        return instant(self.day.data, self.starts_at.data)


class PresentForm(RowForm):
    """One line of the attendance list."""

    party_id = HiddenField()
    name = StringField(_l("姓名"), [Length(max=120)])
    capacity = StringField(_l("身份"), [Length(max=40)])
    was_present = BooleanField(_l("到场"))

    def is_blank(self) -> bool:
        return not self.name.data


class HoldForm(ActForm):
    """Record a session that was held."""

    submit_label = _l("保存笔录")
    layout = {"day": 4, "starts_at": 2, "ends_at": 2, "mode": 4, "place": 6, "matter": 6}
    widths = {"attendance": {"name": 5, "capacity": 4, "was_present": 3}}
    day = DayField(_l("日期"), [DataRequired(_l("请填写日期")), not_in_future], default=clock.today)
    starts_at = ClockField(_l("开始"), [InputRequired(_l("请填写时间"))])
    ends_at = ClockField(_l("结束"))
    mode = ChoiceField(_l("方式"), choices=list(SESSION_MODES.items()), default="on_site")
    place = line_field(_l("地点"))
    matter = line_field(_l("调解事项"), limit=200)
    rights_told = BooleanField(_l("已告知当事人权利义务、调解的性质和协议的效力"), default=True)
    attendance = FieldList(FormField(PresentForm, label=""), label=_l("到场人员"), max_entries=120)
    record = TextField(
        _l("调解笔录"),
        [DataRequired(_l("请记录调解经过")), at_length],
        description=_l("共同笔录，各方核对后签名；只对一方说的话请另记“内部记录”。"),
    )
    result = line_field(_l("本次结果"), limit=500)

    def offer(self, actor: Actor, case: Case) -> None:
        if self.is_submitted():
            return
        for party in party_queries.for_case(case.id):
            people = {"party_id": party.id, "name": party.name, "capacity": _of_record(SIDES[Side(party.side)])}
            self.attendance.append_entry({**people, "was_present": True})
            for agent in party.representatives:
                agents = {"name": agent.name, "capacity": _of_record(_l("代理人"))}
                self.attendance.append_entry({**agents, "was_present": False})
        for _place in range(MORE_PEOPLE):
            self.attendance.append_entry({"was_present": True})

    def begin_with(self, session: MediationSession) -> None:
        """Start from what was planned."""
        if self.is_submitted():
            return
        start = session.starts_at.astimezone(clock.SHANGHAI)
        self.day.data, self.starts_at.data = start.date(), start.time()
        self.mode.data, self.place.data, self.matter.data = session.mode, session.place, session.matter

    def validate_ends_at(self, field: Any) -> None:
        if field.data and self.starts_at.data and field.data < self.starts_at.data:
            raise ValidationError(_("结束时间早于开始时间"))

    def people(self) -> list[Present]:
        """The attendance list without blank lines."""
        return [
            Present(
                name=row.form.name.data,
                capacity=row.form.capacity.data or _of_record(_l("其他")),
                party_id=int(row.form.party_id.data) if (row.form.party_id.data or "").isdigit() else None,
                was_present=row.form.was_present.data,
            )
            for row in self.attendance
            if not row.form.is_blank()
        ]


def _of_record(word: Any) -> str:
    """A word as the joint record has it, which is Chinese whatever its writer reads."""
    with in_language(None):
        return str(word)


class AskedForm(ActForm):
    """Whose wish it is that a session does not take place as planned."""

    asked_by = ChoiceField(_l("由谁提出"), [InputRequired(_l("请选择由谁提出"))])

    def offer(self, actor: Actor, case: Case) -> None:
        super().offer(actor, case)
        choices = [(str(key), label) for key, label in party_choices(case)]
        self.asked_by.choices = [*choices, (BY_COMMITTEE, _("调解组织"))]

    @property
    def asking_party(self) -> int | None:
        """The party who asked; None: the committee itself."""
        return as_id(self.asked_by.data)


class PostponeForm(AskedForm, PlanForm):
    """Move a planned session: who asked, why, and when it is now."""

    layout = {**PlanForm.layout, "asked_by": 12}
    matter = None
    reason = reason_field(_l("改期的理由"), limit=300)

    def begin_with(self, session: MediationSession) -> None:
        """Start from what was planned; the new day is the person's to fill in."""
        if self.is_submitted():
            return
        self.starts_at.data = session.starts_at.astimezone(clock.SHANGHAI).time()
        self.planned_minutes.data, self.mode.data = session.planned_minutes, session.mode
        self.room.data = session.room_id
        self.place.data = None if session.room_id else session.place


class CancelForm(AskedForm):
    """Cancel a planned session."""

    is_grave = True
    reason = reason_field(_l("取消的理由"), limit=300)
