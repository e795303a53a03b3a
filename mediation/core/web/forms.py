"""Form fields of the trade: dates and money as people write them; ID numbers and phones that are never mangled."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import escape
from wtforms import SelectField, SelectMultipleField, StringField, widgets
from wtforms.fields.choices import Choice
from wtforms.validators import StopValidation, ValidationError

from mediation.core import clock
from mediation.core.dates import DateError, parse_day
from mediation.core.errors import DomainError
from mediation.core.money import MoneyError, parse_fen, yuan

_WHOLE = re.compile(r"-?\d{1,18}")  # no key and no number of a database is longer
FULL_WIDTH = str.maketrans("０１２３４５６７８９ＸｘＡＢＣＤＥＦ－　", "0123456789XXABCDEF- ")


def tidy(text: Any) -> Any:
    """Outer blanks off; an empty text is None. What a field has already read (a date, a sum) passes through."""
    if not isinstance(text, str):
        return text
    return text.strip("\u3000 \t\r\n\u200b\ufeff") or None


class Form(FlaskForm):
    """The base of all forms. Strips text, keeps what was typed, and takes errors of services to their field."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict) -> Any:
            filters = unbound_field.kwargs.get("filters", [])
            if isinstance(unbound_field.field_class, type) and issubclass(unbound_field.field_class, StringField):
                filters = [*filters, tidy]
            return unbound_field.bind(form=form, **{**options, "filters": filters} if filters else options)

    def take(self, error: DomainError) -> None:
        """Show a service's refusal at the field it names, or above the form."""
        target = self._fields.get(error.field or "")
        if target is None:
            self.form_errors.append(error.message)
        else:
            target.errors = [*target.errors, error.message]


class ReadField(StringField):
    """Text read as something else. What cannot be read is said to be that, and not called empty by what is asked next."""

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation


class DayField(ReadField):
    """A civil date as people write it (2026-11-22, 2026年11月22日, 昨天). ``data`` is a date or None."""

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = tidy(valuelist[0]) if valuelist else None
        self.data = None
        if text is None:
            return
        try:
            self.data = parse_day(text, clock.today())
        except DateError as error:
            raise ValueError(_("看不懂这个日期，请写成 2026-11-22 或 2026年11月22日")) from error


class MoneyField(ReadField):
    """A sum of yuan as people write it (12,000、1.2万). ``data`` is integer fen or None."""

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return yuan(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = tidy(valuelist[0]) if valuelist else None
        self.data = None
        if text is None:
            return
        try:
            self.data = parse_fen(text)
        except MoneyError as error:
            raise ValueError(_("看不懂这个金额，请写成 12345.60 或 1.2万")) from error


class IntegerField(ReadField):
    """A whole number, also in full-width digits. ``data`` is an int or None; its bounds are for a validator to say."""

    widget = widgets.NumberInput()

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return  # not on the page: what the form began with stands
        text = tidy(valuelist[0])
        self.data = None
        if text is None:
            return
        plain = text.translate(FULL_WIDTH)
        if not _WHOLE.fullmatch(plain):
            raise ValueError(_("看不懂这个数，请写成整数"))
        self.data = int(plain)


class PhoneField(ReadField):
    """A phone number as text: digits, an optional leading +, dashes and blanks dropped."""

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else self.data or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = tidy(valuelist[0]) if valuelist else None
        self.data = None
        if text is None:
            return
        plain = text.translate(FULL_WIDTH)
        self.data = "".join(mark for mark in plain if mark.isdigit() or (mark == "+" and plain.startswith("+")))
        if not 5 <= len(self.data) <= 20:
            raise ValueError(_("电话号码应为 5 至 20 位数字"))


class Select(widgets.Select):
    """A select whose plain options are written straight down: a page may have hundreds of them."""

    @classmethod
    def render_option(cls, choice: Choice) -> str:
        """The option, as WTForms writes it."""
        if choice.render_kw or isinstance(choice.value, bool):
            return widgets.Select.render_option(choice)
        mark = " selected" if choice.selected else ""
        label = choice.label or choice.value
        return f'<option{mark} value="{escape(choice.value)}">{escape(label)}</option>'


# WTForms' own words are of keys and coercion, and partly in English alone.
_GONE = dict.fromkeys(("invalid_value_message", "invalid_choice_message"), _l("所选的已经不能选，请重新选择"))


class ChoiceField(SelectField):
    """A select whose empty choice means None."""

    widget = Select()
    _read: tuple[Any, Any] | None = None

    def __init__(self, label: Any = None, validators: Any = None, *, empty: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("coerce", lambda value: value or None)
        super().__init__(label, validators, **{**_GONE, **kwargs})
        self.empty = _l("请选择") if empty is None else empty

    def _empty(self) -> Choice:
        return Choice("", self.empty, self.data in (None, ""), {})

    def _choices_from_input(self, choices: Any) -> Any:
        # Asked for several times while a field is drawn, and each time read anew.
        if self._read is None or self._read[0] is not choices or len(self._read[1] or ()) != len(choices or ()):
            self._read = (choices, super()._choices_from_input(choices))
        return self._read[1]

    def iter_choices(self):
        yield self._empty()
        yield from super().iter_choices()

    def iter_groups(self):
        # Without an empty choice of its own the browser would choose the first of the first group, silently.
        yield "", [self._empty()]
        yield from super().iter_groups()

    def pre_validate(self, form: Any) -> None:
        if self.data is not None:
            super().pre_validate(form)


class ChecksField(SelectMultipleField):
    """Several choices as boxes to tick. ``data`` is a list, empty where none is ticked."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **{**_GONE, **kwargs})


def not_in_future(_form: Any, field: Any) -> None:
    """Validator: a recorded act cannot lie ahead of today."""
    if field.data and field.data > clock.today():
        raise ValidationError(_("不能晚于今天"))
