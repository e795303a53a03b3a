"""Page 8: what the stations and their duty did, how people came, and group disputes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from mediation.cases.labels import OUTCOMES, SOURCES
from mediation.core import clock
from mediation.deadlines.calendar import WorkCalendar
from mediation.deadlines.queries import calendar
from mediation.reports.frozen import Block, Cell, column, heading, note, page, row, table, text
from mediation.reports.look import Look
from mediation.stations import queries as stations
from mediation.stations.labels import OFFICE_KINDS
from mediation.stations.models import OfficeKind
from mediation.stations.queries import Duty
from mediation.statistics import metrics, queries
from mediation.statistics.metrics import Tally
from mediation.statistics.queries import month as month_queries
from mediation.statistics.queries.month import Intake

TITLE = "驿站和值班"
OPENS, CLOSES = time(9), time(18)
NO_STATION = "（未记驿站）"


def freeze(look: Look) -> dict[str, Any]:
    """The page."""
    tallies = queries.by_station(look.actor, look.period)
    shifts = shifts_of(look)
    days, intake = calendar(), month_queries.intake(look.actor, look.period)
    return page(
        "stations",
        TITLE,
        _by_station(look, tallies, shifts, days),
        note(
            f"接待是来访登记的案件和咨询。非工作时间是工作日{OPENS.hour}时以前、{CLOSES.hour}时以后和休息日、节假日；时数按值班表计，"
            "换班的按换班后的人员计。"
        ),
        heading("各单位值班"),
        *_by_office(shifts, days),
        heading("来源"),
        _by_source(intake),
        heading("集体争议"),
        *_group_disputes(look, intake),
    )


def shifts_of(look: Look) -> list[Duty]:
    """The shifts of the month that count, as far as it has come."""
    return stations.duties_for(look.actor, look.period.first, (look.as_of - look.period.first).days + 1)


def hours(shifts: Iterable[Duty], days: WorkCalendar) -> tuple[float, float]:
    """(hours on duty, hours of them out of working hours)."""
    whole = outside = timedelta()
    for one in shifts:
        length = one.ends_at - one.starts_at
        whole += length
        outside += length - _inside(
            one.starts_at.astimezone(clock.SHANGHAI), one.ends_at.astimezone(clock.SHANGHAI), days
        )
    return whole / timedelta(hours=1), outside / timedelta(hours=1)


def _inside(start: datetime, end: datetime, days: WorkCalendar) -> timedelta:
    """The part of a shift that lies in working hours."""
    found, day = timedelta(), start.date()
    while day <= end.date():
        if days.assumed_day(day).kind.is_work:
            opens, closes = (datetime.combine(day, at, clock.SHANGHAI) for at in (OPENS, CLOSES))
            found += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return found


def _by_station(look: Look, tallies: dict[int | None, Tally], shifts: list[Duty], days: WorkCalendar) -> Block:
    on_duty: dict[int | None, list[Duty]] = defaultdict(list)
    for one in shifts:
        on_duty[one.station_id].append(one)
    keys = sorted({*tallies, *on_duty}, key=lambda key: (key is None, -tallies.get(key, Tally()).cases, key or 0))
    names = queries.station_names(keys)
    rows = []
    for key in keys:
        tally = tallies.get(key, Tally())
        cells = [names.get(key, NO_STATION) if key else NO_STATION, *_station_cells(tally, on_duty[key], days)]
        rows.append(row(key, cells, dims={"station": key or 0}))
    columns = [
        column("name", "驿站"),
        column("visits", "接待", "case"),
        column("cases", "收案", "case", measure="cases"),
        column("settled", "达成", "case", measure="settled"),
        column("settlement_rate", "成功率", "share", measure="settlement_rate"),
        column("shifts", "值班班次", "item"),
        column("hours", "值班小时", "hours"),
        column("outside", "非工作时间", "share"),
    ]
    total = ["合计", *_station_cells(metrics.total(tallies.values()), shifts, days)]
    return table("stations", "驿站的接待和值班", columns, rows, total=total, widths=[44, 14, 14, 14, 16, 18, 18, 20])


def _station_cells(tally: Tally, shifts: list[Duty], days: WorkCalendar) -> list[Cell]:
    whole, outside = hours(shifts, days)
    return [
        tally.cases + tally.consultations,
        tally.cases,
        tally.settled,
        metrics.settlement_rate(tally),
        len(shifts),
        round(whole, 1),
        outside / whole if whole else None,
    ]


def _by_office(shifts: list[Duty], days: WorkCalendar) -> list[Block]:
    if not shifts:
        return [text("本月没有登记值班表，没有值班时数。")]
    kinds: dict[str, list[Duty]] = defaultdict(list)
    for one in shifts:
        kinds[one.office_kind or ""].append(one)
    rows = []
    for kind in sorted(kinds, key=lambda one: (-len(kinds[one]), one)):
        whole, outside = hours(kinds[kind], days)
        label = str(OFFICE_KINDS[OfficeKind(kind)]) if kind else "（未记单位）"
        people = len({one.user_id for one in kinds[kind]})
        rows.append(row(kind, [label, people, len(kinds[kind]), round(whole, 1), outside / whole if whole else None]))
    columns = [
        column("kind", "单位"),
        column("people", "人数", "person"),
        column("shifts", "值班班次", "item"),
        column("hours", "值班小时", "hours"),
        column("outside", "非工作时间", "share"),
    ]
    return [table("offices", "各单位值班", columns, rows, widths=[50, 20, 24, 24, 24])]


def _by_source(intake: Intake) -> Block:
    found = intake.sources
    order = sorted(found, key=lambda key: (-sum(found[key]), key))
    rows = [row(key, [str(SOURCES.get(key, key)), *found[key]]) for key in order]
    total = ["合计", sum(one for one, _two in found.values()), sum(two for _one, two in found.values())]
    columns = [column("name", "来源"), column("cases", "收案", "case"), column("consultations", "咨询", "case")]
    return table("sources", "案件和咨询的来源", columns, rows, total=total, widths=[80, 20, 20])


def _group_disputes(look: Look, intake: Intake) -> list[Block]:
    found, risks = month_queries.collective(intake), intake.risks
    high = text(f"本月收案中标为高风险的{risks.get('high', 0)}件，标为关注的{risks.get('attention', 0)}件。")
    if not found:
        return [text("本月没有新收的集体争议（十人以上）。"), high]
    labels = queries.cause_labels()
    names = queries.company_names(one.level1_id for one in found)
    rows = []
    for one in found:
        ended = one.outcome and one.settled_on and one.settled_on <= look.as_of
        cells: list[Cell] = [
            one.number,
            names.get(one.level1_id, "（未记公司）"),
            labels.get(one.category_code, one.category_code),
            one.headcount,
            str(OUTCOMES.get(one.outcome, one.outcome)) if ended else "办理中",
        ]
        rows.append(row(one.number, cells, case=one.number))
    columns = [
        column("number", "登记号"),
        column("company", "公司"),
        column("cause", "案由"),
        column("headcount", "人数", "person"),
        column("result", "结果"),
    ]
    return [table("collective", "新收的集体争议", columns, rows, widths=[28, 50, 30, 16, 24]), high]
