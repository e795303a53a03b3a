"""The warning of every page that shows a provisional date: which year is missing, and what to do about it.

A date that is shown as provisional reports itself while the page is made (the chip in ``templates/macros/chips.html``
does it), and the frame asks at the end. So no page can show one and forget the warning.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask import g, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from mediation.core.actor import current_actor
from mediation.core.db import db
from mediation.core.i18n import listed
from mediation.core.permissions import P, granted
from mediation.deadlines import queries
from mediation.deadlines.models import Deadline

LAST_MONTH = 12
MARK = "（暂定）"  # jobs write in the source language


@dataclass(frozen=True)
class Warning:
    """The bar's sentence and, for whoever may do it, the page on which it is mended."""

    text: str
    url: str | None = None
    link: str | None = None


def note(day: date | None = None) -> str:
    """Remember that this page shows a provisional date. Returns nothing to print, so that a template can call it."""
    days: set[date | None] = g.setdefault("provisional_days", set())
    days.add(day)
    return ""


def mark(day: date | None, is_provisional: bool) -> str:
    """ "（暂定）" where a day is printed as text, and remembered; else nothing."""
    if not is_provisional:
        return ""
    note(day)
    return _("（暂定）")


def noting(text: str) -> str:
    """A sentence that was written before (a notice in the inbox), remembered when it carries the mark."""
    if MARK in text:
        note()
    return text


def warning() -> Warning | None:
    """The bar of this page; None when nothing provisional was shown."""
    days: set[date | None] = g.get("provisional_days", set())
    if not days:
        return None
    missing = _missing(days)
    may_enter = granted(current_actor(), P.CALENDAR_MANAGE)
    if not missing:
        text = _("本页有暂定日期：放假安排已经录入，按它重新计算的日期还待系统管理员确认；确认之前不得写入正式文书。")
        if may_enter:
            return Warning(text, url_for("deadlines.proposed"), _("查看待确认的日期"))
        return Warning(text)
    years = listed(_("%(year)s 年", year=year) for year in missing)
    text = _(
        "本页有暂定日期：%(years)s的放假安排尚未录入，只按周末推定，可能变动，不得写入正式文书。",
        years=years,
    )
    if may_enter:
        link = _("录入 %(year)s 年放假安排", year=missing[0])
        return Warning(text, url_for("deadlines.enter_year", year=missing[0]), link)
    return Warning(text + _("通知公布后由系统管理员在“设置”的“日历与期限”中录入。"))


def _missing(days: set[date | None]) -> list[int]:
    """The years without a calendar that made these days provisional; none when all have been entered meanwhile."""
    calendar = queries.calendar()
    following = max(calendar.years, default=0) + 1
    named = {day for day in days if day is not None}
    unknown = {day.year for day in named if not calendar.is_known(day.year)}
    at_the_end = [day for day in named if day.month == LAST_MONTH and day.year + 1 == following]
    if at_the_end and _is_backward(at_the_end):
        unknown.add(following)
    return sorted(unknown) if named else [following]


def _is_backward(days: Collection[date]) -> bool:
    """Whether one of these Decembers is known although it was counted from a January that is not."""
    found = select(Deadline.id).where(
        Deadline.committee_id == current_actor().committee_id,
        Deadline.status == queries.OPEN,
        Deadline.is_provisional,
        Deadline.last_day.in_(days),
        Deadline.trigger_on > Deadline.last_day,
    )
    return db.session.scalar(found.limit(1)) is not None
