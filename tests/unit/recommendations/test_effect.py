"""The effect of a recommendation, against hand-computed and simulated figures."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pytest

from mediation.recommendations import effect


def poisson(chance: random.Random, mean: float) -> int:
    """One Poisson number (Knuth); means of simulated months are small."""
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def daily(months: list[tuple[date, int]]) -> dict[date, int]:
    return {first: cases for first, cases in months if cases}


def test_the_exact_interval_is_the_textbook_one():
    # Clopper-Pearson of 4 of 15: [0.0779, 0.5510]; odds 0.0845 and 1.2272.
    found = effect.rate_ratio(11, 1, 4, 1)
    assert found.value == pytest.approx(4 / 11)
    assert found.low == pytest.approx(0.0779 / 0.9221, abs=5e-4)
    assert found.high == pytest.approx(0.5510 / 0.4490, abs=1e-3)


def test_no_case_afterwards_is_bounded_above_by_what_was_there_before():
    # With x = 0 of n the upper share is 1 - 0.025^(1/n).
    found = effect.rate_ratio(10, 100, 0, 50)
    share = 1 - 0.025 ** (1 / 10)
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(share / (1 - share) * 2, rel=1e-9)
    assert effect.rate_ratio(0, 1, 3, 1).high == math.inf
    with pytest.raises(ValueError, match="nothing"):
        effect.rate_ratio(0, 1, 0, 1)


def test_exposure_halves_the_ratio_when_twice_as_long():
    assert effect.rate_ratio(10, 100, 10, 200).value == pytest.approx(0.5)


def test_quantiles_of_tables():
    assert effect.t_quantile(0.975, 10) == pytest.approx(2.2281, abs=1e-4)
    assert effect.t_quantile(0.975, 30) == pytest.approx(2.0423, abs=1e-4)
    assert effect.beta_quantile(0.5, 3, 3) == pytest.approx(0.5)


def test_an_inverse_undoes_its_matrix_and_a_singular_one_has_none():
    assert effect.inverse([[2, 1], [1, 1]]) == [[pytest.approx(1), pytest.approx(-1)], [pytest.approx(-1), pytest.approx(2)]]  # fmt: skip
    assert effect.inverse([[1, 2], [2, 4]]) is None


def test_a_series_that_halves_at_the_break_has_the_level_one_half():
    # Exactly on the model: 16 a month, then 8; the fit must find it without error.
    level, slope, dispersion = effect.interrupted([16] * 12 + [8] * 12, [1.0] * 24, 12)
    assert level.value == pytest.approx(0.5, rel=1e-6)
    assert slope.value == pytest.approx(1, rel=1e-6)
    assert dispersion == 1
    assert level.low < 0.5 < level.high < 1


def test_what_was_falling_anyway_is_no_change_of_level():
    counts = [round(100 * 0.9**at) for at in range(24)]
    level, slope, _dispersion = effect.interrupted(counts, [1.0] * 24, 12)
    assert level.low < 1 < level.high
    assert slope.low < 1 < slope.high
    earlier, later = sum(counts[:12]), sum(counts[12:])
    assert effect.rate_ratio(earlier, 12, later, 12).high < 1  # which the plain comparison would call a success


def test_the_standard_error_of_a_plain_step_is_that_of_the_formula():
    # With level and step alone the variance of the log ratio is 1/earlier + 1/later.
    rows = [(1.0, float(at >= 6)) for at in range(12)]
    beta, covariance, _means = effect.poisson_fit(rows, [4, 6, 5, 5, 4, 6, 2, 3, 3, 2, 4, 1], [0.0] * 12)
    assert math.exp(beta[1]) == pytest.approx(15 / 30)
    assert covariance[1][1] == pytest.approx(1 / 30 + 1 / 15)


def test_a_scattered_series_has_a_wider_interval():
    calm = effect.interrupted([10, 11, 9, 10, 11, 9] * 2, [1.0] * 12, 6)
    wild = effect.interrupted([2, 19, 10, 1, 20, 8] * 2, [1.0] * 12, 6)
    assert wild[2] > 3
    assert math.log(wild[0].high / wild[0].low) > 1.7 * math.log(calm[0].high / calm[0].low)


def test_an_empty_side_gives_no_fit_rather_than_a_runaway():
    assert effect.interrupted([5] * 8 + [0] * 8, [1.0] * 16, 8) is None
    assert effect.interrupted([0] * 8 + [5] * 8, [1.0] * 16, 8) is None


def test_the_intervals_hold_the_truth_nineteen_times_in_twenty():
    chance, runs = random.Random(20261122), 400
    held = {"ratio": 0, "level": 0}
    for _run in range(runs):
        counts = [poisson(chance, 9.0) for _month in range(18)] + [poisson(chance, 4.5) for _month in range(12)]
        ratio = effect.rate_ratio(sum(counts[:18]), 18, sum(counts[18:]), 12)
        level, _slope, _dispersion = effect.interrupted(counts, [1.0] * 30, 18)
        held["ratio"] += ratio.low <= 0.5 <= ratio.high
        held["level"] += level.low <= 0.5 <= level.high
    # Of 400 runs 95 % ± four standard errors; the exact interval and one with the dispersion at least one err outwards.
    assert 0.94 <= held["ratio"] / runs <= 0.99
    assert 0.93 <= held["level"] / runs <= 0.99


def test_an_overdispersed_series_keeps_its_coverage_by_the_estimated_dispersion():
    chance, runs, held = random.Random(7), 400, 0
    for _run in range(runs):
        means = [12 * chance.gammavariate(3, 1 / 3) for _month in range(36)]
        counts = [poisson(chance, mean if at < 24 else mean / 2) for at, mean in enumerate(means)]
        found = effect.interrupted(counts, [1.0] * 36, 24)
        held += found is not None and found[0].low <= 0.5 <= found[0].high
    assert 0.91 <= held / runs <= 0.99


def test_months_are_counted_from_the_break_and_none_lies_across_it():
    before, after = effect.months_around(
        date(2026, 3, 16), known_from=date(2025, 12, 20), known_until=date(2026, 6, 15)
    )
    assert before == [(date(2026, 1, 16), date(2026, 2, 15)), (date(2026, 2, 16), date(2026, 3, 15))]
    assert [first for first, _last in after] == [date(2026, 3, 16), date(2026, 4, 16), date(2026, 5, 16)]
    assert after[-1][1] == date(2026, 6, 15)


def test_a_month_end_break_keeps_to_the_ends_of_months():
    before, after = effect.months_around(
        date(2026, 1, 31), known_from=date(2025, 11, 30), known_until=date(2026, 4, 29)
    )
    assert [first for first, _last in before] == [date(2025, 11, 30), date(2025, 12, 31)]
    assert [first for first, _last in after] == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert after[1] == (date(2026, 2, 28), date(2026, 3, 30))


def series(per_month_before: int, per_month_after: int, months_before: int, months_after: int) -> effect.Effect:
    break_on = date(2026, 1, 1)
    days = {}
    for at in range(-months_before, months_after):
        first = effect.add_months(break_on, at)
        days[first + timedelta(days=9)] = per_month_before if at < 0 else per_month_after
    return effect.measure(
        days,
        break_on,
        known_from=effect.add_months(break_on, -months_before),
        known_until=effect.add_months(break_on, months_after) - timedelta(days=1),
    )


@pytest.mark.parametrize(
    ("found", "verdict", "in_series"),
    [
        (series(8, 2, 12, 2), "too_early", "too_short"),
        (series(8, 2, 2, 12), "no_past", "too_short"),
        (series(1, 0, 4, 4), "too_few", "too_short"),
        (series(8, 2, 12, 4), "fell", "too_short"),
        (series(8, 2, 12, 8), "fell", "fell"),
        (series(3, 9, 12, 8), "rose", "rose"),
        (series(3, 3, 12, 8), "not_shown", "not_shown"),
        (series(8, 0, 12, 8), "fell", "no_fit"),
    ],
)
def test_what_is_said_follows_the_figures(found, verdict, in_series):
    assert (found.verdict, found.series_verdict) == (verdict, in_series)
    assert (found.ratio is None) == (verdict in ("too_early", "no_past", "too_few"))


def test_cases_of_every_day_are_counted_once_and_none_outside():
    break_on, first = date(2026, 1, 1), date(2025, 7, 1)
    days = {first + timedelta(days=at): 1 for at in range(-40, 400)}
    found = effect.measure(days, break_on, known_from=first, known_until=date(2026, 6, 30))
    assert [month.cases for month in found.before] == [31, 31, 30, 31, 30, 31]
    assert found.cases_after == 181
    assert found.ratio.value == pytest.approx(1)


def test_a_growing_workforce_is_taken_out_where_it_is_known_for_all_months():
    break_on = date(2026, 1, 1)
    firsts = [effect.add_months(break_on, at) for at in range(-6, 6)]
    days = dict.fromkeys(firsts, 10)
    ends = {"known_from": firsts[0], "known_until": date(2026, 6, 30)}
    couriers = {first: 500 if first < break_on else 1000 for first in firsts}
    found = effect.measure(days, break_on, couriers=couriers, **ends)
    assert found.has_base
    assert (found.rate_before, found.rate_after) == (20, 10)
    assert found.ratio.value == pytest.approx(0.5, rel=0.03)
    del couriers[firsts[3]]
    partly = effect.measure(days, break_on, couriers=couriers, **ends)
    assert (partly.has_base, partly.rate_before) == (False, None)
    assert partly.ratio.value == pytest.approx(1, rel=0.03)
