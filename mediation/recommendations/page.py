"""What the pages show beside the rows: the next step, the effect in words and as a chart, the card on a company's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from markupsafe import Markup

from mediation.companies.models import Company
from mediation.companies.panels import PANELS, Panel
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.permissions import P, granted
from mediation.documents.labels import chart_words
from mediation.documents.typeset.charts import Chart, Series, to_svg
from mediation.recommendations import labels, lifecycle, queries, service
from mediation.recommendations.effect import MONTHS_AFTER, Effect, Interval, Month, add_months
from mediation.recommendations.lifecycle import Event, Facts, NextStep, Status
from mediation.recommendations.models import Recommendation, RecommendationEntry
from mediation.recommendations.policy import is_company_side
from mediation.statistics import metrics
from mediation.statistics.period import Period

# What is done on a page of its own, by the word in the address; the rest is a button.
ACTS = {
    Event.REVIEW: "review",
    Event.RETURN: "return",
    Event.SERVE: "serve",
    Event.VISIT: "visit",
    Event.VERIFY: "verify",
    Event.NOT_DONE: "not-done",
    Event.TELL: "tell",
    Event.CLOSE: "close",
}


@dataclass(frozen=True)
class Step:
    """What comes next in words. ``why`` says what stands against it."""

    title: object
    who: object
    on: date | None
    why: object


def step_of(actor: Actor, recommendation: Recommendation, history: Sequence[RecommendationEntry], facts: Facts) -> Step:
    """The next step as the actor reads it."""
    measure_on = service.planned_day(history)
    found: NextStep = lifecycle.next_step(facts, answer_by=recommendation.answer_by, measure_on=measure_on)
    words = labels.STEPS
    if is_company_side(actor):
        words = {**labels.STEPS, **labels.STEPS_OF_THE_COMPANY}
    why: object = ""
    if found.code == "review":
        _row, against = lifecycle.find(Event.REVIEW, facts, service.permissions_of(actor))
        why = labels.BLOCKERS[against[0]] if against else ""
        if facts.is_author and facts.is_alone:
            why = _("委员会只有您一名在用人员，没有第二人可以复核：由您自行复核，经过中会写明。")
    return Step(words[found.code], labels.WHO[found.who], found.on, why)


def acts_of(facts: Facts, permissions: frozenset[str]) -> dict[Event, str]:
    """The acts with a page of their own that are open now → the word in their address."""
    return {event: ACTS[event] for event in lifecycle.available(facts, permissions) if event in ACTS}


@dataclass(frozen=True)
class EffectView:
    """The effect as shown. Rows are (name, before, after); ``chart`` is inline SVG.

    ``lists`` are the addresses of the cases before and after, None where there is none to list.
    """

    effect: Effect
    verdict: object
    series_verdict: object
    ratio: str
    level: str
    rows: tuple[tuple[object, str, str], ...]
    lists: tuple[str | None, str | None]
    chart: Markup | None


def effect_view(effect: Effect | None, recommendation: Recommendation, cause: str) -> EffectView | None:
    """The effect in words; None before there is a day that parts before and after."""
    if effect is None:
        return None
    rows: list[tuple[object, str, str]] = [
        (_("完整月份"), str(len(effect.before)), str(len(effect.after))),
        (_("案件数"), str(effect.cases_before), str(effect.cases_after)),
        (_("每月案件"), _decimal(effect.per_month_before), _decimal(effect.per_month_after)),
    ]
    if effect.has_base:
        rows.append((_("每千名快递员每月案件"), _decimal(effect.rate_before, 2), _decimal(effect.rate_after, 2)))
    return EffectView(
        effect=effect,
        verdict=labels.VERDICTS[effect.verdict],
        series_verdict=labels.SERIES_VERDICTS[effect.series_verdict],
        ratio=in_words(effect.ratio),
        level=in_words(effect.level),
        rows=tuple(rows),
        lists=(_list(effect.before, recommendation), _list(effect.after, recommendation)),
        chart=_chart(effect, cause),
    )


def _list(months: Sequence[Month], recommendation: Recommendation) -> str | None:
    """The address of the list that holds exactly the cases of some months that follow each other."""
    if not any(month.cases for month in months):
        return None
    dimensions = {"main_company": recommendation.company_id, "cause": recommendation.cause}
    period = Period(months[0].first, months[-1].last)
    return url_for("cases.index", **metrics.drill(metrics.BY_CODE["cases"], period, dimensions))


def in_words(interval: Interval | None) -> str:
    """0.42（95% 区间 0.23—0.75）."""
    if interval is None:
        return ""
    high = _("无上限") if interval.high > 999 else f"{interval.high:.2f}"
    return _("%(value).2f（95%% 区间 %(low).2f—%(high)s）", value=interval.value, low=interval.low, high=high)


def _decimal(value: float | None, places: int = 1) -> str:
    return "—" if value is None else f"{value:.{places}f}"


def _chart(effect: Effect, cause: str) -> Markup | None:
    """Monthly counts with the average of each side: where the line steps, the measures began to hold."""
    months = [*effect.before, *effect.after]
    if len(months) < 2 or not (effect.cases_before or effect.cases_after):
        return None
    means = [effect.per_month_before] * len(effect.before) + [effect.per_month_after] * len(effect.after)
    chart = Chart(
        "control",
        _("“%(cause)s”每月案件，%(day)s 起执行整改", cause=cause, day=effect.break_on.isoformat()),
        tuple(_month_label(month) for month in months),
        (
            Series(_("案件"), tuple(float(month.cases) for month in months)),
            Series(_("前后各自的月平均"), tuple(means), role="centre"),
        ),
        unit=_("件"),
    )
    return Markup(to_svg(chart, 640, 240, chart_words()))  # noqa: S704  (made by us, every text in it is escaped)


def _month_label(month: Month) -> str:
    first = month.first
    return f"{first.year % 100:02d}-{first.month:02d}" + (f"-{first.day:02d}" if first.day > 1 else "")


def company_panel(actor: Actor, company: Company) -> Panel | None:
    """The card on a company's page: its letters, what comes next, and the effect of those that were served."""
    if not granted(actor, P.RECOMMENDATION_READ):
        return None
    rows = queries.of_company(actor, company, limit=5)
    if not rows and is_company_side(actor):
        return None
    shown = [(row, name, _effect_in_short(actor, row)) for row, name in rows]
    context: dict[str, Any] = {
        "rows": shown,
        "statuses": labels.STATUSES,
        "tones": labels.TONES,
        "Status": Status,
        "may_draft": granted(actor, P.RECOMMENDATION_MANAGE) and not is_company_side(actor),
    }
    href = url_for("recommendations.index", company=company.id)
    return Panel(
        pgettext("many", "规范用工建议书"),
        "recommendations/_panel.html",
        context,
        sort=30,
        href=href,
        link_label=_("全部"),
    )


def _effect_in_short(actor: Actor, row: Recommendation) -> tuple[object, str] | None:
    """In words where there can be a number by now: counting years of cases to say "too early" would cost the page time."""
    break_on = row.effective_from or row.sent_on
    if break_on is None or add_months(break_on, MONTHS_AFTER) > clock.today():
        return None
    effect = queries.effect_of(actor, row)
    return (labels.VERDICTS[effect.verdict], in_words(effect.ratio)) if effect else None


PANELS.append(company_panel)
