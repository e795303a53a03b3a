"""Legal acts: which one, its day and answers, what proves it; corrections of acts and of signature days."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext  # the name by which words in a context are gathered
from flask_wtf.file import FileField
from wtforms import RadioField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from mediation.attachments import queries as attachments
from mediation.cases import service
from mediation.cases.act_labels import ACTS as ACT_NAMES
from mediation.cases.act_labels import ANSWERS, GROUPS, QUESTIONS, unit_of
from mediation.cases.acts import Act, Choice, possible
from mediation.cases.forms.act import ActForm, day_field, line_field, reason_field
from mediation.cases.forms.choices import as_id
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case, LegalAct
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.i18n import short_day
from mediation.core.web.forms import ChoiceField, DayField, IntegerField


class LegalActForm(ActForm):
    """One legal act. The questions of the act are added by :func:`form_for`."""

    act: ClassVar[Act]
    submit_label = pgettext("to do", "登记")
    layout = {"on": 4, "days": 4, "claim_id": 6, "evidence": 12, "attachment_id": 6, "file": 6}
    on = day_field(_l("行为的日期"), description=_l("写法律行为发生的那一天（收到、作出、申请之日），不是登记的日期。"))
    evidence = line_field(_l("证据"), limit=300, description=_l("例如：仲裁委员会受理通知书、快递签收记录、短信截图"))
    attachment_id = ChoiceField(_l("本案材料"), coerce=as_id, empty=_l("不引用"))
    file = FileField(_l("上传新材料"))
    claim_id = ChoiceField(_l("针对哪一项请求"), coerce=as_id, empty=_l("全部请求"))
    aliases = {"kind": ""}

    def offer(self, actor: Actor, case: Case) -> None:
        for question in self.act.choices:
            if question not in self.act.questions(Track(case.track)):
                delattr(self, question.name)
        if self.act.interrupts:
            self.claim_id.choices = [(one.id, one.item) for one in service.claims_of(case)]
            self.evidence.description = _("时效中断须有注明日期的证据，例如：短信截图、邮寄凭证、投诉回执")
        else:
            del self.claim_id
        files = attachments.of_case(case.id, include_internal=True)
        if files:
            self.attachment_id.choices = [(one.id, one.filename) for one in files]
        else:
            del self.attachment_id

    def answers(self) -> dict[str, Any]:
        """What was answered so far, by question; ``days`` for an extension."""
        names = [one.name for one in self.act.choices] + (["days"] if self.act.extends else [])
        return {name: self[name].data for name in names if name in self and self[name].data}

    def values(self) -> dict[str, Any]:
        """What the service takes besides case, act and file."""
        return {
            "on": self.on.data,
            "evidence": self.evidence.data,
            "claim_id": self.claim_id.data if "claim_id" in self else None,
            "data": self.answers(),
        }

    @property
    def order(self) -> list[str]:
        """The names of the fields as they are shown."""
        names = ["on", "days", *(one.name for one in self.act.choices), "claim_id", "evidence", "attachment_id", "file"]
        return [name for name in (*names, "reason") if name in self]

    @property
    def chosen_file(self) -> int | None:
        """The file of the case that proves it."""
        return self.attachment_id.data if "attachment_id" in self else None


def form_for(act: Act, *, corrects: LegalAct | None = None) -> type[LegalActForm]:
    """The form of one kind of act; ``corrects``: filled in with a recorded one, with the reason for the correction."""
    fields: dict[str, Any] = {"act": act}
    if act.may_lie_ahead:
        fields["on"] = DayField(
            _l("行为的日期"),
            [DataRequired(_l("请填写日期"))],
            default=clock.today,
            description=_l("可以是将来的日期。"),
        )
    if act.extends:
        fields["days"] = IntegerField(
            _("延长多少（%(unit)s）", unit=unit_of(act.extends[0])),
            [InputRequired(_l("请填写延长多少")), NumberRange(1, 365, message=_l("请填写 1 至 365 之间的数"))],
        )
    fields |= {question.name: _radio(act, question) for question in act.choices}
    if corrects is not None:
        fields |= {"reason": reason_field(_l("更正的理由"), limit=300), "submit_label": _l("保存更正")}
        fields["offer"] = _filled_with(corrects)
    return type("LegalActForm", (LegalActForm,), fields)


def _radio(act: Act, question: Choice) -> RadioField:
    words = ANSWERS[question.name]
    label = ACT_NAMES[act.kind] if question.name == "result" else QUESTIONS[question.name]
    return RadioField(label, [DataRequired(_l("请选择"))], choices=[(key, words[key]) for key in question.answers])


def _filled_with(row: LegalAct):
    def offer(self: LegalActForm, actor: Actor, case: Case) -> None:
        LegalActForm.offer(self, actor, case)
        if self.is_submitted():
            return
        self.on.data, self.evidence.data = row.happened_on, row.evidence
        for name, value in {**row.data, "claim_id": row.claim_id, "attachment_id": row.attachment_id}.items():
            if name in self:
                self[name].data = value

    return offer


class WithdrawActForm(ActForm):
    """An act that did not happen."""

    intro = _l("撤回后，由这一行为起算的期限取消，被它了结的期限恢复计算；原来的记录保留。")
    is_grave = True
    submit_label = _l("撤回这一行为")
    reason = reason_field(_l("撤回的理由"), limit=300)


class SignatureDayForm(ActForm):
    """The day of a signature or seal, entered wrongly."""

    intro = _l("协议自最后一个签名或盖章之日生效；更正后，仲裁审查、司法确认等期限重新计算，原来的日期保留。")
    submit_label = _l("保存更正")
    layout = {"signature_id": 8, "on": 4}
    signature_id = ChoiceField(_l("哪一个签名或印章"), [DataRequired(_l("请选择"))], coerce=as_id)
    on = day_field(_l("正确的日期"))
    reason = reason_field(_l("更正的理由"))

    def offer(self, actor: Actor, case: Case) -> None:
        agreement = service.effective_agreement(case) or service.draft_agreement_of(case)
        self.signature_id.choices = [
            (one.id, _("%(name)s，登记为 %(day)s", name=one.name, day=short_day(one.signed_on)))
            for one in (agreement.signatures if agreement else ())
            if one.signed_on
        ]


def kind_groups(track: Track) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """All acts of a track under the words for their groups, for a select."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for act in possible(track):
        found.setdefault(act.group, []).append((act.kind, ACT_NAMES[act.kind]))
    return [(GROUPS[group], acts) for group, acts in found.items()]


def day_or_today(form: LegalActForm) -> date:
    """The day to count from in a preview."""
    return form.on.data or clock.today()
