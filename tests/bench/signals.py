"""How often the watch names a company by chance, and how soon it finds a doubling: simulated years, printed as tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.factories import signal_years as years
from tests.factories.signal_years import LARGE, MEDIUM, SMALL

CAUSE = "wage.arrears"
SHARE = years.CAUSES[CAUSE]
QUIET = ((SMALL, 60), (MEDIUM, 20), (LARGE, 6))
SIZES = (2.0, 4.0, 6.0, 8.0, 10.0, 14.0)  # cases of the cause a week, before the doubling
RUNS, SEED = 50, 2026


def tables(part: float = 1.0) -> Iterator[str]:
    """The lines of both tables; ``part`` of the runs, for a quick look."""
    yield "false alarms in three years, all series of one headquarters"
    yield "company  cases a week  outlets  runs  steady  ±10 % over the year"
    for company, runs in QUIET:
        runs = max(2, round(runs * part))
        steady = years.false_alarms(company, runs, SEED)
        season = years.false_alarms(replace(company, season=0.1), runs, SEED)
        yield f"{company.name:8} {company.cases_a_week:12} {company.outlets:8} {runs:5} {steady:7.2f} {season:9.2f}"
    yield ""
    yield f"a doubling of one cause in the whole company ({MEDIUM.outlets} outlets), found within so many weeks (share of runs)"
    yield "cases of the cause a week    5 weeks   8 weeks  13 weeks"
    for size in SIZES:
        company = replace(MEDIUM, cases_a_week=size / SHARE)
        runs = max(2, round(RUNS * part))
        told = years.weeks_until_told(company, CAUSE, runs, SEED, within=13)
        yield f"{size:25} " + " ".join(f"{years.share_told(told, weeks):9.0%}" for weeks in (5, 8, 13))
