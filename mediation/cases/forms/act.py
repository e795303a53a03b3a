"""The base of the forms of acts, and the rows of their lists."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from mediation.cases.models import Case
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.errors import DomainError
from mediation.core.web.forms import DayField, Form, not_in_future

# What is written at length: a record of many hours fits, a file pasted by mistake does not.
at_length = Length(max=20_000, message=_l("最多 %(max)d 个字"))


class TextField(TextAreaField):
    """Several lines of text; outer blanks off."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = (self.data or "").strip("\u3000 \t\r\n") or None


class ActForm(Form):
    """One act. ``layout`` gives fields their share of twelve columns, ``aliases`` the fields that services call otherwise.

    ``company_fields`` are found among the companies while typing, each with the field for the key. ``intro`` stands above the form, ``submit_label`` on its button where the act's name is not clear; ``is_grave`` marks what cannot be taken back.
    """

    layout: dict[str, int] = {}
    widths: dict[str, dict[str, int]] = {}
    aliases: dict[str, str] = {}
    company_fields: dict[str, str] = {}
    intro: object = ""
    submit_label: object = None
    is_grave = False

    def offer(self, actor: Actor, case: Case) -> None:
        """Fill in what can be chosen and, on a first look, what is most likely."""

    def take(self, error: DomainError) -> None:
        """Show a service's refusal at the field that stands for the one it names."""
        error.field = self.aliases.get(error.field or "", error.field)
        super().take(error)


class RowForm(Form):
    """One row of a list inside a form."""

    class Meta(Form.Meta):
        csrf = False

    def is_blank(self) -> bool:
        """Whether nothing was typed into the row."""
        return not any(field.data for field in self)


def day_field(label: Any = None, **kwargs: Any) -> DayField:
    """The civil date of an act that has happened: today unless somebody says otherwise."""
    return DayField(
        label or _l("日期"),
        [DataRequired(_l("请填写日期")), not_in_future],
        default=clock.today,
        **kwargs,
    )


def reason_field(label: Any = None, *, required: bool = True, limit: int = 500, **kwargs: Any) -> TextField:
    """Why, in the handler's words."""
    checks: list[Any] = [Length(max=limit, message=_l("最多 %(max)d 个字"))]
    if required:
        checks.insert(0, DataRequired(_l("请写明理由")))
    return TextField(label or _l("理由"), checks, **kwargs)


def line_field(label: Any, *, required: Any = None, limit: int = 120, **kwargs: Any) -> StringField:
    """One line of text; ``required`` is the message where it may not be empty."""
    checks: list[Any] = [Length(max=limit, message=_l("最多 %(max)d 个字"))]
    if required:
        checks.insert(0, DataRequired(required))
    return StringField(label, checks, **kwargs)
