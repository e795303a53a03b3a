"""Simulated years: how often a company is named by chance, and how soon a doubling is found (docs/decisions/0013-signals.md).

The long tables are printed by ``python -m tests.bench --only signals``.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories import signal_years as years
from tests.factories.signal_years import LARGE, MEDIUM, SMALL

CAUSE = "wage.arrears"
# A doubling is found in time from so many cases of the cause a week on; docs/decisions/0013-signals.md says what below.
ENOUGH = 10.0


@pytest.mark.parametrize(
    ("company", "runs"), [(SMALL, 10), (MEDIUM, 2), (LARGE, 1)], ids=lambda one: getattr(one, "name", one)
)
def test_at_most_one_false_alarm_per_company_in_three_years(company, runs):
    rate = years.false_alarms(company, runs, seed=3)
    assert rate <= 1, f"{company.name}: {rate:.2f} signals in three years of {runs} runs in which nothing changed"


def test_a_doubling_is_found_within_five_weeks_in_four_of_five_runs():
    company = replace(MEDIUM, cases_a_week=ENOUGH / years.CAUSES[CAUSE])
    share = years.share_told(years.weeks_until_told(company, CAUSE, runs=15, seed=8), within=5)
    assert share >= 0.8, f"found in {share:.0%} of the runs, with {ENOUGH} cases of the cause a week before"


def test_a_small_company_cannot_be_told_from_noise_within_five_weeks():
    """Said in the documents, so it has to stay true: nobody is to rely on what the figures cannot give."""
    assert years.share_told(years.weeks_until_told(SMALL, CAUSE, runs=20, seed=5), within=5) < 0.3
