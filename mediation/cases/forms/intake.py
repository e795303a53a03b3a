"""The counter form: six required fields, everything else can come later (users-ask 2.2)."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from mediation.cases.forms.choices import as_id, category_choices
from mediation.cases.labels import MODES, RELATIONSHIPS, SOURCES
from mediation.cases.lifecycle import Track
from mediation.cases.service import ClaimIn, Intake, PartyIn
from mediation.committees.queries import get_category
from mediation.companies import queries as companies
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.dates import DateError, parse_date
from mediation.core.money import MoneyError, parse_fen
from mediation.core.web.forms import ChoiceField, DayField, Form, MoneyField, PhoneField, not_in_future
from mediation.parties.identity import is_valid_id, is_valid_phone, normalise_id, normalise_phone
from mediation.parties.labels import ROLES
from mediation.parties.models import PartyKind, PartyRole
from mediation.stations.queries import duties_for, stations_for

REQUIRED = _l("请填写这一项")
RESPONDENT_ROLES = [role for role in PartyRole if role not in (PartyRole.WORKER,)]


class IntakeForm(Form):
    """One page, keyboard only. A missing ID number, amount or company never blocks."""

    draft_id = HiddenField()
    source = ChoiceField(_l("怎么来的"), [DataRequired(REQUIRED)], choices=list(SOURCES.items()), default="walk_in")
    applicant_name = StringField(_l("申请人姓名"), [DataRequired(REQUIRED), Length(max=120)])
    phone = PhoneField(_l("联系电话"), [DataRequired(REQUIRED)])
    company = StringField(
        _l("对方单位或个人"), [Length(max=120)], description=_l("输入全称、简称或网点名，可从提示中选")
    )
    company_id = HiddenField()
    company_unknown = BooleanField(_l("不清楚"))
    category = ChoiceField(_l("为了什么事"), [DataRequired(REQUIRED)])
    facts = TextAreaField(_l("一句话说明"), [DataRequired(REQUIRED), Length(max=5000)])

    amount = MoneyField(_l("请求金额"), [Optional()])
    received_on = DayField(_l("收到申请日期"), [not_in_future])
    relationship = RadioField(_l("用工关系"), choices=list(RELATIONSHIPS.items()), default="undetermined")
    application_mode = RadioField(_l("申请方式"), choices=list(MODES.items()), default="oral")
    job = StringField(_l("岗位"), [Length(max=60)])
    station = ChoiceField(_l("驿站"))
    id_number = StringField(_l("身份证号"), [Length(max=30)])
    second_phone = PhoneField(_l("备用电话（亲友）"), [Optional()])
    address = StringField(_l("住址"), [Length(max=200)])
    plate = StringField(_l("车牌号"), [Length(max=20)])
    company_role = ChoiceField(_l("对方身份"), choices=[(role.value, ROLES[role]) for role in RESPONDENT_ROLES])
    company_is_person = BooleanField(_l("对方是个人"))
    employed_from = StringField(
        _l("入职时间"), [Length(max=20)], description=_l("记得多少写多少：2025、2025年3月、2025-03-01")
    )
    employed_until = DayField(_l("离职日期"), [Optional(), not_in_future])
    accident_on = DayField(_l("受伤日期"), [Optional(), not_in_future], description=_l("工伤认定时限从这天起算"))
    is_migrant = BooleanField(_l("来沪务工人员"))
    is_over_age = BooleanField(_l("超过法定退休年龄"))
    other_applicants = TextAreaField(
        _l("其他申请人"), [Length(max=20000)], description=_l("每行一人：姓名，电话，金额（后两项可不写）")
    )
    other_respondents = TextAreaField(_l("其他被申请人"), [Length(max=4000)], description=_l("每行一个单位名称"))
    is_consultation = BooleanField(_l("只是咨询，不立案"))

    def prepare(self, actor: Actor) -> IntakeForm:
        """Fill the choices and what the desk knows already: today, and the station when there is only one."""
        self.category.choices = category_choices()
        stations = [one for one in stations_for(actor) if not actor.station_ids or one.id in actor.station_ids]
        self.station.choices = [(str(one.id), one.name) for one in stations]
        if not self.is_submitted():
            self.received_on.data = self.received_on.data or clock.today()
        if not self.station.raw_data:  # not asked yet, or not at all
            self.station.data = _own_station(actor, [one.id for one in stations])
        return self

    def validate_company(self, field) -> None:
        if not field.data and not self.company_unknown.data:
            raise ValidationError(_("请填写对方名称；不知道的话请勾选“不清楚”"))

    def validate_id_number(self, field) -> None:
        number = normalise_id(field.data)
        if number and not is_valid_id(number):
            raise ValidationError(_("身份证号不对（位数、出生日期或校验码），请核对；暂时没有可以空着"))

    def validate_received_on(self, field) -> None:
        if field.data is None and not field.errors:
            field.data = clock.today()

    def validate_employed_from(self, field) -> None:
        if field.data:
            try:
                field.data = parse_date(field.data, clock.today()).iso
            except DateError as error:
                raise ValidationError(_("看不懂这个日期，请写成 2025、2025-03 或 2025-03-01")) from error

    def validate_other_applicants(self, field) -> None:
        self.more_applicants = _people(field.data)

    def to_intake(self, actor: Actor) -> Intake:
        """What the service takes."""
        category = self.category.data
        item = get_category(category).label
        claims = (ClaimIn(item=item, amount_fen=self.amount.data, category_code=category),)
        applicant = PartyIn(
            name=self.applicant_name.data,
            phone=self.phone.data,
            second_phone=self.second_phone.data,
            id_number=normalise_id(self.id_number.data),
            address=self.address.data,
            occupation=self.job.data,
            plate=self.plate.data,
            is_migrant=self.is_migrant.data or None,
            is_over_age=self.is_over_age.data,
            claims=claims,
        )
        others = tuple(
            PartyIn(
                name=name,
                phone=phone,
                occupation=self.job.data,
                claims=(ClaimIn(item=item, amount_fen=amount, category_code=category),),
            )
            for name, phone, amount in getattr(self, "more_applicants", ())
        )
        return Intake(
            received_on=self.received_on.data,
            source=self.source.data,
            category_code=category,
            applicants=(applicant, *others),
            respondents=self._respondents(actor),
            facts=self.facts.data,
            relationship=self.relationship.data,
            track=Track.CONSULT if self.is_consultation.data else None,
            application_mode=self.application_mode.data,
            station_id=as_id(self.station.data),
            job=self.job.data,
            employed_from=self.employed_from.data,
            employed_until=self.employed_until.data,
            accident_on=self.accident_on.data,
        )

    def _respondents(self, actor: Actor) -> tuple[PartyIn, ...]:
        if self.company_unknown.data or not self.company.data:
            return ()
        kind = PartyKind.PERSON if self.company_is_person.data else PartyKind.ORGANISATION
        role = PartyRole(self.company_role.data) if self.company_role.data else PartyRole.EMPLOYER
        company_id = (
            None if self.company_is_person.data else chosen_company(actor, self.company_id.data, self.company.data)
        )
        first = PartyIn(name=self.company.data, kind=kind, role=role, company_id=company_id)
        names = [line.strip() for line in (self.other_respondents.data or "").splitlines() if line.strip()]
        return (first, *(PartyIn(name=name, kind=PartyKind.ORGANISATION, role=PartyRole.OTHER) for name in names))


def _own_station(actor: Actor, station_ids: list[int]) -> str | None:
    """The only station there is for the actor, or the one of today's duty."""
    if len(station_ids) > 1:
        on_duty = {one.station_id for one in duties_for(actor, clock.today(), 1) if one.user_id == actor.user_id}
        station_ids = [one for one in station_ids if one in on_duty]
    return str(station_ids[0]) if len(station_ids) == 1 else None


def chosen_company(actor: Actor, key: str | None, typed: str | None) -> int | None:
    """The company that was picked, as long as the text still names it; None: the text alone counts."""
    company_id = as_id(key)
    found = companies.many_for(actor, [company_id]) if company_id else []
    return next((one.id for one in found if one.merged_into_id is None and one.name == (typed or "").strip()), None)


def _people(text: str | None) -> list[tuple[str, str | None, int | None]]:
    """(name, phone, fen) of each line. Raises ValidationError naming the line that cannot be read."""
    lines = [(number, line) for number, line in enumerate((text or "").splitlines(), start=1) if line.strip(_BLANKS)]
    return [_person(number, line) for number, line in lines]


_BLANKS = " \t\u3000,，;；"
_DIVIDER = re.compile(r"\s*[,，;；\t]\s*")
# "张三 13800138000 5000": without a comma, blanks divide before digits only, so that "阿卜杜拉 买买提" stays one name.
_BLANK_DIVIDER = re.compile(r"\s+(?=[\d０-９+＋￥¥])")


def _person(number: int, line: str) -> tuple[str, str | None, int | None]:
    line = line.strip(_BLANKS)
    parts = (_DIVIDER if _DIVIDER.search(line) else _BLANK_DIVIDER).split(line)
    if len(parts) == 2 and (both := re.fullmatch(r"(1\d{10})\s+(.+)", parts[1])):
        parts = [parts[0], *both.groups()]
    # What follows the phone is the sum: its own thousands separators may be commas, too.
    name, phone, amount = parts[0], "".join(parts[1:2]), ",".join(parts[2:])
    if len(name) > 120 or name[0].isdigit():
        raise ValidationError(_("第 %(n)d 行没有姓名", n=number))
    if phone and not is_valid_phone(normalise_phone(phone) or ""):
        raise ValidationError(_("第 %(n)d 行的电话看不懂", n=number))
    try:
        return name, phone or None, parse_fen(amount) if amount else None
    except MoneyError as error:
        raise ValidationError(_("第 %(n)d 行的金额看不懂", n=number)) from error
