"""What only the month's report asks: the whole committee, read without its cases, is what its companies have together."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import select

from mediation.cases.models import Case
from mediation.companies.models import Company
from mediation.core.db import db
from mediation.statistics import queries
from mediation.statistics.period import Period, month
from mediation.statistics.queries import Scope
from mediation.statistics.queries import month as asked
from mediation.statistics.signals.reported import queries as signals
from tests import personas
from tests.factories.months import make_all, same

SPAN, LAST = Period(date(2026, 3, 1), date(2026, 8, 31)), date(2026, 8, 31)
EVENTS = ("received", "accepted", "agreement_effective", "closed", "payment_recorded", "paused")


def _companies(committee_id: int | None) -> list[int]:
    tops = select(Company.id).where(Company.committee_id == committee_id, Company.level == 1)
    return [0, *db.session.scalars(tops)]


def test_a_whole_committee_is_the_sum_of_its_companies(context):
    who = personas.actor("committee")
    scopes = [Scope(company=company) for company in _companies(who.committee_id)]

    unpaid = {one.due_on: (one.count, one.left_fen) for one in asked.unpaid_at(who, LAST)}
    counts, sums = Counter(), Counter()
    for scope in scopes:
        for one in asked.unpaid_at(who, LAST, scope):
            counts[one.due_on] += one.count
            sums[one.due_on] += one.left_fen
    assert unpaid and unpaid == {day: (counts[day], sums[day]) for day in counts}

    due = asked.instalments_due(who, SPAN, LAST)
    assert due[0] and due == tuple(
        map(sum, zip(*(asked.instalments_due(who, SPAN, LAST, one) for one in scopes), strict=True))
    )

    for question in (
        lambda scope: asked.late_entries(who, SPAN, EVENTS, 3, scope),
        lambda scope: asked.made_enforceable(who, SPAN, LAST, scope),
    ):
        whole, parts = question(Scope()), [question(one) for one in scopes]
        assert whole == {
            key: tuple(map(sum, zip(*(part.get(key, (0, 0)) for part in parts), strict=True))) for key in whole
        }
    assert asked.happened(who, SPAN, "received") == sum(asked.happened(who, SPAN, "received", one) for one in scopes)


def test_the_intake_is_what_the_cases_say(context):
    who = personas.actor("committee")
    found = asked.intake(who, SPAN)
    cases = db.session.scalars(
        select(Case).where(Case.committee_id == who.committee_id, Case.received_on.between(SPAN.first, SPAN.last))
    ).all()
    disputes = [one for one in cases if one.track != "consult"]
    assert Counter({key: new for key, (new, _asked) in found.sources.items()}) == Counter(
        one.source for one in disputes
    )
    assert sum(asked for _new, asked in found.sources.values()) == len(cases) - len(disputes)
    assert found.risks == Counter(one.risk_level for one in disputes)
    group = [one for one in disputes if one.is_collective]
    assert sorted(found.collective) == sorted(one.id for one in group)
    largest = sorted(group, key=lambda one: (one.headcount is None, -(one.headcount or 0), one.number))
    assert [row.number for row in asked.collective(found, limit=2)] == [one.number for one in largest[:2]]


def test_companies_are_counted_for_the_funnel_with_and_without_the_months(context):
    who = personas.actor("committee")
    make_all(who.committee_id)
    companies = db.session.scalars(
        select(Company).where(Company.committee_id == who.committee_id, Company.level == 1)
    ).all()
    for period in (month("2026-07"), Period(date(2025, 11, 13), date(2026, 10, 31))):
        for cause in (None, "wage", "wage.arrears"):
            found = same(lambda cause=cause, period=period: signals.counted_by_company(who, companies, cause, period))
            like = queries.by_company(who, period, Scope(cause=cause))
            whole = queries.by_company(who, period)
            for one in companies:
                expected = tuple(tallies[one.id].cases if one.id in tallies else 0 for tallies in (like, whole))
                assert found.get(one.id, (0, 0)) == (expected if expected[1] else (0, 0))
