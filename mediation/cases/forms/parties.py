"""Parties, representatives, claims."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, Length, Optional

from mediation.cases.forms.act import ActForm, TextField, line_field
from mediation.cases.forms.choices import as_id, category_choices, party_choices
from mediation.cases.labels import POWERS
from mediation.cases.models import Case, Claim
from mediation.cases.service import ClaimIn, PartyIn
from mediation.core.actor import Actor
from mediation.core.web.forms import ChoiceField, DayField, MoneyField, PhoneField
from mediation.parties.labels import GENDERS, KINDS, REPRESENTATIVE_KINDS, ROLES, SCOPES, SEALED_FIELDS, SIDES
from mediation.parties.models import Party, PartyKind, PartyRole, Side
from mediation.parties.policy import SEALED, mask_text

PLAIN = ("name", "gender", "occupation", "is_over_age", "legal_representative", "plate", "service_wish")


class PartyForm(ActForm):
    """A party. Only the name is required; a missing number never blocks."""

    submit_label = _l("保存")
    layout = {
        "side": 4, "kind": 4, "role": 4, "name": 8, "gender": 4, "phone": 4, "second_phone": 4, "id_number": 4,
        "address": 8, "bank_account": 4, "occupation": 4, "plate": 4, "legal_representative": 4, "service_wish": 8,
        "is_over_age": 4,
    }  # fmt: skip
    company_fields = {"name": "company_id"}
    side = ChoiceField(_l("地位"), [DataRequired(_l("请选择"))], choices=[(one.value, SIDES[one]) for one in Side])
    kind = ChoiceField(_l("类别"), [DataRequired(_l("请选择"))], choices=[(one.value, KINDS[one]) for one in PartyKind])
    role = ChoiceField(_l("身份"), [DataRequired(_l("请选择"))], choices=[(one.value, ROLES[one]) for one in PartyRole])
    name = line_field(_l("姓名或名称"), required=_l("请填写姓名或名称"))
    company_id = HiddenField()
    gender = ChoiceField(_l("性别"), choices=list(GENDERS.items()))
    phone = PhoneField(SEALED_FIELDS["phone"], [Optional()])
    second_phone = PhoneField(SEALED_FIELDS["second_phone"], [Optional()])
    id_number = StringField(SEALED_FIELDS["id_number"], [Length(max=30)])
    address = line_field(SEALED_FIELDS["address"], limit=200)
    bank_account = line_field(SEALED_FIELDS["bank_account"], limit=40)
    occupation = line_field(_l("岗位"), limit=60)
    plate = line_field(_l("车牌号"), limit=20)
    legal_representative = line_field(_l("法定代表人"), limit=60)
    service_wish = line_field(_l("送达方式的意愿"), limit=60)
    is_over_age = BooleanField(_l("超过法定退休年龄"))

    def begin_with(self, party: Party) -> None:
        """Start from a party. Sealed fields stay empty: what is typed replaces them, nothing typed leaves them."""
        for name in SEALED:
            masked = mask_text(name, getattr(party, name))
            if masked:
                self[name].description = _("现为 %(masked)s；留空则不改", masked=masked)
        if self.is_submitted():
            return
        for name in (*PLAIN, "side", "kind", "role"):
            self[name].data = getattr(party, name)

    def to_party(self) -> PartyIn:
        """A new party, as the service takes it."""
        return PartyIn(
            name=self.name.data,
            kind=PartyKind(self.kind.data),
            role=PartyRole(self.role.data),
            company_id=as_id(self.company_id.data) if self.kind.data == PartyKind.ORGANISATION.value else None,
            gender=self.gender.data,
            occupation=self.occupation.data,
            plate=self.plate.data,
            is_over_age=self.is_over_age.data,
            **{name: self[name].data for name in SEALED if name != "bank_account"},
        )

    def changes(self) -> dict[str, Any]:
        """What a correction changes."""
        values = {name: self[name].data for name in (*PLAIN, "side", "kind", "role")}
        return values | {name: self[name].data for name in SEALED if self[name].data}

    def extras(self) -> dict[str, Any]:
        """What an intake does not ask."""
        names = ("legal_representative", "service_wish", "bank_account")
        return {name: self[name].data for name in names if self[name].data}


class RepresentativeForm(ActForm):
    """Who acts for a party, and how far."""

    submit_label = _l("保存")
    layout = {"kind": 4, "name": 4, "relation": 4, "phone": 4, "id_number": 4, "scope": 12, "from_on": 4, "to_on": 4}
    kind = ChoiceField(
        _l("类别"), [DataRequired(_l("请选择"))], choices=list(REPRESENTATIVE_KINDS.items()), default="agent"
    )
    name = line_field(_l("姓名"), required=_l("请填写姓名"), limit=60)
    relation = line_field(_l("与当事人的关系"), limit=60)
    phone = PhoneField(SEALED_FIELDS["phone"], [Optional()])
    id_number = StringField(SEALED_FIELDS["id_number"], [Length(max=30)])
    scope = RadioField(_l("授权范围"), choices=list(SCOPES.items()), default="general")
    admit, settle, sign, receive, serve = (BooleanField(label) for label in POWERS.values())
    from_on = DayField(_l("授权起始日"))
    to_on = DayField(_l("授权截止日"))
    file = FileField(_l("授权委托书（照片或文件）"))
    aliases = {"powers": "scope"}

    def powers(self) -> list[str]:
        """The special powers that were ticked."""
        return [name for name in POWERS if self[name].data]


class ClaimForm(ActForm):
    """One request of one applicant."""

    submit_label = _l("保存")
    layout = {"party_id": 6, "category_code": 6, "item": 8, "amount_fen": 4}
    party_id = ChoiceField(_l("申请人"), coerce=as_id)
    category_code = ChoiceField(_l("案由"))
    item = line_field(_l("请求"), required=_l("请写明请求"))
    amount_fen = MoneyField(_l("金额"), [Optional()])
    amount_text = TextField(
        _l("金额说明"), [Length(max=200, message=_l("最多 %(max)d 个字"))], description=_l("算不出确数时，照原话记。")
    )

    def offer(self, actor: Actor, case: Case) -> None:
        self.party_id.choices = party_choices(case, Side.APPLICANT)
        self.category_code.choices = category_choices()
        if not self.is_submitted():
            self.category_code.data = case.category_code
            self.party_id.data = self.party_id.choices[0][0] if self.party_id.choices else None

    def begin_with(self, claim: Claim) -> None:
        """Start from a claim; whose it is does not change."""
        if self.is_submitted():
            return
        for name in ("party_id", "category_code", "item", "amount_fen", "amount_text"):
            self[name].data = getattr(claim, name)

    def to_claim(self) -> ClaimIn:
        """What the service takes."""
        return ClaimIn(
            item=self.item.data,
            amount_fen=self.amount_fen.data,
            amount_text=self.amount_text.data,
            category_code=self.category_code.data,
        )
