"""The mathematics of the watch against what is known of it: exact distributions, Markov chains, textbook values."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pytest

from mediation.companies.headcount_queries import Tree
from mediation.statistics.signals import chance, control, cusum, funnel, plain
from mediation.statistics.signals.exposure import Couriers
from mediation.statistics.signals.family import (
    Baseline,
    Finding,
    History,
    Place,
    baseline_of,
    examine,
    has_baseline,
    look,
    news,
    tolerances,
)

MONDAY = date(2024, 1, 1)


def poisson_tail(limit: int, mean: float) -> float:
    return 1 - sum(math.exp(-mean) * mean**n / math.factorial(n) for n in range(limit + 1))


class TestChance:
    @pytest.mark.parametrize("mean", [0.05, 0.7, 3.0, 12.5])
    @pytest.mark.parametrize("tail", [0.05, 0.001, 1e-6])
    def test_the_upper_limit_is_the_least_that_keeps_the_probability(self, mean, tail):
        limit = chance.upper_limit(mean, mean, tail)
        assert poisson_tail(limit, mean) <= tail
        assert limit == 0 or poisson_tail(limit - 1, mean) > tail

    def test_three_standard_deviations_would_be_passed_more_often_than_they_say(self):
        mean = 0.7
        assert poisson_tail(math.floor(mean + 3 * math.sqrt(mean)), mean) > 4 * 0.00135
        assert chance.upper_limit(mean, mean, 0.00135) > mean + 3 * math.sqrt(mean)

    @pytest.mark.parametrize(("mean", "variance"), [(4.0, 4.0), (4.0, 7.0), (900.0, 900.0), (900.0, 2500.0)])
    def test_the_terms_have_the_mean_and_variance_they_are_given(self, mean, variance):
        whole = first = second = 0.0
        for count, term in chance.terms(mean, variance):
            whole, first, second = whole + term, first + count * term, second + count * count * term
            if count > mean + 20 * math.sqrt(variance) + 40:
                break
        assert whole == pytest.approx(1, abs=1e-6)
        assert first == pytest.approx(mean, rel=1e-4)
        assert second - first**2 == pytest.approx(variance, rel=1e-2)

    def test_nothing_expected_is_passed_by_one(self):
        assert chance.upper_limit(0, 0, 0.001) == 0
        with pytest.raises(ValueError, match="not negative"):
            next(chance.terms(-1, 1))

    def test_dispersion_is_that_of_pearson_and_never_below_one(self):
        assert chance.dispersion([4, 4, 4, 4], [1, 1, 1, 1]) == 1
        assert chance.dispersion([0, 8, 0, 8], [1, 1, 1, 1]) == pytest.approx(4 * 16 / 4 / 3)
        assert chance.dispersion([10, 20], [1, 2]) == 1

    def test_few_cases_of_the_past_make_a_wider_limit(self):
        few, many = chance.predicted(6, 60, 10, 1), chance.predicted(600, 6000, 10, 1)
        assert few[0] == pytest.approx(many[0], rel=0.1)
        assert chance.upper_limit(*few, 0.001) > chance.upper_limit(*many, 0.001)


class TestControl:
    COUNTS = (9, 12, 8, 11, 10, 7, 13, 10, 9, 12, 11, 8) * 2

    def test_the_tested_month_is_judged_by_the_others(self):
        found = control.chart_of((*self.COUNTS, 29))
        assert found.marked == (24,)
        assert found.rate == pytest.approx(10)
        assert found.upper[-1] < 29

    def test_an_outbreak_of_the_past_does_not_widen_the_limits(self):
        with_outbreak = list(self.COUNTS)
        with_outbreak[5] = 60
        found = control.chart_of((*with_outbreak, 24))
        assert found.marked == (5, 24)
        assert found.rate == pytest.approx((sum(with_outbreak) - 60) / 23)

    def test_twice_the_couriers_may_have_twice_the_cases(self):
        exposures = [31.0] * 24 + [62.0]
        assert control.chart_of((*self.COUNTS, 20), exposures).marked == ()
        assert control.chart_of((*self.COUNTS, 29), [31.0] * 25).marked == (24,)

    def test_too_little_history_says_so_instead_of_judging(self):
        short = control.chart_of((3, 4, 40))
        assert short.too_little == "short" and short.marked == () and short.upper == (None,) * 3
        few = control.chart_of((0,) * 20 + (1, 9))
        assert few.too_little == "few" and few.marked == ()

    def test_counts_and_exposures_belong_together(self):
        with pytest.raises(ValueError, match="exposure"):
            control.chart_of((1, 2), (1.0,))

    def test_the_limit_of_a_row_keeps_its_probability(self):
        limit = control.rare_limit(8, 728, spread=1.0, tail=1e-4)
        assert limit.days >= control.RARE_DAYS

        def probability(days: int) -> float:
            return chance.at_least(limit.row, *chance.predicted(8, 728, days + 1, 1.0))

        assert probability(limit.days) <= 1e-4 < probability(limit.days + 1)

    def test_a_row_of_rare_cases_that_took_no_time(self):
        days = [MONDAY + timedelta(days=n) for n in (0, 90, 200, 203, 207, 211)]
        assert control.gaps(days) == [90, 110, 3, 4, 4]
        assert control.short_row(days, control.RareLimit(3, 20)) == (days[2], days[5])
        assert control.short_row(days, control.RareLimit(3, 10)) is None
        assert control.short_row(days[:3], control.RareLimit(3, 400)) is None


def mean_weeks_between_false_alarms(mean: float, interval: float, steps: int = 8) -> float:
    """By the Markov chain of the sum (Brook and Evans 1972), on a grid of 1/``steps`` case."""
    reference = round(mean / math.log(2) * steps)
    mean = reference / steps * math.log(2)
    size = math.ceil(interval * steps)
    rows = [[float(i == j) for j in range(size)] + [1.0] for i in range(size)]
    for i in range(size):
        term, count = math.exp(-mean), 0
        while (place := i + count * steps - reference) < size:
            rows[i][max(0, place)] -= term
            count += 1
            term *= mean / count
    for i in range(size):
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            if factor:
                rows[k] = [b - factor * a for a, b in zip(rows[i], rows[k], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        found[i] = (rows[i][size] - sum(rows[i][j] * found[j] for j in range(i + 1, size))) / rows[i][i]
    return found[0]


class TestCusum:
    @pytest.mark.parametrize("reference", [0.5, 1.0, 2.0, 4.0, 9.0])
    @pytest.mark.parametrize("weeks", [500, 5_000])
    def test_the_decision_interval_gives_the_stated_frequency_of_false_alarms(self, reference, weeks):
        mean = reference * math.log(2)
        interval = cusum.decision_interval(mean, weeks)
        exact = mean_weeks_between_false_alarms(mean, interval)
        assert weeks * 0.85 <= exact <= weeks * 2.5

    def test_the_reference_lies_between_the_mean_and_its_double(self):
        found = cusum.cusum([0] * 4, [3.0] * 4, cases=10_000_000, spread=1.0, weeks=1000)
        assert 3.0 < found.references[0] < 6.0
        assert found.references[0] == pytest.approx(3 / math.log(2), rel=1e-3)

    def test_the_sum_starts_again_below_nothing_and_says_when_it_rose(self):
        found = cusum.cusum([3, 0, 3, 9, 9, 9, 9], [3.0] * 7, cases=500, spread=1.0, weeks=1000)
        assert found.path[1] == 0
        assert found.alarms() == [4, 5, 6]
        assert found.began(6) == 3

    def test_a_short_history_asks_for_more(self):
        certain = cusum.cusum([6] * 6, [3.0] * 6, cases=2_000, spread=1.0, weeks=5000)
        doubtful = cusum.cusum([6] * 6, [3.0] * 6, cases=40, spread=1.0, weeks=5000)
        assert doubtful.path[-1] < certain.path[-1]

    def test_counts_that_vary_more_by_nature_are_brought_to_scale(self):
        calm = cusum.cusum([8] * 4, [3.0] * 4, cases=500, spread=1.0, weeks=1000)
        wild = cusum.cusum([8] * 4, [3.0] * 4, cases=500, spread=2.0, weeks=1000)
        assert calm.alarms() and not wild.alarms()


class TestFunnel:
    def test_the_same_rate_is_much_at_a_large_outlet_and_nothing_at_a_small_one(self):
        steady = [funnel.Entry(n, 20, 2.0) for n in range(10)]
        found = funnel.funnel([*steady, funnel.Entry(98, 60, 3.0), funnel.Entry(99, 1, 0.05)])
        places = {one.key: one.place for one in found.placed}
        assert places[98] == "very_high"
        assert places[99] == "inside", "20 per unit as well, but of one case"
        rates = {one.key: one.rate for one in found.placed}
        assert rates[98] == rates[99] == pytest.approx(20)

    def test_limits_close_in_and_hold_the_rate_between_them(self):
        found = funnel.funnel([funnel.Entry(n, 10 + n % 3, 1.0) for n in range(8)])
        for name in ("95%", "99.8%"):
            widths = [high - low for _x, low, high in found.limits[name]]
            assert widths[-1] < widths[len(widths) // 2] < widths[0]
            assert all(low <= found.rate <= high for x, low, high in found.limits[name] if x * found.rate > 3)
        outer = {x: high for x, _low, high in found.limits["99.8%"]}
        assert all(high <= outer[x] for x, _low, high in found.limits["95%"])

    def test_outlets_that_all_differ_widen_the_limits_for_all(self):
        wild = [funnel.Entry(n, cases, 5.0) for n, cases in enumerate((20, 90, 35, 80, 50, 110, 15, 70, 60, 25))]
        found = funnel.funnel(wild)
        assert found.spread > 5
        assert all(one.place == "inside" for one in found.placed)
        calm = funnel.funnel([funnel.Entry(n, 50 + n % 5, 5.0) for n in range(10)])
        assert calm.spread == 1

    def test_a_few_bad_ones_do_not_hide_themselves(self):
        found = funnel.funnel([*(funnel.Entry(n, 50 + n % 7, 5.0) for n in range(28)), funnel.Entry(99, 160, 5.0)])
        assert next(one for one in found.placed if one.key == 99).place == "very_high"

    def test_too_little_is_not_compared(self):
        assert funnel.funnel([funnel.Entry(1, 50, 1.0), funnel.Entry(2, 60, 1.0)]) is None
        assert funnel.funnel([funnel.Entry(n, 1, 1.0) for n in range(5)]) is None
        assert funnel.funnel([funnel.Entry(n, 9, 0.0) for n in range(5)]) is None


def likes(*days: int, workers: int = 1) -> list[plain.Like]:
    return [plain.Like(n, MONDAY + timedelta(days=day), workers) for n, day in enumerate(days)]


class TestPlain:
    def test_three_in_ninety_days(self):
        assert plain.repeats(likes(0, 40, 90)) == []
        (cluster,) = plain.repeats(likes(0, 40, 89))
        assert [case.case_id for case in cluster.cases] == [0, 1, 2]

    def test_rows_that_overlap_are_one_and_others_are_not(self):
        found = plain.repeats(likes(0, 10, 20, 60, 70, 300, 310, 320))
        assert [len(cluster.cases) for cluster in found] == [5, 3]
        assert plain.repeats(likes(5, 0, 9))[0].from_on == MONDAY

    def test_the_last_days_of_a_row_are_a_full_window_again(self):
        (cluster,) = plain.repeats(likes(*range(0, 400, 40)))
        assert len(cluster.cases) == 10
        assert len(cluster.last(90).cases) == 3

    def test_ten_workers_in_several_cases(self):
        (cluster,) = plain.collectives(likes(0, 3, 6, workers=4))
        assert cluster.workers == 12
        assert plain.collectives(likes(0, 3, workers=4)) == []

    def test_one_case_with_ten_workers_is_collective_already(self):
        assert plain.collectives(likes(0, workers=30)) == []


def history(counts, **more) -> History:
    return History(counts, [7.0] * len(counts), MONDAY, **more)


class TestFamily:
    def test_what_a_headquarters_may_have_is_shared_out_and_adds_up(self):
        levels = {(1, "wage"): 1, (1, "contract"): 1, (7, "wage"): 2, (9, "wage"): 3, (9, "contract"): 3}
        shared = tolerances(levels)
        three_years = 3 * 365.25 / 7
        assert sum(three_years / weeks for weeks in shared.values()) <= 1
        assert shared[1, "wage"] < shared[9, "wage"], "an outlet's few cases cost the headquarters nothing"

    def test_less_than_a_year_or_five_cases_is_not_judged(self):
        assert baseline_of(history([3] * 60)) == "short"
        assert baseline_of(history([0] * 128 + [2, 9])) == "few"
        assert baseline_of(history([3] * 130, begins=60)) == "short"
        assert isinstance(baseline_of(history([3] * 130)), Baseline)

    def test_the_tested_time_and_signalled_episodes_are_no_history(self):
        base = baseline_of(history([2] * 104 + [50] * 26))
        assert base.mean == 2
        outbreak = [2] * 40 + [30] * 10 + [2] * 80
        assert baseline_of(history(outbreak)).mean > 4
        assert baseline_of(history(outbreak, excluded=frozenset(range(40, 50)))).mean == 2

    def test_the_running_week_counts_only_for_what_it_has_already(self):
        steady = [4] * 129
        assert examine(history([*steady, 0]), baseline_of(history([*steady, 0])), 3000).finding is None
        found = examine(history([*steady, 19]), baseline_of(history([*steady, 19])), 3000).finding
        assert found.kind == "u_chart" and found.value == 19

    def test_an_old_alarm_is_not_news(self):
        counts = [4] * 110 + [20, 20] + [4] * 18
        assert look({Place((1,), "wage"): history(counts)})[Place((1,), "wage")].finding is None

    def test_the_same_series_is_watched_once_at_the_closest_place(self):
        places = [Place((1,), "wage"), Place((1, 2), "wage"), Place((1, 2), "wage.arrears"), Place((1,), "contract")]
        same, other = history([2] * 130), history([3] * 130)
        found = look({places[0]: same, places[1]: same, places[2]: same, places[3]: other})
        assert set(found) == {places[2], places[3]}

    def test_of_related_findings_the_clearest_is_told(self):
        base = Baseline(200, 104, 728.0, 1.0)

        def finding(cases: int, expected: float) -> Finding:
            return Finding("cusum", MONDAY, MONDAY + timedelta(30), cases, expected, 12, 9, base, 3000)

        outlet, region = Place((1, 2, 3), "wage.arrears"), Place((1, 2), "wage")
        elsewhere = Place((1, 4), "wage")
        told = news({region: finding(60, 40), outlet: finding(40, 12), elsewhere: finding(30, 10)}, [])
        assert [one.place for one in told] == [outlet, elsewhere]
        assert told[0].also == (region,)
        assert not outlet.is_related(elsewhere) and not outlet.is_related(Place((1, 2, 3), "contract"))
        assert not Place((1,), "wage").is_related(Place((1,), "wages"))


class TestExposure:
    def test_a_weeks_exposure_is_the_couriers_of_its_monday(self):
        chance_of = random.Random(5)
        parents = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: None}
        for _round in range(40):
            days = sorted(MONDAY + timedelta(days=chance_of.randrange(-60, 200)) for _number in range(4))
            figures = {
                company: [(day, chance_of.randrange(50)) for day in sorted(set(chance_of.sample(days, 2)))]
                for company in chance_of.sample((2, 3, 4, 5), chance_of.randrange(4))
            }
            couriers = Couriers(Tree({}, parents, figures))
            below = {1: (1, 2, 3, 4, 5), 2: (2, 4, 5), 3: (3,), 4: (4,), 5: (5,), 6: (6,)}
            for company in parents:
                told = [figures[one] for one in below[company] if one in figures]
                mondays = [MONDAY + timedelta(weeks=week) for week in range(20)]
                on = [
                    sum(next((c for d, c in reversed(one) if d <= day), one[0][1]) for one in told) for day in mondays
                ]
                assert couriers.on(company, *mondays) == on
                expected = [7.0 * count for count in on]
                found = list(couriers.weekly(company, MONDAY, 20))
                assert found == (expected if any(expected) else [7.0] * 20)
                assert couriers.weekly(company, MONDAY, 20) is couriers.weekly(company, MONDAY, 20)

    def test_the_baseline_is_there_where_there_is_enough(self):
        for one in (history([3] * 60), history([0] * 128 + [2, 9]), history([3] * 130), history([3] * 130, begins=60)):
            assert has_baseline(one) == isinstance(baseline_of(one), Baseline)
        assert has_baseline(history([1] * 130, excluded=frozenset(range(30))))
        assert not has_baseline(history([1] * 130, excluded=frozenset(range(60))))


def test_the_share_of_a_beta_distribution():
    assert chance.beta_share(0.3, 1, 1) == pytest.approx(0.3)
    assert chance.beta_share(0.25, 2, 1) == pytest.approx(0.0625)


_SMALL = [(0.0, 0.0), (0.4, 0.4), (3.7, 3.7), (3.7, 9.0), (30.0, 9000.0), (240.0, 700.0), (2600.0, 2600.0)]
_LARGE = [(3000.0, 3100.0), (9000.0, 700000.0), (20000.0, 40000.0)]


@pytest.mark.parametrize(("mean", "variance"), _SMALL + _LARGE)
def test_several_probabilities_are_reached_where_each_alone_is(mean: float, variance: float):
    found = chance.quantiles(mean, variance, (0.001, 0.025, 0.975, 0.999))
    counts = [count for count, _below, _term in found]
    assert counts == [
        chance.lower_limit(mean, variance, 0.001),
        chance.lower_limit(mean, variance, 0.025),
        chance.upper_limit(mean, variance, 0.025),
        chance.upper_limit(mean, variance, 0.001),
    ]
    for (_count, below, term), share in zip(found, (0.001, 0.025, 0.975, 0.999), strict=True):
        assert below < share <= below + term
    with pytest.raises(ValueError, match="from the least on"):
        chance.quantiles(mean, variance, (0.9, 0.1))
