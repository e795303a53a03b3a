"""Payments, default, the ways to give the agreement force, visits."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from mediation.cases import service
from mediation.cases.forms.act import ActForm, TextField, day_field, line_field, reason_field
from mediation.cases.forms.choices import as_id
from mediation.cases.labels import ROUTES, VISIT_MANNERS
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case
from mediation.core.actor import Actor
from mediation.core.i18n import short_day
from mediation.core.money import yuan
from mediation.core.web.forms import ChoiceField, MoneyField

JOINT = ("arbitration_review", "judicial_confirmation")
ONE_SIDED = ("payment_order", "suit", "arbitration")


class PaymentForm(ActForm):
    """A payment that reached the party."""

    intro = _l("款项由付款方直接付给收款方，不经过调解委员会。")
    layout = {"instalment_id": 6, "amount_fen": 3, "paid_on": 3, "proof": 6, "file": 6}
    instalment_id = ChoiceField(_l("哪一期"), [DataRequired(_l("请选择哪一期"))], coerce=as_id)
    amount_fen = MoneyField(_l("金额"), [InputRequired(_l("请填写金额"))])
    paid_on = day_field(_l("付款日期"))
    proof = line_field(_l("凭据"), description=_l("例如：银行回单号、收条"))
    file = FileField(_l("凭据照片或文件"))
    aliases = {"on": "paid_on"}

    def offer(self, actor: Actor, case: Case) -> None:
        agreement = service.effective_agreement(case)
        unpaid = [one for one in agreement.instalments if one.paid_fen < one.amount_fen] if agreement else []
        self.instalment_id.choices = [
            (
                one.id,
                _(
                    "第 %(seq)s 期，%(day)s，未付 %(sum)s 元",
                    seq=one.seq,
                    day=short_day(one.due_on),
                    sum=yuan(one.amount_fen - one.paid_fen),
                ),
            )
            for one in unpaid
        ]
        if not self.is_submitted() and unpaid:
            wanted = request.args.get("instalment", type=int)
            first = next((one for one in unpaid if one.id == wanted), unpaid[0])
            self.instalment_id.data, self.amount_fen.data = first.id, first.amount_fen - first.paid_fen


class PerformedForm(ActForm):
    """What was agreed besides money was done."""

    layout = {"on": 4}
    on = day_field(_l("履行完毕日期"))


class DefaultForm(ActForm):
    """An instalment was missed."""

    intro = _l("协议约定提前到期的，全部余款随之到期；申请执行等期限从应付日起算。")
    layout = {"on": 4}
    on = day_field()
    note = reason_field(_l("催告经过"), required=False)


class ForceForm(ActForm):
    """A joint application that makes the agreement enforceable."""

    layout = {"applied_on": 4, "body": 8}
    route = RadioField(_l("途径"), [DataRequired(_l("请选择途径"))], choices=[(key, ROUTES[key]) for key in JOINT])
    applied_on = day_field(_l("申请日期"))
    body = line_field(_l("受理机关"))
    aliases = {"on": "applied_on"}

    def offer(self, actor: Actor, case: Case) -> None:
        agreement = service.effective_agreement(case)
        # Order 33 Art 75: an agreement that fixes the employment relationship is not taken for arbitration review.
        if case.track == Track.PEOPLES.value or (agreement and agreement.confirms_relationship):
            self.route.choices = [(key, ROUTES[key]) for key in JOINT if key != "arbitration_review"]


class EnforcementForm(ForceForm):
    """After default: payment order, suit or arbitration."""

    route = RadioField(_l("途径"), [DataRequired(_l("请选择途径"))], choices=[(key, ROUTES[key]) for key in ONE_SIDED])


class FollowUpForm(ActForm):
    """A return visit."""

    layout = {"visited_on": 4, "manner": 4, "satisfaction": 4}
    visited_on = day_field(_l("回访日期"))
    manner = ChoiceField(_l("方式"), choices=list(VISIT_MANNERS.items()), default="phone")
    satisfaction = ChoiceField(
        _l("满意度"),
        [Optional()],
        coerce=as_id,
        choices=[
            (5, _l("5 很满意")), (4, _l("4 满意")), (3, _l("3 一般")), (2, _l("2 不满意")), (1, _l("1 很不满意"))
        ],
        empty=_l("未问"),
    )  # fmt: skip
    finding = TextField(
        _l("回访情况"), [DataRequired(_l("请记录回访情况")), Length(max=500, message=_l("最多 %(max)d 个字"))]
    )
    aliases = {"on": "visited_on"}
