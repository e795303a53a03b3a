"""What people add to a case: private notes, corrections, files."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from mediation.cases.forms.act import ActForm, TextField, at_length, line_field, reason_field
from mediation.cases.forms.choices import as_id, category_choices, party_choices
from mediation.cases.labels import FILE_KINDS, MODES, RELATIONSHIPS, RISKS, SOURCES
from mediation.cases.models import Case
from mediation.cases.policy import may_see_notes
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.dates import DateError, parse_date
from mediation.core.web.forms import ChoiceField, DayField, IntegerField, not_in_future
from mediation.stations.queries import stations_for

CORRECTED = (
    "facts", "category_code", "relationship", "job", "employed_from", "employed_until", "event_on", "accident_on",
    "right_known_on", "headcount", "risk_level", "source", "application_mode", "station_id", "received_on", "accepted_on",
)  # fmt: skip


class NoteForm(ActForm):
    """A private note."""

    intro = _l("内部记录只有承办人员看得到，不进入文书、检索和导出，单位人事和民警都看不到。")
    submit_label = _l("保存")
    layout = {"party_id": 6}
    party_id = ChoiceField(_l("关于哪一方"), coerce=as_id, empty=_l("不限"))
    body = TextField(_l("内容"), [DataRequired(_l("请填写内容")), at_length])

    def offer(self, actor: Actor, case: Case) -> None:
        self.party_id.choices = party_choices(case)


class FileForm(ActForm):
    """A file for the case."""

    submit_label = _l("上传")
    layout = {"kind": 6, "note": 6}
    file = FileField(
        _l("文件"),
        [FileRequired(_l("请选择文件"))],
        description=_l("PDF、照片、Word、Excel、文本，最大 20 MB；照片会自动转正并去掉位置信息。"),
    )
    kind = ChoiceField(
        _l("是什么"),
        [DataRequired(_l("请选择"))],
        choices=[(key, FILE_KINDS[key]) for key in ("evidence", "signed_scan", "proof")],
        default="evidence",
    )
    note = line_field(_l("说明"), limit=200)
    is_internal = BooleanField(_l("放入副卷（内部材料，单位人事和民警看不到）"))

    def offer(self, actor: Actor, case: Case) -> None:
        if not may_see_notes(actor):
            del self.is_internal


class CorrectForm(ActForm):
    """What was registered."""

    submit_label = _l("保存更正")
    layout = {
        "category_code": 6, "relationship": 6, "job": 4, "employed_from": 4, "employed_until": 4, "event_on": 4,
        "accident_on": 4, "right_known_on": 4, "headcount": 3, "risk_level": 3, "source": 3, "application_mode": 3,
        "station_id": 6, "received_on": 3, "accepted_on": 3,
    }  # fmt: skip
    facts = TextField(_l("事实"), [Length(max=20000)])
    category_code = ChoiceField(_l("案由"), [DataRequired(_l("请选择案由"))])
    relationship = ChoiceField(_l("用工关系"), [DataRequired(_l("请选择"))], choices=list(RELATIONSHIPS.items()))
    job = StringField(_l("岗位"), [Length(max=60)])
    employed_from = StringField(_l("入职时间"), [Length(max=20)], description=_l("记得多少写多少：2025、2025-03"))
    employed_until = DayField(_l("离职日期"), [Optional(), not_in_future])
    event_on = StringField(_l("争议发生时间"), [Length(max=20)])
    accident_on = DayField(
        _l("受伤日期"), [Optional(), not_in_future], description=_l("填写后开始计算工伤认定申请时限。")
    )
    right_known_on = DayField(_l("知道权利受侵害之日"), [Optional(), not_in_future])
    headcount = IntegerField(_l("涉及人数"), [Optional(), NumberRange(1, 100_000, message=_l("请填写人数"))])
    risk_level = ChoiceField(_l("风险"), choices=list(RISKS.items()), default="normal")
    source = ChoiceField(_l("来源"), [DataRequired(_l("请选择"))], choices=list(SOURCES.items()))
    application_mode = ChoiceField(_l("申请方式"), [DataRequired(_l("请选择"))], choices=list(MODES.items()))
    station_id = ChoiceField(_l("驿站"), coerce=as_id)
    received_on = DayField(
        _l("收到申请日期"), [Optional(), not_in_future], description=_l("更正后，受理和仲裁的期限重新计算。")
    )
    accepted_on = DayField(_l("受理日期"), [Optional(), not_in_future], description=_l("更正后，调解期限重新计算。"))
    evidence = TextField(_l("证据清单"), [at_length], description=_l("每行一项。"))
    note = reason_field(_l("更正说明"), required=False)

    def offer(self, actor: Actor, case: Case) -> None:
        if case.accepted_on is None:
            del self.accepted_on
        self.category_code.choices = category_choices()
        self.station_id.choices = [(one.id, one.name) for one in stations_for(actor)]
        if case.station_id and case.station_id not in {key for key, _name in self.station_id.choices}:
            self.station_id.choices.append((case.station_id, "—"))
        if not self.is_submitted():
            for name in self._corrected():
                self[name].data = getattr(case, name)
            self.evidence.data = "\n".join(case.evidence or [])

    def validate_employed_from(self, field: Any) -> None:
        _as_precise_as_known(field)

    def validate_event_on(self, field: Any) -> None:
        _as_precise_as_known(field)

    def _corrected(self) -> list[str]:
        asked = ("received_on", "accepted_on")
        return [
            name
            for name in CORRECTED
            if name in self and (name not in asked or not self.is_submitted() or self[name].raw_data)
        ]

    def changes(self) -> dict[str, Any]:
        """The columns as the service takes them."""
        lines = [line.strip() for line in (self.evidence.data or "").splitlines()]
        values = {name: self[name].data for name in self._corrected()}
        return values | {
            "evidence": [line for line in lines if line],
            "risk_level": self.risk_level.data or "normal",
        }


def _as_precise_as_known(field: Any) -> None:
    if field.data:
        try:
            field.data = parse_date(field.data, clock.today()).iso
        except DateError as error:
            raise ValidationError(_("看不懂这个日期，请写成 2025、2025-03 或 2025-03-01")) from error
