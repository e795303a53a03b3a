"""Every figure equals a slow count in plain Python, and the list behind it holds exactly as many cases."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from mediation.cases.filters import Filters
from mediation.cases.models import (
    Agreement,
    Case,
    CaseCompany,
    CaseEvent,
    CasePause,
    EnforcementStep,
    Instalment,
    Payment,
)
from mediation.cases.queries import count_for
from mediation.cases.service import build_missing_spells
from mediation.companies.models import Company
from mediation.companies.queries import get_for as company_for
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.statistics import metrics, queries
from mediation.statistics.metrics import BY_CODE, MEASURES, Tally
from mediation.statistics.period import Period, month
from mediation.statistics.queries import Scope
from tests import personas
from tests.factories import statistics as make

PERIODS = [month("2026-03"), Period(date(2026, 1, 15), date(2026, 7, 3)), Period(date(2020, 1, 1), date(2030, 1, 1))]
WHO = ["committee", "duty_lawyer", "judicial_here", "hr_same_company", "hr_other_company", "committee_elsewhere"]
SCOPES = [
    Scope(),
    Scope(cause="wage"),
    Scope(cause="wage.arrears"),
    Scope(track="labour"),
    Scope(relationship="new_form"),
    Scope(track="labour", relationship="standard", cause="wage"),
]
RESULTS = ("failed", "withdrawn", "referred", "terminated")
by_period = pytest.mark.parametrize("period", PERIODS, ids=lambda period: str(period.days))


def slow(cases: Iterable[Case], period: Period) -> dict[str, object]:
    """The figures as the definitions say them, one case after the other."""
    cases = list(cases)
    disputes = [case for case in cases if case.track != "consult"]
    new = [case for case in disputes if period.contains(case.received_on)]
    over = [case for case in disputes if period.contains(case.settled_on)]
    ended = [case for case in over if case.outcome not in (None, "not_accepted", "advised", "unknown")]
    agreed = [case for case in ended if case.outcome == "agreed"]
    dated = [case for case in agreed if case.effective_on]
    taken = [both for case in dated if (both := _taken(case))]
    days, net = sorted(gross for gross, _net in taken), sorted(net for _gross, net in taken)
    return {
        "cases": len(new),
        "consultations": sum(case.track == "consult" and period.contains(case.received_on) for case in cases),
        "collective": sum(case.is_collective for case in new),
        "workers": sum(case.headcount or 1 for case in new),
        "closed": sum(period.contains(case.closed_on) for case in disputes),
        "concluded": len(ended),
        "settled": len(agreed),
        "settled_in_full": sum(not case.settled_in_part for case in agreed),
        "settled_in_part": sum(case.settled_in_part for case in agreed),
        "settlement_rate": len(agreed) / len(ended) if ended else None,
        "median_days": float(statistics.median(days)) if days else None,
        "p90_days": _p90(days),
        "median_net_days": float(statistics.median(net)) if net else None,
        "p90_net_days": _p90(net),
        "share_15": sum(one <= 15 for one in days) / len(days) if days else None,
        "share_30": sum(one <= 30 for one in days) / len(days) if days else None,
        **{code: sum(case.outcome == code for case in ended) for code in RESULTS},
        "claimed_fen": sum(case.claimed_fen or 0 for case in new),
        "agreed_fen": sum(case.agreed_fen or 0 for case in over),
        "paid_fen": sum(case.paid_fen or 0 for case in over),
        **_acts({case.id for case in cases}, period),
    }


def _acts(ids: set[int], period: Period) -> dict[str, object]:
    """The figures of what happened in some cases."""
    paid = [one for one in db.session.scalars(select(Payment)) if one.case_id in ids]
    in_force = set(db.session.scalars(select(Agreement.id).where(Agreement.status == "effective")))
    due = [
        one
        for one in db.session.scalars(select(Instalment))
        if one.case_id in ids
        and one.agreement_id in in_force
        and period.contains(one.due_on)
        and one.due_on < clock.today()
    ]
    on_time = sum(
        sum(two.amount_fen for two in paid if two.instalment_id == one.id and two.paid_on <= one.due_on)
        >= one.amount_fen
        for one in due
    )
    told: dict[int, date] = {}
    mains = {one.id: one.main_company_id for one in db.session.scalars(select(Case))}
    answered = {
        one.case_id: one.answered_on
        for one in db.session.scalars(select(CaseCompany))
        if one.answered_on and one.company_id == mains[one.case_id]
    }
    for event in db.session.scalars(select(CaseEvent).order_by(CaseEvent.happened_on.desc())):
        if event.to_state != "received":
            told[event.case_id] = event.happened_on
    taken = [(day - told[one]).days for one, day in answered.items() if one in ids and period.contains(day)]
    steps = [one for one in db.session.scalars(select(EnforcementStep)) if one.case_id in ids]
    return {
        "received_fen": sum(one.amount_fen for one in paid if period.contains(one.paid_on)),
        "due_count": len(due),
        "due_fen": sum(one.amount_fen for one in due),
        "on_time_rate": on_time / len(due) if due else None,
        "median_answer_days": float(statistics.median(taken)) if taken else None,
        "enforced": sum(period.contains(one.applied_on) for one in steps),
    }


def _taken(case: Case) -> tuple[int, int] | None:
    """(gross, net) days of an agreement, counted one by one; None where it is dated before the work on it began."""
    events = select(CaseEvent.happened_on).where(CaseEvent.case_id == case.id, CaseEvent.event == "reopened")
    began = max(db.session.scalars(events), default=case.received_on)
    if case.effective_on < began:
        return None
    pauses = db.session.scalars(select(CasePause).where(CasePause.case_id == case.id)).all()
    days = [began + timedelta(days=n) for n in range(1, (case.effective_on - began).days + 1)]
    return len(days), sum(not any(one.from_on <= day <= one.to_on for one in pauses) for day in days)


@pytest.fixture
def moved(context) -> None:
    """Some agreements with pauses, some after a re-opening, some with both; the spells of all cases."""
    chance = random.Random(3)
    dated = everything(Case.outcome == "agreed", Case.effective_on.isnot(None))
    agreed = [case for case in dated if (case.effective_on - case.received_on).days > 7]
    assert len(agreed) > 50
    for case in agreed[::3]:
        make.make_pause(case, case.received_on + timedelta(days=chance.randrange(5)), days=chance.randrange(1, 9))
    for case in agreed[::5]:
        again = case.received_on + timedelta(days=chance.randrange(2, 7))
        make.make_event(case, "failed", "mediating", "failed", case.received_on + timedelta(days=1))
        make.make_event(case, "closed", "failed", "closed", case.received_on + timedelta(days=1))
        make.make_event(case, "reopened", "closed", "consent_inquiry", again)
        make.make_event(case, "agreement_effective", "mediating", "agreed", case.effective_on)
    for name in ("committee", "committee_elsewhere"):
        build_missing_spells(personas.actor(name))


def _p90(ordered: list[int]) -> float | None:
    if not ordered:
        return None
    rank = Fraction(9, 10) * (len(ordered) - 1)
    low = int(rank)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (rank - low) * (ordered[high] - ordered[low]))


def everything(*where) -> list[Case]:
    return list(db.session.scalars(select(Case).where(*where)))


def same(found: dict[object, Tally], cases: Iterable[Case], key: Callable[[Case], object], period: Period) -> None:
    cases = list(cases)
    for one in {key(case) for case in cases} | set(found):
        mine = slow([case for case in cases if key(case) == one], period)
        assert metrics.figures(found.get(one, Tally())) == mine, one


@by_period
def test_per_company_station_and_cause(moved, period: Period):
    who = personas.actor("committee")
    cases = everything(Case.committee_id == who.committee_id)
    same(queries.by_company(who, period), cases, lambda case: case.level1_id, period)
    same(queries.by_station(who, period), cases, lambda case: case.station_id, period)
    same(queries.by_cause(who, period), cases, lambda case: case.category_code.split(".")[0], period)
    assert metrics.figures(queries.overall(who, period)) == slow(cases, period)


@by_period
def test_agreements_on_a_part_are_agreements(context, period: Period):
    who = personas.actor("committee")
    found = metrics.figures(queries.overall(who, period))
    assert 0 < found["settled_in_part"] < found["settled_in_full"] or period.days == 31
    assert found["settled_in_part"] + found["settled_in_full"] == found["settled"]
    parts = [listed(who, metrics.drill(BY_CODE[code], period)) for code in ("settled_in_part", "settled_in_full")]
    assert all(case.settled_in_part for case in parts[0]) and not any(case.settled_in_part for case in parts[1])
    assert {case.id for part in parts for case in part} == {
        case.id for case in listed(who, metrics.drill(BY_CODE["settled"], period))
    }


@by_period
def test_down_the_tree(moved, names: dict[str, int], period: Period):
    who = personas.actor("committee")
    for name, key in (
        ("云岫速运集团有限公司", lambda case: case.level2_id or case.level3_id),
        ("云岫速运华东有限公司", lambda case: case.level3_id),
    ):
        company = company_for(who, names[name])
        inside = everything(company.id == (Case.level1_id if company.level == 1 else Case.level2_id))
        found = queries.by_company(who, period, Scope(company=company.id), below=company)
        same(found, inside, key, period)
        assert (
            metrics.total(found.values())
            == queries.by_company(who, period, Scope(company=company.id))[company.level1_id]
        )
        quicker = Scope(company=company.id, headquarters=company.level1_id)
        assert queries.by_company(who, period, quicker, below=company) == found


def test_pauses_and_reopenings_make_the_days_fewer(context, request):
    who, period = personas.actor("committee"), PERIODS[2]
    before = queries.overall(who, period)
    assert metrics.net_days(before) == before.days
    request.getfixturevalue("moved")
    after = queries.overall(who, period)
    assert sum(after.days.values()) == sum(before.days.values())
    assert sum(day * n for day, n in after.days.items()) < sum(day * n for day, n in before.days.items())
    net = metrics.net_days(after)
    assert sum(net.values()) == sum(after.days.values())
    assert sum(day * n for day, n in net.items()) < sum(day * n for day, n in after.days.items())


@pytest.mark.parametrize("name", WHO)
@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_each_table_adds_up_to_the_whole(moved, name: str, scope: Scope):
    who, period = personas.actor(name), PERIODS[1]
    whole = queries.overall(who, period, scope)
    assert whole.cases or name != "committee"
    for by in ("company", "outlet", "station", "cause", "full_cause", "track", "relationship"):
        assert metrics.total(queries.asked(who, by, scope).of([period])[0].values()) == whole


TOGETHER = [
    Period(date(2026, 1, 1), date(2026, 6, 20)),
    Period(date(2025, 7, 14), date(2025, 12, 31)),
    Period(date(2025, 1, 1), date(2025, 6, 20)),
    Period(date(2026, 6, 10), date(2026, 6, 30)),  # shares days with the first
    month("2026-03"),
    Period(date(2020, 1, 1), date(2030, 1, 1)),
]


@pytest.mark.parametrize("name", WHO)
@pytest.mark.parametrize("scope", SCOPES[:3], ids=str)
def test_several_periods_read_together_are_each_as_read_alone(moved, name: str, scope: Scope):
    who = personas.actor(name)
    for by in ("", "company", "cause"):
        for periods in (TOGETHER, TOGETHER[:3], TOGETHER[3:5]):
            question = queries.asked(who, by, scope)
            assert question.of(periods) == [question.of([one])[0] for one in periods]


LISTS = [
    Scope(),
    Scope(cause="wage", relationship="new_form"),
    Scope(station=0),
    Scope(company=0),
    Scope(track="labour"),
]


@pytest.mark.parametrize("name", ["committee", "duty_lawyer", "hr_same_company"])
@pytest.mark.parametrize("scope", LISTS, ids=str)
def test_the_list_behind_a_figure_makes_the_figure(context, name: str, scope: Scope):
    who, period = personas.actor(name), PERIODS[1]
    if name == "hr_same_company":  # HR's own list also holds cases in which its company is not the main respondent
        scope = replace(scope, company=who.company_levels[0][0])
    found = metrics.figures(queries.overall(who, period, scope))
    lists: dict[str, tuple[int, dict[str, object]]] = {}
    for measure in MEASURES:
        arguments = metrics.drill(measure, period, scope.dimensions())
        if str(arguments) not in lists:
            cases = listed(who, arguments)
            lists[str(arguments)] = len(cases), slow(cases, period)
        count, made = lists[str(arguments)]
        assert made[measure.code] == found[measure.code], measure.code
        if measure.unit == "case":
            assert count == found[measure.code], measure.code


def listed(who: Actor, arguments: dict[str, str]) -> list[Case]:
    """The cases of a list, all of them."""
    filters = Filters.from_args(arguments)
    assert filters.to_args() == arguments
    cases = list(db.session.scalars(select(Case).where(*queries.where(who, filters))))
    assert len(cases) == count_for(who, filters, cap=None)
    return cases


@by_period
def test_the_list_of_a_rate_holds_what_it_is_a_part_of(moved, period: Period):
    who = personas.actor("committee")
    tally = queries.overall(who, period)
    for code, whole, part in (
        ("settlement_rate", tally.concluded, tally.settled),
        ("share_15", sum(tally.days.values()), None),
        ("share_30", sum(tally.days.values()), None),
    ):
        assert len(listed(who, metrics.drill(BY_CODE[code], period))) == whole, code
        if part is not None:
            assert len(listed(who, metrics.drill(BY_CODE[code], period, numerator=True))) == part
    answered = listed(who, metrics.drill(BY_CODE["median_answer_days"], period))
    assert len(answered) == sum(tally.answer_days.values())
    paid = {case.id for case in listed(who, metrics.drill(BY_CODE["on_time_rate"], period, numerator=True))}
    due = {case.id for case in listed(who, metrics.drill(BY_CODE["on_time_rate"], period))}
    assert paid <= due and (paid != due) == (tally.on_time_count != tally.due_count)


@pytest.mark.parametrize("name", WHO)
def test_the_list_behind_a_figure_holds_exactly_its_cases(context, name: str):
    who, period = personas.actor(name), PERIODS[1]
    rows: list[tuple[Tally, dict[str, object]]] = [
        (tally, {"main_company": company or 0}) for company, tally in queries.by_company(who, period).items()
    ]
    rows += [(tally, {"station": station or 0}) for station, tally in queries.by_station(who, period).items()]
    rows += [(tally, {"cause": cause}) for cause, tally in queries.by_cause(who, period).items()]

    def of(by: str) -> dict:
        return queries.asked(who, by).of([period])[0]

    rows += [(tally, {"track": track}) for track, tally in of("track").items()]
    rows += [(tally, {"relationship": one}) for one, tally in of("relationship").items()]
    for tally, dimensions in rows:
        for measure in MEASURES:
            if measure.unit == "case":
                filters = Filters.from_args(metrics.drill(measure, period, dimensions))
                assert count_for(who, filters, cap=None) == measure.value(tally), (measure.code, dimensions)
    assert rows or name == "committee_elsewhere"


def test_the_list_behind_one_company_itself(context, names: dict[str, int]):
    who, period = personas.actor("committee"), PERIODS[2]
    company = company_for(who, names["云岫速运集团有限公司"])
    tally = queries.by_company(who, period, Scope(company=company.id), below=company)[None]
    arguments = metrics.drill(BY_CODE["cases"], period, {"main_company": company.id, "direct": True})
    assert 0 < count_for(who, Filters.from_args(arguments), cap=None) == tally.cases


def test_every_argument_is_one_the_list_understands(context):
    for measure in MEASURES:
        arguments = metrics.drill(
            measure, PERIODS[0], {"main_company": 1, "direct": True, "station": 1, "cause": "wage", "track": "labour"}
        )
        assert Filters.from_args(arguments).to_args() == arguments, measure.code


def test_hr_sees_its_own_company_alone(context, names: dict[str, int]):
    who, period = personas.actor("hr_same_company"), PERIODS[2]
    case = db.session.scalars(select(Case).where(Case.level1_id == names["远岚物流集团有限公司"])).first()
    make.name_company(case, db.session.get_one(Company, names["云岫速运集团有限公司"]))
    assert set(queries.by_company(who, period)) == {names["云岫速运集团有限公司"]}
    inside = everything(
        Case.level1_id == names["云岫速运集团有限公司"],
        Case.state != "received",
        Case.track.not_in(["consult", "police"]),
    )
    assert metrics.figures(queries.overall(who, period)) == slow(inside, period)
    with pytest.raises(NotFound):
        company_for(who, names["远岚物流集团有限公司"])


def test_an_outlets_hr_sees_its_outlet_under_its_own_name(context, names: dict[str, int]):
    someone = personas.actor("hr_same_company")
    region = names["云岫速运华东有限公司"]
    who = Actor(someone.user_id, "区域", someone.committee_id, someone.roles, company_levels=((region, 2),))
    found = queries.by_company(who, PERIODS[2])
    assert set(found) == {region} and found[region].cases > 0
    with pytest.raises(NotFound):
        company_for(who, names["云岫速运集团有限公司"])
    assert company_for(who, names["云岫速运青浦网点"])


def test_hr_without_a_company_sees_nothing(context):
    someone = personas.actor("hr_same_company")
    who = Actor(someone.user_id, "无", someone.committee_id, someone.roles)
    assert queries.overall(who, PERIODS[2]) == Tally() and queries.received_money(who, PERIODS[2]) == 0


@by_period
def test_money_received_counts_by_its_day(context, period: Period):
    who = personas.actor("committee")
    paid = db.session.scalars(select(Payment).where(Payment.committee_id == who.committee_id))
    assert queries.received_money(who, period) == sum(one.amount_fen for one in paid if period.contains(one.paid_on))


@by_period
def test_new_cases_by_day(context, period: Period):
    who = personas.actor("committee")
    found = queries.received_by_day(who, period)
    assert sum(found.values()) == queries.overall(who, period).cases
    assert all(period.contains(day) for day in found)
