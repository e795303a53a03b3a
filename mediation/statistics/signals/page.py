"""What the pages of signals show: rows of the list, one signal with its charts and cases, the card of a company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from mediation.companies.models import Company
from mediation.companies.panels import Panel
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.i18n import listed
from mediation.core.permissions import P, granted
from mediation.documents.labels import chart_words
from mediation.documents.typeset.charts import Chart, Funnel, to_svg
from mediation.statistics import metrics
from mediation.statistics.models import Signal
from mediation.statistics.period import Period, month_before, month_of
from mediation.statistics.queries import signals as queries
from mediation.statistics.queries.names import cause_labels
from mediation.statistics.signals import drawing, words
from mediation.statistics.signals.reported import FunnelOf, MonthsChart, funnel_of, months_chart
from mediation.statistics.signals.watching import CHARTS, until_of

WIDTH, HEIGHT = 640, 230
CHIPS = {"new": "chip-new", "seen": "chip-run", "dismissed": "", "taken_up": "chip-done"}
MOST_LISTED = {"collective": 100}
LISTED = 12


@dataclass(frozen=True)
class Row:
    """One signal as a line of a list."""

    signal: Signal
    company: Company
    cause: str

    @property
    def kind(self) -> object:
        """What kind of signal it is."""
        return words.KINDS[self.signal.kind]

    @property
    def status(self) -> object:
        """What has become of it."""
        return words.STATUSES[self.signal.status]

    @property
    def chip(self) -> str:
        """How its status looks."""
        return CHIPS[self.signal.status]

    @property
    def why(self) -> str:
        """Why it signalled."""
        return words.why(self.signal)


def rows(found: list[tuple[Signal, Company]]) -> list[Row]:
    """Signals with the words of their cause."""
    labels = cause_labels() if found else {}
    return [Row(signal, company, labels.get(signal.cause, signal.cause)) for signal, company in found]


@dataclass(frozen=True)
class Drawn:
    """A chart and the same as a table."""

    svg: Markup
    title: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def drawn(chart: Chart | Funnel) -> Drawn:
    """Draw a chart, and set its values as a table."""
    # The chart escapes what it is given, so it is markup as it stands.
    svg = Markup(to_svg(chart, WIDTH, HEIGHT if isinstance(chart, Chart) else 300, chart_words()))  # noqa: S704
    if isinstance(chart, Funnel):
        lines = tuple((dot.name, f"{dot.x:,.2f}", f"{dot.y:,.2f}") for dot in chart.dots)
        return Drawn(svg, chart.title, (_("公司"), chart.x_unit, chart.unit), lines)
    lines = tuple(
        (label, *(_cell(series.values[n]) for series in chart.series)) for n, label in enumerate(chart.labels)
    )
    return Drawn(svg, chart.title, ("", *(series.name for series in chart.series)), lines)


def _cell(value: float | None) -> str:
    return "—" if value is None else f"{value:,.1f}".removesuffix(".0")


@dataclass(frozen=True)
class View:
    """One signal with all that its page shows."""

    row: Row
    why_not: str
    how_sure: str
    charts: list[Drawn]
    months: Drawn
    months_note: str
    funnel: Drawn | None
    funnel_note: str
    cases: list[dict[str, Any]]
    cases_url: str
    also: list[str]
    draft_url: str | None
    company_url: str | None


def view(actor: Actor, signal: Signal, company: Company) -> View:
    """The page of one signal, made of what the actor may see."""
    row = rows([(signal, company)])[0]
    until = until_of(signal)
    title = _("%(company)s “%(cause)s”近25个月收案", company=company.short_name or company.name, cause=row.cause)
    months = months_chart(actor, company, signal.cause, month_of(until))
    year = Period(until - timedelta(days=364), until)
    found = funnel_of(actor, company, signal.cause, year)
    return View(
        row,
        words.why_not(signal),
        words.how_sure(signal),
        [drawn(chart) for chart in drawing.of_signal(signal)],
        drawn(drawing.months(months, title)),
        _months_note(months),
        drawn(drawing.funnel(found, _funnel_title(company), company.id)) if found else None,
        _funnel_note(found),
        _cases(actor, signal),
        url_for("cases.index", **_list_of(signal)),
        _also(signal),
        _draft(actor, signal),
        url_for("companies.show", company_id=company.id) if granted(actor, P.COMPANY_READ) else None,
    )


def _list_of(signal: Signal) -> dict[str, str]:
    """The arguments of the case list that holds exactly the cases of a signal."""
    narrow = {"main_company": signal.company_id, "cause": signal.cause, "direct": signal.kind not in CHARTS}
    return metrics.drill(metrics.BY_CODE["cases"], Period(signal.from_on, words.counted_to(signal)), narrow)


def _cases(actor: Actor, signal: Signal) -> list[dict[str, Any]]:
    labels = cause_labels()
    return [
        {
            "number": case.number,
            "url": url_for("cases.show", number=case.number),
            "cause": labels.get(case.category_code, case.category_code),
            "received_on": case.received_on,
            "workers": case.headcount or 1,
            "is_collective": case.is_collective,
        }
        for case in reversed(queries.cases_among(actor, signal.case_ids[-MOST_LISTED.get(signal.kind, LISTED) :]))
    ]


def _also(signal: Signal) -> list[str]:
    pairs = signal.data.get("also") or []
    names, labels = queries.companies_among(key for key, _cause in pairs), cause_labels()
    return [
        f"{names[key].short_name or names[key].name}{_('：')}{labels.get(cause, cause)}"
        for key, cause in pairs
        if key in names
    ]


def _draft(actor: Actor, signal: Signal) -> str | None:
    is_there = "recommendations.new" in current_app.view_functions
    if not is_there or not granted(actor, P.RECOMMENDATION_MANAGE) or signal.status == "dismissed":
        return None
    return url_for("recommendations.new", signal=signal.id)


def _months_note(found: MonthsChart) -> str:
    match found.chart.too_little:
        case "short":
            return _("历史太短（不足12个月），不设控制限，也不作判断。")
        case "few":
            return _("历史上不足5件，不设控制限，也不作判断。")
    basis = _("每人每日") if found.exposure == "couriers" else _("每日")
    return _(
        "控制限按历史月份%(basis)s的收案率和精确概率计算：仅凭偶然，每一千个月约有两个月超出。最后一个月不计入历史。",
        basis=basis,
    )


def _funnel_title(company: Company) -> str:
    return _("各公司总部近12个月") if company.level == 1 else _("同一总部的同级公司近12个月")


def _funnel_note(found: FunnelOf | None) -> str:
    if found is None:
        return _("可以比较的公司不足三家，或者案件太少，不作比较。")
    if found.unit == "share":
        return _("不足三家登记了人数，所以比较这一案由占各公司全部案件的百分比。")
    note = _("每千名快递员、驾驶员每年的件数；公司越小，偶然的起伏越大，界限越宽。")
    if found.left_out:
        note += _("没有登记人数而未列入的：%(names)s。", names=listed(found.left_out))
    return note


def panel(actor: Actor, company: Company) -> Panel | None:
    """The card on a company's page: the newest signals of its tree, and its 25 months."""
    if not granted(actor, P.SIGNAL_READ):
        return None
    # The running month is not over; to show it beside whole ones would look like a fall.
    months = months_chart(actor, company, None, month_before(month_of(clock.today())))
    latest = rows(queries.latest_of(actor, company))
    if not latest and not any(months.chart.counts):
        return None
    title = _("近25个月收案和控制限")
    values = {"rows": latest, "months": drawn(drawing.months(months, title)), "note": _months_note(months)}
    return Panel(
        _("信号"),
        "statistics/signals/_panel.html",
        values,
        sort=20,
        href=url_for("signals.index"),
        link_label=_("全部信号"),
    )
