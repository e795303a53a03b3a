"""The forms of a recommendation: draft, review, service, reply, visit, what follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from mediation.core import clock
from mediation.core.web.forms import ChoiceField, DayField, Form, IntegerField, not_in_future
from mediation.core.web.requests import key
from mediation.recommendations import labels
from mediation.recommendations.models import Recommendation, RecommendationEntry
from mediation.recommendations.service import DraftIn, ItemIn, MeasureIn, ReplyIn, ServiceIn

SPARE_ROWS = 2
MOST_MEASURES = 30


def _most(count: int) -> Length:
    return Length(max=count, message=_l("最多 %(max)d 个字"))


def _files(label: Any, description: Any = None) -> MultipleFileField:
    help_text = description or _l("可以一次选择多个文件；PDF、照片、Word、Excel，每个最多 20 MB。")
    return MultipleFileField(label, description=help_text)


def uploads(field: MultipleFileField) -> list[tuple[str, bytes]]:
    """(name, content) of the files that were chosen."""
    return [(one.filename, one.read()) for one in field.data or () if one and one.filename]


class StartForm(Form):
    """Where a draft without a signal begins: a company, a cause, since when."""

    class Meta(Form.Meta):
        csrf = False

    company_name = StringField(_l("公司"), [DataRequired(_l("请选择公司"))])
    company = HiddenField()
    cause = ChoiceField(_l("案由"), [DataRequired(_l("请选择案由"))])
    since = DayField(_l("从何日起的案件"), description=_l("不填则为最近一年。"))


class DraftForm(Form):
    """The text of the letter and the cases it rests on."""

    title = StringField(_l("标题"), [DataRequired(_l("请填写标题")), _most(120)])
    problem = TextAreaField(_l("发现的问题"), [_most(4000)], description=_l("只写做法和后果，不写个人姓名和案号。"))
    rules = TextAreaField(_l("有关规定"), [_most(4000)], description=_l("每行一条。系统只给出参考，须由律师逐条核对。"))
    advice = TextAreaField(_l("建议"), [_most(4000)], description=_l("每行一条，公司将逐条答复。"))
    answer_by = DayField(_l("请于何日前答复"), description=_l("法律没有规定答复期限，由委员会酌定。"))
    case_ids = SelectMultipleField(_l("依据的案件"), coerce=key, validate_choice=False)
    version = IntegerField(validators=[Optional()], widget=HiddenField.widget)

    @classmethod
    def of(cls, row: Recommendation, case_ids: Sequence[int]) -> DraftForm:
        """The form with what is stored."""
        texts = {name: getattr(row, name) for name in ("title", "problem", "rules", "advice", "answer_by", "version")}
        return cls(data={**texts, "case_ids": list(case_ids)})

    def given(self) -> DraftIn:
        """What was typed."""
        texts = {name: self[name].data or "" for name in ("title", "problem", "rules", "advice")}
        return DraftIn(**texts, answer_by=self.answer_by.data, case_ids=tuple(self.case_ids.data or ()))


class ReviewForm(Form):
    """The second reader lets it pass."""

    submit_label = _l("复核通过")
    note = TextAreaField(_l("复核意见"), [_most(500)], description=_l("可以不填。"))


class ReasonForm(Form):
    """Why: sent back, not done, closed."""

    submit_label = _l("确认")
    reason = TextAreaField(_l("理由"), [DataRequired(_l("请写明理由")), _most(1000)])


class ServiceForm(Form):
    """One service of the letter (送达)."""

    submit_label = _l("登记送达")
    layout = {"manner": 4, "served_on": 4, "recipient": 4, "taken_by": 4, "tracking": 4, "place": 4,
              "refusal_note": 6, "witnesses": 6}  # fmt: skip
    manner = ChoiceField(
        _l("送达方式"), [DataRequired(_l("请选择送达方式"))], choices=list(labels.WAYS.items()), default=labels.SYSTEM
    )
    served_on = DayField(_l("送达日期"), [not_in_future], default=clock.today)
    recipient = StringField(_l("受送达人"), [_most(120)], description=_l("不填则为公司本身。"))
    taken_by = StringField(_l("签收人"), [_most(120)], description=_l("直接送达：本人，或者代收人及关系。"))
    tracking = StringField(_l("邮件编号"), [_most(60)])
    place = StringField(_l("送达地点或地址"), [_most(200)])
    refusal_note = StringField(_l("拒收事由"), [_most(300)])
    witnesses = StringField(_l("见证人"), [_most(200)])
    files = _files(_l("回证或照片"))

    def given(self) -> ServiceIn:
        """What was typed."""
        names = ("recipient", "place", "taken_by", "refusal_note", "witnesses", "tracking")
        typed = {name: (self[name].data or "").strip() for name in names}
        return ServiceIn(self.manner.data, self.served_on.data or clock.today(), **typed)


class ItemForm(Form):
    """The answer to one advice."""

    class Meta(Form.Meta):
        csrf = False

    answer = ChoiceField(_l("是否采纳"), choices=list(labels.ANSWERS.items()), validate_choice=False)
    reason = StringField(_l("理由"), [_most(500)])


class MeasureForm(Form):
    """One measure; an empty row is left out."""

    class Meta(Form.Meta):
        csrf = False

    text = StringField(_l("措施"), [_most(500)])
    responsible = StringField(_l("责任人或部门"), [_most(60)])
    done_on = DayField(_l("完成日期"))
    planned_on = DayField(_l("计划日期"))
    replaces = HiddenField()

    def is_blank(self) -> bool:
        """Whether nothing was typed into the row."""
        return not any((field.raw_data or [""])[0].strip() for field in (self.text, self.responsible, self.done_on, self.planned_on))  # fmt: skip

    def given(self) -> MeasureIn:
        """What was typed."""
        replaces = str(self.replaces.data or "")
        return MeasureIn(
            text=self.text.data or "",
            responsible=self.responsible.data or "",
            done_on=self.done_on.data,
            planned_on=self.planned_on.data,
            replaces=int(replaces) if replaces.isdigit() else None,
        )


class ReplyForm(Form):
    """The company's reply, and what it adds later (then without the answers advice by advice)."""

    items = FieldList(FormField(ItemForm, label=""), label=_l("逐条答复"), max_entries=60)
    measures = FieldList(FormField(MeasureForm, label=""), label=_l("整改措施"), max_entries=MOST_MEASURES)
    effective_from = DayField(
        _l("整改措施自何日起执行"), description=_l("效果从这一天起比较；还没有执行的可以先不填，以后补充。")
    )
    note = TextAreaField(_l("其他说明"), [_most(2000)])
    files = _files(_l("证明材料"))

    def begin(self, advice: Sequence[str], open_measures: Sequence[RecommendationEntry], *, first: bool) -> None:
        """One answer per advice for a first reply; the measures that are not done yet; spare rows."""
        if self.is_submitted():
            return
        for _text in advice if first else ():
            self.items.append_entry()
        for entry in open_measures:
            day = entry.data.get("planned_on")
            self.measures.append_entry({
                "text": entry.text,
                "responsible": entry.data.get("responsible"),
                "planned_on": date.fromisoformat(day) if day else None,
                "replaces": str(entry.id),
            })  # fmt: skip
        for _row in range(SPARE_ROWS):
            self.measures.append_entry()

    def given(self, open_measures: Sequence[RecommendationEntry]) -> ReplyIn:
        """What was typed; a measure that stands as it stood is none."""
        rows = [row.form.given() for row in self.measures if not row.form.is_blank()]
        known = {_as_measure(entry) for entry in open_measures}
        return ReplyIn(
            items=tuple(ItemIn(row.form.answer.data or "", row.form.reason.data or "") for row in self.items),
            measures=tuple(one for one in rows if one not in known),
            note=self.note.data or "",
            effective_from=self.effective_from.data,
        )


def _as_measure(entry: RecommendationEntry) -> MeasureIn:
    day = entry.data.get("planned_on")
    return MeasureIn(
        text=entry.text or "",
        responsible=entry.data.get("responsible", ""),
        planned_on=date.fromisoformat(day) if day else None,
        replaces=entry.id,
    )


class VisitForm(Form):
    """A visit to see what was carried out."""

    submit_label = _l("登记回访")
    layout = {"on": 4, "visitors": 4, "place": 4}
    on = DayField(_l("回访日期"), [DataRequired(_l("请填写日期")), not_in_future], default=clock.today)
    visitors = StringField(_l("回访人"), [DataRequired(_l("请写明回访人")), _most(120)])
    place = StringField(_l("地点"), [_most(200)])
    found = TextAreaField(
        _l("看到的情况"),
        [DataRequired(_l("请写明看到的情况")), _most(2000)],
        description=_l("公司会看到这段文字；不写劳动者姓名。附件只有委员会能看到。"),
    )
    files = _files(_l("照片或材料"))


class VerifyForm(Form):
    """The measures are carried out."""

    submit_label = _l("确认已整改")
    layout = {"on": 4, "effective_from": 4}
    on = DayField(_l("核实日期"), [DataRequired(_l("请填写日期")), not_in_future], default=clock.today)
    effective_from = DayField(_l("整改措施自何日起执行"), description=_l("不填则以公司答复的日期为准。"))
    note = TextAreaField(_l("说明"), [_most(1000)])


class TellForm(Form):
    """A body was told of a company that does not answer or act."""

    submit_label = _l("登记告知")
    layout = {"body": 6, "on": 6}
    body = ChoiceField(_l("告知的单位"), [DataRequired(_l("请选择告知的单位"))], choices=list(labels.BODIES.items()))
    on = DayField(_l("告知日期"), [DataRequired(_l("请填写日期")), not_in_future], default=clock.today)
    what = TextAreaField(_l("告知的内容"), [DataRequired(_l("请写明告知的内容")), _most(2000)])
    with_personal_data = BooleanField(_l("告知的内容涉及个人信息"))
    consent = StringField(
        _l("本人的单独同意"),
        [_most(200)],
        description=_l("涉及个人信息的必填：谁、何时同意（《个人信息保护法》第23条）。"),
    )
    files = _files(_l("函件或材料"))


def cause_choices(causes: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Causes by main cause, the main cause itself first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, label in causes.items():
        main = code.partition(".")[0]
        name = causes.get(main, main)
        words = _("%(cause)s（全部）", cause=label) if code == main else label
        groups.setdefault(name, []).append((code, words))
    return groups
