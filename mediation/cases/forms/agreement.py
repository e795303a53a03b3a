"""The agreement: terms with instalments, signatures, the seal."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from mediation.cases import service
from mediation.cases.forms.act import ActForm, RowForm, TextField, at_length, day_field, line_field, reason_field
from mediation.cases.forms.choices import as_id, party_choices
from mediation.cases.labels import EXTENTS, SIGNING
from mediation.cases.models import Agreement, Case, Signature
from mediation.cases.service import AgreementIn, InstalmentIn
from mediation.cases.service.agreement import LONGEST_LEFT_OPEN
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.money import yuan
from mediation.core.web.forms import ChoiceField, DayField, MoneyField, not_in_future
from mediation.parties.models import Side

FIRST_ROWS = 2


class InstalmentForm(RowForm):
    """One due payment. An empty row is left out."""

    due_on = DayField(_l("应付日期"))
    amount_fen = MoneyField(_l("金额（元）"))
    debtor = ChoiceField(_l("付款方"), coerce=as_id)
    creditor = ChoiceField(_l("收款方"), coerce=as_id)

    def is_blank(self) -> bool:
        return not (self.due_on.raw_data or [""])[0] and not (self.amount_fen.raw_data or [""])[0]

    def validate_due_on(self, field: Any) -> None:
        if field.data is None and not self.is_blank() and not field.errors:
            raise ValidationError(_("请填写日期"))

    def validate_amount_fen(self, field: Any) -> None:
        if field.data is None and not self.is_blank() and not field.errors:
            raise ValidationError(_("请填写金额"))


class AgreementForm(ActForm):
    """The terms."""

    layout = {"total_fen": 4, "payment_method": 8}
    widths = {"instalments": {"due_on": 3, "amount_fen": 3, "debtor": 3, "creditor": 3}}
    facts = TextField(_l("争议事实"), [DataRequired(_l("请写明争议事实")), at_length])
    terms = TextField(_l("协议内容"), [DataRequired(_l("请写明协议内容")), at_length])
    extent = RadioField(_l("协议处理"), choices=list(EXTENTS.items()), default="full")
    left_open = TextField(
        _l("没有达成一致的请求"),
        [Length(max=LONGEST_LEFT_OPEN, message=_l("最多 %(max)d 个字"))],
        description=_l(
            "只处理部分请求的必须写明，一行一项；协议书会写明这些请求不在协议之内、当事人可以依法另行主张。"
        ),
        render_kw={"rows": 2},
    )
    total_fen = MoneyField(_l("协议总额"), [InputRequired(_l("请填写总额；没有金钱给付的填 0"))])
    payment_method = line_field(_l("支付方式"), description=_l("例如：银行转账至申请人本人账户"))
    instalments = FieldList(FormField(InstalmentForm, label=""), label=_l("分期付款"), max_entries=120)
    early_maturity = BooleanField(
        _l("任何一期逾期未付的，全部余款立即到期"),
        default=True,
        description=_l("写明后，逾期时可就全部余款申请支付令。"),
    )
    confirms_relationship = BooleanField(
        _l("协议确认劳动关系"),
        description=_l("注意：确认劳动关系的协议，仲裁委员会不受理仲裁审查（《劳动人事争议仲裁办案规则》第75条）。"),
    )

    def offer(self, actor: Actor, case: Case) -> None:
        if not self.is_submitted():
            draft = service.draft_agreement_of(case)
            if draft is not None:
                self._begin_with(draft)
            else:
                self.facts.data, self.total_fen.data = case.facts, case.claimed_fen
                if not self._begin_with_offers(case):
                    self._begin_with_claims(case)
            while len(self.instalments) < FIRST_ROWS:
                self.instalments.append_entry()
        debtors = party_choices(case, Side.RESPONDENT, Side.THIRD)
        creditors = party_choices(case, Side.APPLICANT)
        for row in self.instalments:
            row.form.debtor.choices, row.form.creditor.choices = debtors, creditors
            row.form.debtor.empty = debtors[0][1] if debtors else "—"
            row.form.creditor.empty = creditors[0][1] if creditors else "—"

    def validate_left_open(self, field: Any) -> None:
        if self.extent.data == "part" and not field.data:
            raise ValidationError(_("请写明哪些请求没有达成一致"))
        if self.extent.data == "full" and field.data:
            raise ValidationError(_("协议处理全部请求的，这里应当留空；还有没有解决的，请选择“部分请求”"))

    def _begin_with(self, draft: Agreement) -> None:
        self.extent.data, self.left_open.data = "part" if draft.is_partial else "full", draft.left_open
        for name in ("facts", "terms", "total_fen", "payment_method", "early_maturity", "confirms_relationship"):
            self[name].data = getattr(draft, name)
        for one in draft.instalments:
            self.instalments.append_entry(
                {
                    "due_on": one.due_on,
                    "amount_fen": one.amount_fen,
                    "debtor": one.debtor_party_id,
                    "creditor": one.creditor_party_id,
                }
            )

    def _begin_with_offers(self, case: Case) -> bool:
        """What the sides have accepted is what the agreement says: a line per claim, a payment per applicant."""
        accepted = service.accepted_terms(case)
        lines, sums = [], {}
        for place, (claim, fen, words) in enumerate(accepted, start=1):
            said = [f"被申请人支付 {yuan(fen)} 元"] if fen else []
            lines.append(
                f"{place}. {claim.item if claim else '全部请求'}：{'；'.join([*said, *([words] if words else [])])}。"
            )
            key = claim.party_id if claim else None
            sums[key] = sums.get(key, 0) + (fen or 0)
        if not accepted:
            return False
        self.terms.data, self.total_fen.data = "\n".join(lines), sum(sums.values())
        self._leave_open(case, {claim.id if claim else None for claim, _fen, _words in accepted})
        for party_id, fen in sums.items():
            if fen:
                self.instalments.append_entry({"amount_fen": fen, "creditor": party_id})
        return True

    def _leave_open(self, case: Case, agreed: set[int | None]) -> None:
        """The requests on which nobody has come to terms; an offer that names none is about all of them."""
        rest = list(dict.fromkeys(one.item for one in service.claims_of(case) if one.id not in agreed))
        if rest and None not in agreed:
            self.extent.data, self.left_open.data = "part", "\n".join(rest)

    def _begin_with_claims(self, case: Case) -> None:
        """Several applicants: one payment each, of what each of them claims (law.md 1.9)."""
        sums: dict[int, int] = {}
        for claim in service.claims_of(case):
            if claim.party_id and claim.amount_fen:
                sums[claim.party_id] = sums.get(claim.party_id, 0) + claim.amount_fen
        if len(sums) > 1:
            for party_id, fen in sums.items():
                self.instalments.append_entry({"amount_fen": fen, "creditor": party_id})

    def to_terms(self) -> AgreementIn:
        """What the service takes."""
        return AgreementIn(
            facts=self.facts.data,
            terms=self.terms.data,
            total_fen=self.total_fen.data,
            payment_method=self.payment_method.data,
            early_maturity=self.early_maturity.data,
            confirms_relationship=self.confirms_relationship.data,
            is_partial=self.extent.data == "part",
            left_open=self.left_open.data,
            instalments=tuple(
                InstalmentIn(
                    due_on=row.form.due_on.data,
                    amount_fen=row.form.amount_fen.data,
                    debtor_party_id=row.form.debtor.data,
                    creditor_party_id=row.form.creditor.data,
                )
                for row in self.instalments
                if not row.form.is_blank()
            ),
        )


class OralForm(AgreementForm):
    """An oral agreement takes effect when it is reached."""

    layout = {**AgreementForm.layout, "on": 4}
    on = day_field(_l("达成日期"))


class SigningForm(RowForm):
    """One signature line."""

    signature_id = HiddenField()
    is_signed = BooleanField(_l("已签"))
    signed_on = DayField(_l("日期"), [Optional(), not_in_future])
    manner = ChoiceField(
        _l("方式"), choices=[(key, SIGNING[key]) for key in ("signature", "fingerprint", "company_seal")]
    )
    signed_by = line_field(_l("代签人"), limit=60)


class SignForm(ActForm):
    """Tick who has signed; several at once, as it happens at the table."""

    signatures = FieldList(FormField(SigningForm, label=""), label=_l("签名"), max_entries=400)

    def offer(self, actor: Actor, case: Case) -> None:
        if not self.is_submitted():
            for act in open_signatures(case):
                self.signatures.append_entry(
                    {
                        "signature_id": act.id,
                        "signed_on": clock.today(),
                        "manner": "signature",
                    }
                )

    def validate_signatures(self, field: Any) -> None:
        if not any(row.form.is_signed.data for row in field):
            raise ValidationError(_("请勾选已经签名的人"))


class SealForm(ActForm):
    """The committee's seal."""

    layout = {"on": 4}
    on = day_field(_l("盖章日期"))


class ReplaceForm(ActForm):
    """Give up a draft that somebody has signed already."""

    intro = _l("原协议连同已有签名作废保留，之后重新拟定、重新签名。")
    is_grave = True
    reason = reason_field(_l("作废重签的理由"))


def open_signatures(case: Case) -> list[Signature]:
    """What is still to be signed on the draft, the committee's seal left out."""
    draft = service.draft_agreement_of(case)
    return [one for one in draft.signatures if one.signed_on is None and one.actor_kind != "seal"] if draft else []
