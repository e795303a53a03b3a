"""The daily watch: a planted doubling is found and told once, and nothing else is called out of the ordinary."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from mediation.cases.filters import Filters
from mediation.cases.models import Case
from mediation.cases.queries import count_for
from mediation.committees.models import Category
from mediation.companies.models import Company, CompanyHeadcount
from mediation.core.db import db, transaction
from mediation.core.i18n import day as shown_day
from mediation.notifications.models import InboxItem
from mediation.statistics.models import FigureWatched, Signal
from mediation.statistics.period import month
from mediation.statistics.queries.signals import found_in, whole
from mediation.statistics.signals import plain, words
from mediation.statistics.signals.handling import dismiss
from mediation.statistics.signals.reported import by_weight, funnel_of, months_chart, watched_in
from mediation.statistics.signals.watching import CHARTS, watch
from tests import personas
from tests.databases import statements
from tests.factories import signal_cases as years
from tests.factories import statistics as make
from tests.product import Content

NEXT_DAY = years.TODAY + timedelta(days=1)


@pytest.fixture
def content() -> Content:
    return years.SIGNAL_CASES


def signals(*kinds: str) -> list[Signal]:
    rows = db.session.scalars(select(Signal).order_by(Signal.id)).all()
    return [row for row in rows if not kinds or row.kind in kinds]


def name_of(signal: Signal) -> str:
    return db.session.get_one(Company, signal.company_id).name


def told_by(signal: Signal) -> Filters:
    """The list that a signal leads to."""
    return Filters(
        main_company=signal.company_id,
        direct=signal.kind not in CHARTS,
        cause=signal.cause,
        received_from=signal.from_on,
        received_to=words.counted_to(signal),
        disputes=True,
    )


@pytest.mark.usefixtures("context")
class TestWatch:
    def test_the_planted_doubling_is_found_and_the_steady_company_is_not(self):
        watch(years.TODAY)
        world = personas.world()
        steady = {world.other_company.id}
        found = {(row.company_id in steady, row.cause, row.kind) for row in signals(*CHARTS)}
        assert (False, years.PLANTED_CAUSE, "cusum") in found
        assert (True, years.RARE_CAUSE, "g_chart") in found
        assert {one[1:] for one in found if one[0]} == {(years.RARE_CAUSE, "g_chart")}
        assert all(cause != "contract.severance" for _steady, cause, _kind in found)

    def test_one_story_is_told_once_though_many_series_hold_it(self):
        watch(years.TODAY)
        planted = [row for row in signals(*CHARTS) if row.cause.startswith("wage")]
        assert len(planted) == 1
        assert planted[0].data["also"], "the region, the outlets or the main cause show the same"

    def test_the_figures_of_a_signal_are_those_of_the_list_behind_it(self):
        watch(years.TODAY)
        who = personas.actor("committee")
        for signal in signals():
            assert count_for(who, told_by(signal)) == signal.data["cases"] == len(signal.case_ids), signal.key

    def test_twelve_workers_in_four_cases_are_a_possible_collective_case(self):
        watch(years.TODAY)
        (signal,) = [row for row in signals("collective") if row.cause == "injury.benefits"]
        assert name_of(signal) == years.SECOND_OUTLET
        assert (signal.data["workers"], signal.data["cases"]) == (12, 4)

    def test_nothing_is_told_twice_and_what_goes_on_is_prolonged(self):
        first = watch(years.TODAY)
        assert first.signals and first.told == 1
        again = watch(years.TODAY)
        assert (again.signals, again.prolonged, again.told) == (0, 0, 0)
        before = {row.id: row.data["until"] for row in signals("repeat")}
        with transaction():
            world = personas.world()
            make.make_case(
                world.committee, NEXT_DAY, company=world.outlet, category_code=years.PLANTED_CAUSE, state="accepted"
            )
        later = watch(NEXT_DAY)
        assert (later.signals, later.told) == (0, 0)
        after = {row.id: row.data["until"] for row in signals("repeat")}
        prolonged = [row for row in signals("repeat") if after[row.id] != before[row.id]]
        assert prolonged, "the row of like cases goes on"
        for signal in prolonged:  # what it told of stays what was counted then
            assert count_for(personas.actor("committee"), told_by(signal)) == signal.data["cases"]
            assert f"至{shown_day(words.counted_to(signal))}" in words.why(signal)

    def test_days_without_the_job_are_made_up(self):
        for back in (3, 2, 1):
            with transaction():
                world = personas.world()
                make.make_case(world.committee, years.TODAY - timedelta(days=back), company=world.company,
                               category_code="wage.min_wage" if _has("wage.min_wage") else "other", state="accepted")  # fmt: skip
        watch(years.TODAY + timedelta(days=12))
        assert any(row.company_id == personas.world().company.id for row in signals("repeat"))

    def test_a_row_that_has_passed_is_not_told_later(self):
        watch(years.TODAY + timedelta(days=200))
        assert not signals("repeat", "collective")

    def test_the_committee_is_told_once_and_by_a_message_that_names_nobody(self):
        watch(years.TODAY)
        items = db.session.scalars(select(InboxItem).where(InboxItem.kind == "signal")).all()
        assert [item.user_id for item in items] == [personas.user("committee").id]
        names = [row.name for row in db.session.scalars(select(Company))]
        assert not any(name in f"{items[0].title}{items[0].body}" for name in names)

    def test_no_figure_of_a_signal_is_a_name(self):
        with transaction():
            for case in db.session.scalars(select(Case)):
                case.title = "金丝雀 诉 某公司"
        watch(years.TODAY)
        assert signals() and not any("金丝雀" in str(row.data) for row in signals())

    def test_few_queries_whatever_the_number_of_cases(self):
        with statements() as asked:
            watch(years.TODAY)
        assert len([one for one in asked if one.startswith("SELECT")]) <= 30

    def test_after_one_is_set_aside_the_same_episode_stays_quiet(self):
        watch(years.TODAY)
        count = len(signals())
        (planted,) = [row for row in signals("cusum") if row.cause.startswith("wage")]
        with transaction():
            row = db.session.get_one(Signal, planted.id)
            dismiss(personas.actor("committee"), signal=row, reason="业务量增加一倍")
        watch(NEXT_DAY)
        assert len(signals()) == count

    def test_more_couriers_explain_more_cases(self):
        with transaction():
            world = personas.world()
            for company in (
                world.outlet,
                db.session.scalar(select(Company).where(Company.name == years.SECOND_OUTLET)),
            ):
                for on, couriers in ((years.FIRST, 200), (years.DOUBLED, 400)):
                    db.session.add(
                        CompanyHeadcount(
                            committee_id=world.committee.id, company_id=company.id, from_on=on, couriers=couriers,
                            source="总部报送",
                        )
                    )  # fmt: skip
        watch(years.TODAY)
        assert not [row for row in signals(*CHARTS) if row.cause.startswith("wage")]

    def test_thresholds_of_the_committee(self):
        with transaction():
            personas.world().committee.settings = {"repeat_cases": 8, "repeat_days": 30, "collective_days": 3}
        watch(years.TODAY)
        assert not [row for row in signals("collective") if row.cause == "injury.benefits"]
        assert all(row.data["cases"] >= 8 and row.data["days"] == 30 for row in signals("repeat"))
        assert plain.REPEAT_CASES == 3


@pytest.mark.usefixtures("context")
class TestReported:
    def test_the_month_says_what_signalled_and_what_was_watched(self):
        watch(years.TODAY)
        who = personas.actor("committee")
        found = found_in(who, month("2026-11"))
        ordered = [signal for signal, _company in whole(who, [one.id for one in by_weight(found)])]
        assert len(ordered) == len(found)
        assert {signal.kind for signal in ordered} >= {"cusum", "g_chart", "repeat", "collective"}
        assert ordered[0].kind == "cusum" and ordered[-1].kind == "repeat"
        repeats = [signal.data["cases"] for signal in ordered if signal.kind == "repeat"]
        assert repeats == sorted(repeats, reverse=True)
        assert ordered[0].data["cases"] > ordered[0].data["expected"] * 1.5
        watched = watched_in(who, month("2026-11"), found)
        assert {row["company"] for row in watched} == {"云岫速运集团有限公司", "远岚物流集团有限公司"}
        assert sum(row["signals"] for row in watched) == len(found)
        assert all(row["charts"] > 0 for row in watched)
        assert found_in(who, month("2026-09")) == []

    def test_what_was_watched_is_a_fact_of_the_day(self):
        who, world, november = personas.actor("committee"), personas.world(), month("2026-11")

        def watched(period, company=None):
            return watched_in(who, period, [], company)

        counted = watched(november)
        part = watched(november, world.company)
        watch(november.last)
        kept = db.session.scalars(select(FigureWatched).order_by(FigureWatched.company_id)).all()
        assert [(row.month, row.company_id) for row in kept] == [
            ("2026-11", one.id) for one in (world.company, world.other_company)
        ]

        assert watched(november) == counted
        assert watched(november, world.company) == part
        below = watched(november, db.session.get(Company, world.outlet.id))
        assert 0 < below[0]["charts"] < part[0]["charts"]
        with transaction():
            for case in db.session.scalars(select(Case).where(Case.level1_id == world.company.id)):
                case.category_code = "wage.arrears"
        assert watched(november) == counted
        assert watched(month("2026-10")) != counted, "nobody watched October"
        watch(november.last)  # the last watch of a month stands for it
        assert watched(november) != counted
        with transaction():
            for case in db.session.scalars(select(Case).where(Case.level1_id == world.other_company.id)):
                case.track = "consult"
        watch(november.last)
        assert [row["company_id"] for row in watched(november)] == [world.company.id]

    def test_a_companys_part_has_nothing_of_another(self):
        watch(years.TODAY)
        world = personas.world()
        who, november = personas.actor("hr_same_company"), month("2026-11")
        found = found_in(who, november, world.company)
        assert found and not any(one.level1_id == world.other_company.id for one in found)
        assert [row["company"] for row in watched_in(who, november, found, world.company)] == [world.company.name]

    def test_the_months_have_limits_and_mark_the_doubled_ones(self):
        world = personas.world()
        found = months_chart(personas.actor("committee"), world.company, years.PLANTED_CAUSE, month("2026-10"))
        assert len(found.months) == 25 and found.months[-1] == "2026-10"
        assert found.chart.upper[-1] is not None and found.chart.marked == (24,)
        steady = months_chart(personas.actor("committee"), world.other_company, years.PLANTED_CAUSE, month("2026-10"))
        assert steady.chart.marked == ()

    def test_months_before_the_register_began_have_no_limits(self):
        world = personas.world()
        found = months_chart(personas.actor("committee"), world.company, years.PLANTED_CAUSE, month("2025-03"))
        begins = found.months.index("2024-01")
        assert found.chart.counts[:begins] == (0,) * begins and found.chart.counts[begins] > 0
        assert not [place for place in found.chart.marked if place < begins]
        assert set(found.chart.upper[:begins]) == {None} and found.chart.upper[begins] is not None

    def test_two_companies_are_no_funnel(self):
        assert funnel_of(personas.actor("committee"), None, years.PLANTED_CAUSE, month("2026-10")) is None


def _has(code: str) -> bool:
    return db.session.get(Category, code) is not None
