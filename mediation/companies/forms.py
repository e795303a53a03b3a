"""Forms of the company pages."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from mediation.companies import names, queries
from mediation.companies.labels import LEVELS, RELATIONS
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.errors import DomainError
from mediation.core.web.forms import ChoiceField, DayField, Form, PhoneField

_REQUIRED = _l("请填写此项")


def picked(actor: Actor, name: StringField, key: HiddenField) -> Company | None:
    """The company of a type-ahead pair; None for an empty name.

    The hidden id counts while the name beside it is still that company's; else the typed name decides, so that the
    field works without scripts. Raises DomainError at the id's field when there is no such company to see.
    """
    typed = names.normalise(name.data)
    if not typed:
        return None
    if (key.data or "").isdigit():
        for company in queries.many_for(actor, [int(key.data)]):
            if names.normalise(company.name) == typed:
                return queries.survivor_of(company)
    found = queries.by_exact_name(actor.committee_id or 0, typed)
    seen = queries.many_for(actor, [found.id]) if found else []
    if not seen:
        raise DomainError(_("没有找到这家公司，请从列表中选择"), field=name.name)
    return seen[0]


class CompanyForm(Form):
    """The facts of one company."""

    name = StringField(_l("公司名称"), [DataRequired(_REQUIRED), Length(max=120)])
    short_name = StringField(_l("简称"), [Length(max=60)])
    uscc = StringField(_l("统一社会信用代码"), [Length(max=40)])
    is_franchise = BooleanField(_l("加盟（独立法人）"))
    legal_representative = StringField(_l("法定代表人"), [Length(max=60)])
    phone = PhoneField(_l("电话"))
    district = StringField(_l("所在区"), [Length(max=40)])
    address = StringField(_l("地址"), [Length(max=200)])
    is_active = BooleanField(_l("仍在经营"), default=True)
    is_verified = BooleanField(_l("已核对"), default=True)

    def details(self) -> dict:
        """What the service takes."""
        names_ = ("name", "short_name", "uscc", "is_franchise", "legal_representative", "phone", "district", "address")
        return {name: self[name].data for name in (*names_, "is_active", "is_verified")}


class PlaceForm(Form):
    """The place in the tree."""

    parent_name = StringField(_l("上级公司"), [Length(max=120)])
    parent_id = HiddenField()
    level = ChoiceField(
        _l("级别"),
        choices=[("2", LEVELS[2]), ("3", LEVELS[3])],
        empty=_l("按上级公司"),
        coerce=lambda value: value or None,
    )

    def wanted_level(self) -> int | None:
        """2, 3, or None for the level below the parent."""
        return int(self.level.data) if self.level.data else None


class NewCompanyForm(CompanyForm, PlaceForm):
    """A company and its place."""


class AliasForm(Form):
    """Another name."""

    alias = StringField(_l("别名、曾用名或品牌名"), [DataRequired(_REQUIRED), Length(max=120)])


class MergeForm(Form):
    """Which company this one really is."""

    target_name = StringField(_l("并入"), [DataRequired(_REQUIRED), Length(max=120)])
    target_id = HiddenField()
    reason = StringField(_l("理由"), [DataRequired(_REQUIRED), Length(max=200)])


class ClientForm(Form):
    """A law firm's client."""

    office_id = ChoiceField(_l("律师事务所"), choices=[])
    company_name = StringField(_l("公司"), [DataRequired(_REQUIRED), Length(max=120)])
    company_id = HiddenField()
    relation = ChoiceField(
        _l("关系"), [DataRequired(_REQUIRED)], choices=list(RELATIONS.items()), default="legal_adviser"
    )
    from_on = DayField(_l("自"), [DataRequired(_REQUIRED)], default=clock.today)
    to_on = DayField(_l("至"))
