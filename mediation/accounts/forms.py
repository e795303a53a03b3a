"""Forms for log-in, passwords and accounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext  # the name by which words in a context are gathered
from wtforms import BooleanField, FieldList, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from mediation.accounts.labels import ROLES
from mediation.accounts.models import SavedView, User, UserCompany, UserStation
from mediation.accounts.queries import choices_for
from mediation.core.actor import Actor, Role
from mediation.core.errors import DomainError
from mediation.core.web.forms import ChecksField, ChoiceField, DayField, Form, IntegerField


def _key(value: Any) -> int | None:
    return int(value) if value else None


class LoginForm(Form):
    """Log in."""

    username = StringField(_l("用户名"), [DataRequired(_l("请填写用户名")), Length(max=60)])
    password = PasswordField(_l("密码"), [DataRequired(_l("请填写密码")), Length(max=200)])
    next = HiddenField()


def _check_repeated(form: Any, field: Any) -> None:
    if field.data != form.new_password.data:
        raise ValidationError(_("两次输入的新密码不一样"))


class PasswordForm(Form):
    """Change the own password."""

    current_password = PasswordField(_l("现在的密码"), [DataRequired(_l("请填写现在的密码"))])
    new_password = PasswordField(_l("新密码"), [DataRequired(_l("请填写新密码")), Length(max=200)])
    repeated = PasswordField(_l("再输一遍新密码"), [DataRequired(_l("请再输一遍新密码")), _check_repeated])


class CodeForm(Form):
    """A code of the authenticator, or a recovery code."""

    code = StringField(_l("验证码"), [DataRequired(_l("请填写验证码")), Length(max=40)])


class BeginFactorForm(Form):
    """The password, before a second factor is set up in a session that is no longer fresh."""

    current_password = PasswordField(_l("现在的密码"), [DataRequired(_l("请填写现在的密码"))])


class FactorForm(CodeForm):
    """Password and code, before the second factor is taken off or its recovery codes are renewed."""

    current_password = PasswordField(_l("现在的密码"), [DataRequired(_l("请填写现在的密码"))])


class UserForm(Form):
    """An account. Call :meth:`offer` before validating."""

    name = StringField(_l("姓名"), [DataRequired(_l("请填写姓名")), Length(max=60)])
    title = StringField(_l("职务"), [Length(max=60)])
    email = StringField(
        _l("电子邮箱"),
        [Optional(), Length(max=120), Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z", message=_l("请填写有效的邮箱地址"))],
    )
    roles = ChecksField(_l("角色"), choices=[(role.value, label) for role, label in ROLES.items()])
    office = ChoiceField(_l("所在单位"), coerce=_key)
    stations = ChecksField(_l("驿站"), coerce=int)
    companies = FieldList(ChoiceField(_l("公司"), coerce=_key), label=_l("公司"), min_entries=1, max_entries=12)

    def offer(self, actor: Actor, user: User | None = None) -> None:
        """Fill in what can be chosen: active rows of the committee, and those the account already has."""
        chosen = frozenset({user.office_id} if user and user.office_id else ())
        self.office.choices = choices_for(actor, User.office_id, chosen=chosen)
        chosen = frozenset(row.station_id for row in user.stations) if user else frozenset()
        self.stations.choices = choices_for(actor, UserStation.station_id, chosen=chosen)
        chosen = frozenset(row.company_id for row in user.companies) if user else frozenset()
        companies = choices_for(actor, UserCompany.company_id, chosen=chosen)
        for entry in self.companies:
            entry.choices = companies

    def scope(self) -> dict[str, Any]:
        """Roles, stations, companies and office as the service takes them."""
        return {
            "roles": [Role(value) for value in self.roles.data],
            "station_ids": self.stations.data,
            "company_ids": sorted({value for value in self.companies.data if value}),
            "office_id": self.office.data,
        }

    def person(self) -> dict[str, Any]:
        """Name, title and mail address as the service takes them."""
        return {"name": self.name.data, "title": self.title.data, "email": self.email.data}


class NewUserForm(UserForm):
    """A new account has a user name, which stays."""

    username = StringField(_l("用户名"), [DataRequired(_l("请填写用户名")), Length(min=2, max=60)])


class AbsenceForm(Form):
    """Days out of office. Set the choices of ``deputy`` before validating."""

    from_on = DayField(_l("开始日"), [DataRequired(_l("请填写开始日"))])
    to_on = DayField(_l("结束日（含当日）"), [DataRequired(_l("请填写结束日"))])
    deputy = ChoiceField(pgettext("absence", "代理人"), [DataRequired(_l("请选择代理人"))], coerce=_key)
    note = StringField(_l("备注"), [Length(max=200)])

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        return {
            "from_on": self.from_on.data,
            "to_on": self.to_on.data,
            "deputy_id": self.deputy.data,
            "note": self.note.data,
        }


class AbsenceOfForm(AbsenceForm):
    """Days out of office of somebody else, entered by whoever plans the roster."""

    user = ChoiceField(_l("外出的人"), [DataRequired(_l("请选择外出的人"))], coerce=_key)


def _check_contact(_form: Any, field: Any) -> None:
    """A mail address, or a phone number."""
    text = field.data or ""
    is_mail = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text)
    is_phone = re.fullmatch(r"[\d+\- ()（）]{5,24}", text)
    if text and not is_mail and not is_phone:
        raise ValidationError(_("请填写邮箱地址或电话号码"))


def _contact_field() -> Any:
    return StringField(_l("邮箱或手机"), [Length(max=120), _check_contact])


def _days_field() -> Any:
    return IntegerField(
        _l("有效天数"),
        [InputRequired(_l("请填写 1 至 30 的整数")), NumberRange(1, 30, _l("请填写 1 至 30 的整数"))],
        default=7,
    )


class InvitationForm(UserForm):
    """An invitation by an administrator: an account without user name and password. Call :meth:`offer` first."""

    email = None
    contact = _contact_field()
    days = _days_field()

    def person(self) -> dict[str, Any]:
        """Name, title, contact and days as the service takes them."""
        return {
            "name": self.name.data,
            "title": self.title.data,
            "contact": self.contact.data,
            "days": self.days.data,
        }


class PartForm(Form):
    """The part of an HR officer's own tree that a colleague gets. Call :meth:`offer` before validating."""

    # Merged companies leave their scopes to the survivor, so somebody may hold many.
    companies = FieldList(ChoiceField(_l("公司"), coerce=_key), label=_l("公司"), min_entries=1, max_entries=200)

    def offer(self, tree: Sequence[Any]) -> None:
        """Fill in the companies of the officer's tree (queries.tree_for), each indented under its own."""
        choices = [(row.id, "\u3000" * (row.level - 1) + row.name) for row in tree]
        for entry in self.companies:
            entry.choices = choices
        if len(choices) == 1 and not self.is_submitted():
            self.companies[0].data = choices[0][0]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that some company is chosen; said at the first line."""
        fits = super().validate(extra_validators)
        if not self.company_ids():
            self.take(DomainError(_("请选择公司"), field="companies"))
            return False
        return fits

    def take(self, error: DomainError) -> None:
        """A refusal of the companies goes to their first line."""
        if error.field != "companies":
            super().take(error)
            return
        first = self.companies[0]
        first.errors = [*first.errors, error.message]

    def company_ids(self) -> list[int]:
        """What was chosen, as the service takes it."""
        return sorted({value for value in self.companies.data if value})


class ColleagueForm(PartForm):
    """An invitation by a company's HR."""

    name = StringField(_l("姓名"), [DataRequired(_l("请填写姓名")), Length(max=60)])
    title = StringField(_l("职务"), [Length(max=60)])
    contact = _contact_field()
    days = _days_field()


class InvitationCodeForm(Form):
    """The code that was told apart from the link."""

    code = StringField(_l("邀请码"), [DataRequired(_l("请填写邀请码")), Length(max=40)])


class JoinForm(Form):
    """User name and password of whoever was invited."""

    username = StringField(_l("用户名"), [DataRequired(_l("请填写用户名")), Length(min=2, max=60)])
    new_password = PasswordField(_l("密码"), [DataRequired(_l("请填写密码")), Length(max=200)])
    repeated = PasswordField(_l("再输一遍密码"), [DataRequired(_l("请再输一遍密码")), _check_repeated])
    with_factor = BooleanField(_l("接着设置两步验证（推荐）"), default=True)


class ViewForm(Form):
    """The name under which somebody keeps a page as it is narrowed."""

    view_name = StringField(
        _l("视图名称"),
        [
            DataRequired(_l("请给视图起个名字")),
            Length(max=SavedView.name.type.length, message=_l("最多 %(max)d 个字")),
        ],
    )
