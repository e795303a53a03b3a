"""Offers and what becomes of them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from mediation.cases import policy, service
from mediation.cases.forms.act import ActForm, TextField, reason_field
from mediation.cases.forms.choices import as_id
from mediation.cases.labels import NOT_USED_LATER, OFFER_SIDES
from mediation.cases.models import Case, Offer
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.web.forms import ChoiceField, DayField, MoneyField
from mediation.parties import queries as party_queries


class OfferForm(ActForm):
    """An offer of either side. A company's officer makes only the company's own, and none of a separate talk."""

    intro = NOT_USED_LATER
    submit_label = _l("提出方案")
    layout = {"side": 12, "company_id": 6, "claim_id": 6, "amount_fen": 6, "valid_until": 6}
    side = RadioField(_l("哪一方的方案"), [DataRequired(_l("请选择"))], choices=list(OFFER_SIDES.items()))
    company_id = ChoiceField(_l("哪家单位"), [DataRequired(_l("请选择"))], coerce=as_id)
    claim_id = ChoiceField(_l("针对"), coerce=as_id, empty=_l("全部请求"))
    amount_fen = MoneyField(_l("金额"), [Optional()])
    valid_until = DayField(_l("有效至"), description=_l("过了这一天，方案不能再被接受；留空为不限期。"))
    terms = TextField(_l("方案内容"), [Length(max=5000, message=_l("最多 %(max)d 个字"))])
    is_separate = BooleanField(
        _l("单独谈话（背靠背）中提出，不告诉对方"), description=_l("只有承办人员看得到，不进入任何导出和卷宗。")
    )
    replies_to: Offer | None = None

    def offer(self, actor: Actor, case: Case) -> None:
        is_company = policy.is_company(actor)
        own = set(policy.own_companies(actor, case.id)) if is_company else None
        names = {
            one.company_id: one.name
            for one in party_queries.for_case(case.id)
            if one.company_id and (own is None or one.company_id in own) and one.side != "applicant"
        }
        self.company_id.choices = list(names.items())
        self.claim_id.choices = [(one.id, one.item) for one in service.claims_of(case)]
        if not self.is_submitted():
            self._begin_with(case)
        if len(names) < 2:
            del self.company_id
        if is_company:
            del self.side, self.is_separate
        elif self.replies_to is not None:
            self.side.choices = [pair for pair in OFFER_SIDES.items() if pair[0] != self.replies_to.side]

    def _begin_with(self, case: Case) -> None:
        """Where a counter-offer begins: the claim it is about, from the other side."""
        before = self.replies_to
        self.company_id.data = before.company_id if before else case.main_company_id
        self.claim_id.data = before.claim_id if before else None
        if before:
            self.side.data = "worker" if before.side == "company" else "company"
            self.is_separate.data = before.is_separate

    def validate_terms(self, field: Any) -> None:
        if not field.data and self.amount_fen.data is None and not self.amount_fen.errors:
            raise ValidationError(_("请填写金额，或者写明方案内容"))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "side": self.side.data if self.side else "company",
            "company_id": self.company_id.data if self.company_id else None,
            "claim_id": self.claim_id.data,
            "amount_fen": self.amount_fen.data,
            "valid_until": self.valid_until.data,
            "terms": self.terms.data,
            "is_separate": bool(self.is_separate and self.is_separate.data),
        }


class SettleForm(ActForm):
    """What becomes of one offer."""

    submit_label = _l("保存")
    intro = NOT_USED_LATER
    outcome = RadioField(_l("答复"), [DataRequired(_l("请选择答复"))])
    reason = reason_field(_l("说明或理由"), required=False)

    def for_offer(self, actor: Actor, offer: Offer) -> None:
        """What this actor can answer: the other side accepts or declines, the own side withdraws."""
        words = [("accepted", _("接受")), ("declined", _("不接受")), ("withdrawn", _("撤回方案"))]
        if service.is_expired(offer, clock.today()):
            words = [one for one in words if one[0] != "accepted"]
        if policy.is_company(actor):
            words = [one for one in words if (one[0] == "withdrawn") == (offer.side == "company")]
        self.outcome.choices = words
