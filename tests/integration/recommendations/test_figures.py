"""The effect of a letter from the register, and what a month's report is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mediation.companies.models import CompanyHeadcount
from mediation.core.db import db, transaction
from mediation.recommendations import queries, service
from mediation.recommendations.service import ReplyIn, ServiceIn
from mediation.statistics.period import month
from tests import personas
from tests.factories import casefiles
from tests.factories import recommendations as play
from tests.factories.recommendations import act
from tests.factories.statistics import make_case

pytestmark = pytest.mark.usefixtures("context")
EFFECTIVE = date(2026, 4, 1)


def cases(per_month: dict[date, int], cause: str = "wage.arrears", **columns) -> None:
    """So many cases against the outlet in the month that begins on a day."""
    with transaction():
        world = personas.world()
        for first, count in per_month.items():
            for at in range(count):
                make_case(
                    world.committee, first + timedelta(days=at % 27), company=columns.pop("company", world.outlet),
                    category_code=cause, **columns,
                )  # fmt: skip


def months(first: date, counts: list[int]) -> dict[date, int]:
    return {date(first.year + (first.month - 1 + at) // 12, (first.month - 1 + at) % 12 + 1, 1): count
            for at, count in enumerate(counts)}  # fmt: skip


@pytest.fixture
def letter() -> int:
    """Answered with measures from the first of April 2026; 10 cases a month before, 4 after."""
    cases(months(date(2025, 3, 1), [10] * 12) | months(EFFECTIVE, [4] * 7))
    cases(months(date(2025, 3, 1), [5] * 20), cause="freight.arrears")
    return play.answered()


def effect(key: int, day: date, who: str = "committee"):
    with casefiles.at(day):
        return queries.effect_of(play.actor(who), play.reload(key, who))


def test_cases_of_its_cause_in_the_companys_tree_are_counted(letter):
    found = effect(letter, date(2026, 11, 1))
    assert (found.break_on, len(found.before), len(found.after)) == (EFFECTIVE, 13, 7)
    assert [one.cases for one in found.before] == [10] * 12 + [3]  # the three of the sample came in in March
    assert [one.cases for one in found.after] == [4] * 7
    assert found.verdict == "fell"
    assert found.ratio.low < 4 / 10 < found.ratio.high
    assert found.series_verdict in ("fell", "not_shown")
    assert not found.has_base


def test_the_company_itself_sees_the_effect_on_the_cases_it_was_told_of(letter):
    found = effect(letter, date(2026, 11, 1), "hr_same_company")
    assert found.cases_after == 0  # cases that were only received are not told to the company


def test_soon_after_it_is_too_early_to_say(letter):
    found = effect(letter, date(2026, 6, 15))
    assert (found.verdict, found.ratio, len(found.after)) == ("too_early", None, 2)


def test_with_a_headcount_for_every_month_the_rate_is_per_thousand(letter):
    with transaction():
        world = personas.world()
        for first, couriers in ((date(2025, 1, 1), 500), (EFFECTIVE, 1000)):
            db.session.add(
                CompanyHeadcount(
                    committee_id=world.committee.id,
                    company_id=world.outlet.id,
                    from_on=first,
                    couriers=couriers,
                    source="公司填报",
                )
            )
    found = effect(letter, date(2026, 11, 1))
    assert found.has_base
    assert found.rate_after == pytest.approx(4)
    assert found.rate_before == pytest.approx(1000 * 123 / (13 * 500))


def test_before_it_is_served_there_is_no_effect():
    assert effect(play.issued(), date(2026, 11, 1)) is None


def rows(text: str, who: str = "committee", **more):
    with casefiles.at(date(2026, 11, 20)):
        return queries.of_month(play.actor(who), month(text), **more)


def test_a_month_tells_each_letter_as_it_stood_at_its_end(letter):
    (march,) = rows("2026-03")
    assert (march.status, march.sent, march.answered, march.answered_on) == ("sent", True, False, None)
    assert (march.number, march.company, march.cause) == ("沪快调建〔2026〕1号", "云岫速运集团有限公司", "拖欠工资")
    assert march.effective_from is None
    (april,) = rows("2026-04")
    assert (april.status, april.sent, april.answered, april.effective_from) == ("answered", False, True, EFFECTIVE)
    assert april.verdict == "too_early"
    day = date(2026, 5, 6)
    act(day, "committee", service.visit, letter, on=day, visitors="程鸣", found="已落实。")
    act(day, "committee", service.verify, letter, on=day)
    act(date(2026, 10, 9), "committee", service.close, letter, reason="效果已经比较")
    assert rows("2026-03") == [march]
    assert rows("2026-04") == [april]
    (may,) = rows("2026-05")
    assert (may.status, may.corrected, may.closed) == ("verified", True, False)
    (october,) = rows("2026-10")
    assert (october.status, october.closed, october.corrected) == ("closed", True, False)
    assert (october.before, october.after, october.months_before, october.months_after) == (123, 28, 13, 7)
    assert october.low < october.ratio < october.high
    assert october.verdict == "fell"
    assert rows("2026-02") == []
    assert rows("2026-11") == []


def test_an_unanswered_letter_is_late_from_the_month_of_its_reply_day():
    key = play.served()
    assert [(row.id, row.is_late) for row in rows("2026-03")] == [(key, False)]
    assert [(row.id, row.is_late) for row in rows("2026-04")] == [(key, True)]


def test_a_month_is_told_within_scope(letter):
    assert [row.id for row in rows("2026-04", "hr_same_company")] == [letter]
    assert rows("2026-04", "hr_other_company") == []
    assert rows("2026-04", "committee_elsewhere") == []
    world = personas.world()
    assert [row.id for row in rows("2026-04", company=world.company)] == [letter]
    assert rows("2026-04", company=world.other_company) == []


def test_a_supplement_changes_the_day_from_its_own_month_on(letter):
    later = date(2026, 5, 4)
    act(later, "hr_same_company", service.supplement, letter, given=ReplyIn(effective_from=later))
    assert [row.effective_from for row in rows("2026-04")] == [EFFECTIVE]
    assert [row.effective_from for row in rows("2026-05")] == [later]


def test_letters_of_all_companies_are_listed_with_those_without_an_answer(letter):
    key = play.issued(title="另一封")
    act(play.ISSUED, "committee", service.serve, key, given=ServiceIn("system", play.ISSUED))
    with casefiles.at(date(2026, 5, 4)):
        committee = play.actor("committee")
        assert queries.counts_for(committee) == {"answered": 1, "sent": 1, "late": 1}
        late = queries.list_for(committee, queries.Wanted(late=True)).rows
        assert [row.id for row, _name in late] == [key]
        assert queries.list_for(committee, queries.Wanted(company=personas.world().other_company.id)).rows == []
