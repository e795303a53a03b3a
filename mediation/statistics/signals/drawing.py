"""Charts of signals: from the figures a signal rests on, from months with their limits, from companies beside each other."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _

from mediation.documents.typeset.charts import Chart, Curve, Dot, Funnel, Series
from mediation.statistics.models import Signal
from mediation.statistics.period import month
from mediation.statistics.signals.reported import FunnelOf, MonthsChart

Table = tuple[list[str], list[list[str]]]


def of_signal(signal: Signal) -> list[Chart]:
    """The charts that signalled, as they stood then; none for the plain triggers, which rest on no chart."""
    match signal.kind:
        case "u_chart":
            return [_weeks(signal)]
        case "cusum":
            return [_sums(signal), _weeks(signal)]
        case "g_chart":
            return [_gaps(signal)]
    return []


def _mondays(signal: Signal) -> list[date]:
    first_on = date.fromisoformat(signal.data["first_on"])
    return [first_on + timedelta(weeks=week) for week in range(len(signal.data["counts"]))]


def _label(day: date) -> str:
    return f"{day.month}-{day.day}"


def _weeks(signal: Signal) -> Chart:
    data = signal.data
    beyond = [n for n, (count, limit) in enumerate(zip(data["counts"], data["limits"], strict=True)) if count > limit]
    return Chart(
        "control",
        _("每周收案和控制上限（按周一的日期）"),
        tuple(_label(day) for day in _mondays(signal)),
        (
            Series(_("收案"), tuple(data["counts"])),
            Series(_("历史水平"), tuple(data["means"]), "centre"),
            Series(_("控制上限"), tuple(data["limits"]), "limit"),
        ),
        unit=_("件"),
        marked=tuple(beyond),
        marked_name=_("超出上限"),
    )


def _sums(signal: Signal) -> Chart:
    data = signal.data
    risen = [n for n, value in enumerate(data["path"]) if value >= data["interval"]]
    return Chart(
        "control",
        _("累计和（CUSUM）和判定值"),
        tuple(_label(day) for day in _mondays(signal)),
        (
            Series(_("累计和"), tuple(data["path"])),
            Series(_("判定值"), (data["interval"],) * len(data["path"]), "limit"),
        ),
        marked=tuple(risen),
        marked_name=_("达到判定值"),
    )


def _gaps(signal: Signal) -> Chart:
    days, row = [date.fromisoformat(day) for day in signal.data["days"]], int(signal.data["row"])
    ends = list(range(row, len(days)))
    spans = [(days[end] - days[end - row]).days for end in ends]
    limit = signal.data["rare_days"]
    return Chart(
        "control",
        _("每件与其前%(row)s件之间的天数", row=row),
        tuple(_label(days[end]) for end in ends),
        (Series(_("天数"), tuple(spans)), Series(_("控制下限"), (limit,) * len(spans), "limit")),
        unit=_("日"),
        marked=tuple(n for n, span in enumerate(spans) if span <= limit),
        marked_name=_("低于下限"),
    )


def months(found: MonthsChart, title: str) -> Chart:
    """New cases by month with limits; without them where there is too little history."""
    chart = found.chart
    labels = tuple(f"{month(key).first:%y-%m}" for key in found.months)
    series = [Series(_("收案"), chart.counts)]
    if chart.too_little is None:
        series += [
            Series(_("平均"), chart.centre, "centre"),
            Series(_("上限"), chart.upper, "limit"),
            Series(_("下限"), chart.lower, "limit"),
        ]
    return Chart(
        "control", title, labels, tuple(series), unit=_("件"), marked=chart.marked, marked_name=_("超出控制限")
    )


def funnel(found: FunnelOf, title: str, own: int | None = None) -> Funnel:
    """The companies between their limits; those beyond the limit of 99.8 % are named, and the one in question (``own``)."""
    data = found.data
    dots = tuple(
        Dot(found.names[one.key], one.exposure, one.rate, one.place == "very_high" or one.key == own)
        for one in data.placed
    )
    curves = []
    for name, points in data.limits.items():
        curves += [
            Curve(name, tuple((x, high) for x, _low, high in points)),
            Curve(name, tuple((x, low) for x, low, _high in points)),
        ]
    by_couriers = found.unit == "couriers"
    return Funnel(
        title,
        dots,
        tuple(curves),
        data.rate,
        x_unit=_("千人年") if by_couriers else _("全部案件（百件）"),
        unit=_("件/千人年") if by_couriers else "%",
        centre_name=_("平均"),
        marked_name=_("本公司或超出99.8%"),
    )
