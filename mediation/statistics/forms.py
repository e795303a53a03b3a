"""Pickers of the statistics page (GET: everything in the URL)."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField

from mediation.cases.labels import RELATIONSHIPS, TRACKS
from mediation.committees.queries import categories
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.dates import DateError, parse_day
from mediation.core.errors import DomainError
from mediation.core.web.forms import ChoiceField, DayField, Form, tidy
from mediation.stations.queries import stations_for
from mediation.statistics.labels import COMPARED, GROUPS, TABLES
from mediation.statistics.period import (
    Period,
    month_before,
    month_of,
    quarter_of,
    twelve_months_to,
    year_of,
    year_to,
)
from mediation.statistics.queries import Scope
from mediation.statistics.view import Wish

_CODE = re.compile(r"[a-z0-9_.]{1,60}")
# Further back there is no year before to compare with, and no case.
EARLIEST_YEAR = 1901


class PeriodError(DomainError):
    """Days that make no period. ``typed`` is what stands in the two fields, by their names in an address."""

    def __init__(self, message: object, *, field: str, typed: Mapping[str, str]) -> None:
        super().__init__(message, field=field)
        self.typed = typed


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def wish_of(args: Mapping[str, str], today: date) -> Wish:
    """What a URL asks for. Codes and keys that cannot be read are left out. Raises ``PeriodError`` for such days."""
    period, preset = period_of(args, today)
    return Wish(
        period,
        scope_of(args),
        by=_one_of(args, "by", TABLES) or "",
        show=_one_of(args, "show", GROUPS) or "overview",
        compare=_one_of(args, "compare", COMPARED) or "",
        is_masked=args.get("mask") == "1",
        preset=preset,
    )


def _one_of(args: Mapping[str, str], name: str, known: Container[str]) -> str | None:
    return args[name] if args.get(name) in known else None


def scope_of(args: Mapping[str, str]) -> Scope:
    """The scope that a URL asks for; what cannot be read is left out."""
    cause = args.get("cause") or ""
    return Scope(
        company=_whole(args.get("company")),
        station=_whole(args.get("station")),
        cause=cause if _CODE.fullmatch(cause) else None,
        track=_one_of(args, "track", {one.value for one in TRACKS}),
        relationship=_one_of(args, "relationship", RELATIONSHIPS),
    )


def presets(today: date) -> dict[str, Period]:
    """The periods people ask for most, by their name in an address."""
    this_month = month_of(today)
    return {
        "month": this_month,
        "last_month": month_before(this_month),
        "quarter": quarter_of(today),
        "year": year_to(today),
        "last_year": year_of(date(today.year - 1, 1, 1)),
        "twelve": twelve_months_to(today),
    }


def period_of(args: Mapping[str, str], today: date) -> tuple[Period, str | None]:
    """The period that a URL asks for and the preset it is, if it names one; this month where it asks for none.

    A preset moves on with the day, so that what is saved as "last month" stays last month. Raises ``PeriodError`` for
    days that cannot be read or stand the wrong way round.
    """
    known = presets(today)
    if not (args.get("from") or args.get("to")):
        preset = _one_of(args, "preset", known) or "month"
        return known[preset], preset
    first = _day(args, "from", today) or known["month"].first
    last = _day(args, "to", today) or max(first, known["month"].last)
    if last < first:
        raise PeriodError(_("结束日早于开始日"), field="last", typed=_typed(args))
    return Period(first, last), None


def _typed(args: Mapping[str, str]) -> dict[str, str]:
    return {name: args.get(name) or "" for name in ("from", "to")}


def _day(args: Mapping[str, str], name: str, today: date) -> date | None:
    field = {"from": "first", "to": "last"}[name]
    text = tidy(args.get(name))
    if not text:
        return None
    try:
        day = parse_day(text, today)
    except DateError as error:
        message = _("看不懂这个日期，请写成 2026-11-22 或 2026年11月22日")
        raise PeriodError(message, field=field, typed=_typed(args)) from error
    if day.year < EARLIEST_YEAR:
        message = _("日期不能早于 %(day)s", day=date(EARLIEST_YEAR, 1, 1).isoformat())
        raise PeriodError(message, field=field, typed=_typed(args))
    return day


class ScopeForm(Form):
    """Period and scope; the type-ahead puts the company's key into the hidden field."""

    class Meta(Form.Meta):
        csrf = False

    first = DayField(_l("从"), name="from")
    last = DayField(_l("到"), name="to")
    company_name = StringField(_l("公司"))
    company = HiddenField()
    station = ChoiceField(_l("驿站"), empty=_l("全部"), validate_choice=False)
    cause = ChoiceField(_l("案由"), empty=_l("全部"), validate_choice=False)
    track = ChoiceField(_l("程序"), empty=_l("全部"), choices=[(track.value, label) for track, label in TRACKS.items()])

    relationship = ChoiceField(_l("用工关系"), empty=_l("全部"), choices=list(RELATIONSHIPS.items()))
    compare = ChoiceField(_l("比较"), empty=_l("不比较"), choices=list(COMPARED.items()))
    mask = BooleanField(_l("隐去小于3的数（对外提供时）"))

    @classmethod
    def of(cls, actor: Actor, wish: Wish, company: Company | None, refused: PeriodError | None = None) -> ScopeForm:
        """The form as the page stands; days that were ``refused`` stay as they were typed, with the reason."""
        period, scope = wish.period, wish.scope
        form = cls(
            MultiDict(
                {
                    "from": period.first.isoformat(),
                    "to": period.last.isoformat(),
                    "company": str(company.id) if company else "",
                    "company_name": company.name if company else "",
                    "station": "" if scope.station is None else str(scope.station),
                    "cause": scope.cause or "",
                    "track": scope.track or "",
                    "relationship": scope.relationship or "",
                    "compare": wish.compare,
                    **({"mask": "1"} if wish.is_masked else {}),
                    **(refused.typed if refused else {}),
                }
            )
        )
        if refused:
            # Each day that cannot be read says so itself; the reason for the whole is needed where both can.
            are_read = form.first.validate(form), form.last.validate(form)
            if all(are_read):
                form.take(refused)
        form.station.choices = [(str(one.id), one.name) for one in stations_for(actor)]
        form.cause.choices = [
            (one.code, one.label if one.parent_code is None else f"　{one.label}") for one in categories()
        ]
        return form
