"""What a company's officer fills in: the answer claim by claim, files, the power of attorney, a payment with its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from mediation.cases import policy, service
from mediation.cases.forms.act import ActForm, RowForm, TextField, day_field, line_field, reason_field
from mediation.cases.forms.choices import as_id
from mediation.cases.labels import ANSWERS, FILE_KINDS, NOT_USED_LATER, POWERS
from mediation.cases.models import Case, Claim
from mediation.cases.service import ClaimAnswer
from mediation.core.actor import Actor
from mediation.core.errors import DomainError
from mediation.core.i18n import short_day
from mediation.core.money import yuan
from mediation.core.web.forms import ChoiceField, DayField, MoneyField
from mediation.parties import queries as party_queries
from mediation.parties.labels import SCOPES

KINDS = ("pay_records", "contract", "authority", "other")
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.heic,.heif,.webp,.docx,.xlsx,.txt,.csv"


class FilesField(MultipleFileField):
    """Several files at once, chosen or dropped. Empty places are left out."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"accept": ACCEPTED})
        kwargs.setdefault(
            "description",
            _l(
                "可以一次选择或拖入多个文件：PDF、照片（含苹果手机 HEIC）、Word、Excel，每个最大 20 MB，一次合计不超过 30 MB。"
            ),
        )
        super().__init__(label or _l("文件"), validators or [], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [one for one in valuelist if getattr(one, "filename", "")]
        self.raw_data = self.data


def _some_file(_form: Any, field: Any) -> None:
    if not field.data:
        raise ValidationError(_("请选择文件"))


class CompanyForm(ActForm):
    """A form of a company's officer. ``company_id`` is asked only of who answers for several companies of the case."""

    company_id: Any = None

    def offer(self, actor: Actor, case: Case) -> None:
        own = set(policy.own_companies(actor, case.id))
        names = [(one.company_id, one.name) for one in party_queries.for_case(case.id) if one.company_id in own]
        if len(dict(names)) > 1:
            self.company_id.choices = list(dict(names).items())
            if not self.is_submitted():
                self.company_id.data = service.company_of(actor, case)
        else:
            del self.company_id

    def company(self) -> int | None:
        """The company chosen; None for the only one."""
        return self.company_id.data if self.company_id else None


class ClaimAnswerForm(RowForm):
    """The answer to one claim; an untouched one leaves the earlier answer as it is."""

    claims: Mapping[int, Claim] = {}
    claim_id = HiddenField()
    kind = RadioField(_l("答复"), choices=list(ANSWERS.items()), validate_choice=False)
    amount_fen = MoneyField(_l("方案金额（元）"), [Optional()])
    valid_until = DayField(_l("方案有效至"))
    reason = TextField(_l("方案内容、说明或理由"), [Length(max=5000, message=_l("最多 %(max)d 个字"))])

    def is_blank(self) -> bool:
        fields = (self.amount_fen, self.valid_until, self.reason)
        return not self.kind.data and not any(one.data or any(one.raw_data or ()) for one in fields)

    def validate(self, extra_validators: Any = None) -> bool:
        """By the service's own rule, so that its words stand at the claim they are about."""
        is_sound = super().validate(extra_validators)
        if not is_sound or self.is_blank():
            return is_sound
        try:
            service.check_answer(self.to_answer(), self.claims.get(as_id(self.claim_id.data) or 0))
        except DomainError as error:
            self.take(error)
            return False
        return True

    def to_answer(self) -> ClaimAnswer:
        """What the service takes."""
        return ClaimAnswer(
            claim_id=as_id(self.claim_id.data),
            kind=self.kind.data or "",
            amount_fen=self.amount_fen.data if self.kind.data == "offer" else None,
            reason=self.reason.data,
            valid_until=self.valid_until.data if self.kind.data == "offer" else None,
        )


class AnswerForm(CompanyForm):
    """The answer to all claims in one go, or to some of them."""

    submit_label = _l("提交答复")
    intro = NOT_USED_LATER
    layout = {"files": 8, "files_kind": 4}
    company_id = ChoiceField(_l("代表哪家单位"), coerce=as_id)
    answers = FieldList(FormField(ClaimAnswerForm, label=""), label=_l("逐项答复"), max_entries=400)
    files = FilesField(_l("证明材料"))
    files_kind = ChoiceField(_l("是什么材料"), choices=[(key, FILE_KINDS[key]) for key in KINDS], default="pay_records")

    def offer(self, actor: Actor, case: Case) -> None:
        super().offer(actor, case)
        self.claims = {one.id: one for one in service.claims_of(case)}
        self.is_settled = service.is_settled(case)
        said = service.answers_for(actor, case)
        self.said = {claim_id: one for (_company, claim_id), one in service.newest(said).items()}
        if not self.is_submitted():
            for claim_id in [] if self.is_settled else list(self.claims):
                self.answers.append_entry({"claim_id": claim_id})
            if not self.answers.entries:
                self.answers.append_entry({"claim_id": None})
        for row in self.answers:
            row.form.claims = self.claims

    def validate(self, extra_validators: Any = None) -> bool:
        """Some claim has to be answered."""
        is_sound = super().validate(extra_validators)
        if all(one.form.is_blank() for one in self.answers):
            self.form_errors.append(_("请至少答复一项请求"))
            return False
        return is_sound

    def to_answers(self) -> list[ClaimAnswer]:
        """What the service takes."""
        return [one.form.to_answer() for one in self.answers if not one.form.is_blank()]


class HandInForm(CompanyForm):
    """Files of the company."""

    submit_label = _l("上传")
    intro = _l("上传的材料只有承办人员和本单位看得到，本案的其他单位看不到。")
    layout = {"kind": 6, "note": 6}
    company_id = ChoiceField(_l("代表哪家单位"), coerce=as_id)
    files = FilesField(_l("文件"), [_some_file])
    kind = ChoiceField(
        _l("是什么"),
        [DataRequired(_l("请选择"))],
        choices=[(key, FILE_KINDS[key]) for key in KINDS],
        default="pay_records",
    )
    note = line_field(_l("说明"), limit=200)


class AuthorityForm(ActForm):
    """Who acts for the company, how far and until when, with the signed paper."""

    submit_label = _l("提交")
    intro = _l("承办人员核对授权委托书后，代理人即列入本案，可以参加调解会议、签收文书；特别授权须逐项写明权限。")
    layout = {"party_id": 12, "name": 6, "position": 6, "from_on": 6, "to_on": 6}
    party_id = ChoiceField(_l("委托单位"), [DataRequired(_l("请选择"))], coerce=as_id)
    name = line_field(_l("代理人姓名"), required=_l("请填写姓名"), limit=60)
    position = line_field(_l("职务"), limit=60)
    scope = RadioField(_l("授权范围"), choices=list(SCOPES.items()), default="general")
    admit, settle, sign, receive, serve = (BooleanField(label) for label in POWERS.values())
    from_on = DayField(_l("授权起始日"))
    to_on = DayField(_l("授权截止日"), description=_l("到期前系统会提醒；留空表示至本案结束。"))
    files = FilesField(_l("授权委托书"), [_some_file])
    aliases = {"powers": "scope", "file": "files"}

    def offer(self, actor: Actor, case: Case) -> None:
        own = set(policy.own_companies(actor, case.id))
        self.party_id.choices = [(one.id, one.name) for one in party_queries.for_case(case.id) if one.company_id in own]
        if not self.is_submitted() and self.party_id.choices:
            self.party_id.data = self.party_id.choices[0][0]

    def powers(self) -> list[str]:
        """The special powers that were ticked."""
        return [name for name in POWERS if self[name].data] if self.scope.data == "special" else []


class ReviewForm(ActForm):
    """The committee's look at what a company has handed in."""

    submit_label = _l("保存")
    outcome = RadioField(_l("核对结果"), [DataRequired(_l("请选择"))])
    reason = reason_field(_l("退回的理由"), required=False, description=_l("退回时必填，单位会收到。"))

    def validate_reason(self, field: Any) -> None:
        if self.outcome.data == "no" and not field.data:
            raise ValidationError(_("请写明理由"))


class AuthorityReviewForm(ReviewForm):
    """Whether a power of attorney is in order."""

    outcome = RadioField(
        _l("核对结果"),
        [DataRequired(_l("请选择"))],
        choices=[("yes", _l("确认，列为代理人")), ("no", _l("退回，请单位重新提交"))],
    )


class PaymentReviewForm(ReviewForm):
    """Whether the worker has the money."""

    outcome = RadioField(
        _l("劳动者一方是否收到"),
        [DataRequired(_l("请选择"))],
        choices=[("yes", _l("已收到，登记这笔付款")), ("no", _l("没有收到或金额不符"))],
    )


class PaymentReportForm(ActForm):
    """A payment the company has made."""

    submit_label = _l("提交")
    intro = _l("款项直接付给收款方，不经过调解委员会。承办人向劳动者核实收到后登记为已付。")
    layout = {"instalment_id": 6, "amount_fen": 3, "paid_on": 3}
    instalment_id = ChoiceField(_l("哪一期"), [DataRequired(_l("请选择哪一期"))], coerce=as_id)
    amount_fen = MoneyField(_l("金额"), [InputRequired(_l("请填写金额"))])
    paid_on = day_field(_l("付款日期"))
    proof = line_field(_l("凭据编号"), description=_l("例如：银行回单号"))
    files = FilesField(_l("付款凭据"), [_some_file])
    aliases = {"on": "paid_on"}

    def offer(self, actor: Actor, case: Case) -> None:
        waiting: dict[int, int] = {}
        for one in service.reports_for(actor, case):
            if one.status == "pending":
                waiting[one.instalment_id] = waiting.get(one.instalment_id, 0) + one.amount_fen
        owed = {
            one.id: (one, one.amount_fen - one.paid_fen - waiting.get(one.id, 0))
            for one in service.own_instalments(actor, case)
        }
        unpaid = {key: pair for key, pair in owed.items() if pair[1] > 0}
        self.instalment_id.choices = [
            (key, _("第 %(seq)s 期，%(day)s，未付 %(sum)s 元", seq=one.seq, day=short_day(one.due_on), sum=yuan(rest)))
            for key, (one, rest) in unpaid.items()
        ]
        if not self.is_submitted() and unpaid:
            wanted = request.args.get("instalment", type=int)
            chosen = wanted if wanted in unpaid else next(iter(unpaid))
            self.instalment_id.data, self.amount_fen.data = chosen, unpaid[chosen][1]
