"""Pickers of the statistics page (GET: everything in the URL)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField

from mediation.cases.labels import TRACKS
from mediation.committees.queries import categories
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.dates import DateError, parse_day
from mediation.core.web.forms import ChoiceField, DayField, Form
from mediation.stations.queries import stations_for
from mediation.statistics.labels import TABLES
from mediation.statistics.period import Period, month_before, month_of, year_to
from mediation.statistics.queries import Scope

_CODE = re.compile(r"[a-z0-9_.]{1,60}")


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def scope_of(args: Mapping[str, str]) -> Scope:
    """The scope that a URL asks for; what cannot be read is left out."""
    track, cause = args.get("track"), args.get("cause") or ""
    return Scope(
        company=_whole(args.get("company")),
        station=_whole(args.get("station")),
        cause=cause if _CODE.fullmatch(cause) else None,
        track=track if track in {one.value for one in TRACKS} else None,
    )


def period_of(args: Mapping[str, str], today: date) -> Period:
    """The period that a URL asks for; this month where it asks for none or for one that cannot be."""
    month = month_of(today)
    try:
        first = parse_day(args["from"], today) if args.get("from") else month.first
        last = parse_day(args["to"], today) if args.get("to") else max(first, month.last)
        return Period(first, last)
    except (DateError, ValueError):
        return month


def table_of(args: Mapping[str, str]) -> str:
    """Which table a URL asks for."""
    return args["by"] if args.get("by") in TABLES else "company"


def presets(today: date) -> list[tuple[object, Period]]:
    """The periods people ask for most."""
    this_month = month_of(today)
    return [(_l("本月"), this_month), (_l("上月"), month_before(this_month)), (_l("今年"), year_to(today))]


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

    @classmethod
    def of(cls, actor: Actor, period: Period, scope: Scope, company: Company | None) -> ScopeForm:
        """The form as the page stands."""
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
                }
            )
        )
        form.station.choices = [(str(one.id), one.name) for one in stations_for(actor)]
        form.cause.choices = [
            (one.code, one.label if one.parent_code is None else f"　{one.label}") for one in categories()
        ]
        return form
