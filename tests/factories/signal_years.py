"""Simulated years of a courier company: what the watch over its figures says of them, with and without a planted change."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mediation.statistics.signals.family import (
    HISTORY_WEEKS,
    LEAST_CASES,
    TESTED_WEEKS,
    Episode,
    History,
    Place,
    look,
    news,
)

FIRST_ON = date(2020, 1, 6)
WARM_UP = HISTORY_WEEKS + TESTED_WEEKS
WATCHED = 156
EVERY = 4
# Few come on a Sunday, many on a Monday.
WEEKDAYS = (1.6, 1.2, 1.1, 1.0, 1.1, 0.6, 0.4)
CAUSES = {
    "wage.arrears": 0.24,
    "wage.overtime": 0.14,
    "wage.deduction": 0.08,
    "contract.severance": 0.14,
    "contract.termination": 0.10,
    "injury.benefits": 0.08,
    "new_form.fines": 0.08,
    "social_insurance.unpaid": 0.06,
    "traffic": 0.05,
    "other.personal_injury": 0.03,
}
HEADQUARTERS = 1


@dataclass(frozen=True)
class Company:
    """A headquarters with regions and outlets of different size and so many cases a week; ``pairs`` of cases come at once
    (two workers of one shift), and the level of a week swings by ``swing`` and over the year by ``season``."""

    name: str
    cases_a_week: float
    regions: int
    outlets: int
    pairs: float = 0.08
    swing: float = 0.08
    season: float = 0.0


SMALL = Company("small", 1.0, 1, 4)
MEDIUM = Company("medium", 8.0, 3, 15)
LARGE = Company("large", 40.0, 6, 40)


@dataclass(frozen=True)
class Change:
    """From a week on the cases of a cause come ``times`` as often, at one outlet or everywhere."""

    week: int
    cause: str
    times: float = 2.0
    outlet: int | None = None


def places(company: Company) -> list[tuple[int, ...]]:
    """(headquarters, region, outlet) of each outlet."""
    return [(HEADQUARTERS, 10 + n % company.regions, 100 + n) for n in range(company.outlets)]


def simulate(company: Company, weeks: int, rng: random.Random, change: Change | None = None) -> dict[Place, Counter]:
    """Cases by week, and their days, of every series of the company."""
    outlets = places(company)
    cells = [(outlet, cause) for outlet in outlets for cause in CAUSES]
    weights = [CAUSES[cause] / (n // len(CAUSES) + 2) for n, (_outlet, cause) in enumerate(cells)]
    changed = [
        weight * (change.times if change and _is_changed(change, *cell) else 1)
        for weight, cell in zip(weights, cells, strict=True)
    ]
    series: dict[Place, Counter] = defaultdict(lambda: Counter(weeks))
    for week in range(weeks):
        now = changed if change and week >= change.week else weights
        level = company.cases_a_week * sum(now) / sum(weights) / (1 + company.pairs)
        level *= 1 + company.season * math.sin(2 * math.pi * week / 52.18)
        if company.swing:
            level *= rng.gammavariate(company.swing**-2, company.swing**2)
        for _ in range(poisson(level, rng)):
            (outlet, cause), day = rng.choices(cells, now)[0], rng.choices(range(7), WEEKDAYS)[0]
            on = FIRST_ON + timedelta(weeks=week, days=day)
            for _ in range(2 if rng.random() < company.pairs else 1):
                for place in above(outlet, cause):
                    series[place].add(week, on)
    return series


def _is_changed(change: Change, outlet: tuple[int, ...], cause: str) -> bool:
    return cause == change.cause and change.outlet in (None, outlet[-1])


def above(outlet: tuple[int, ...], cause: str) -> list[Place]:
    """The series that a case counts in."""
    causes = [cause, cause.partition(".")[0]] if "." in cause else [cause]
    return [Place(outlet[:depth], name) for depth in range(1, len(outlet) + 1) for name in causes]


def poisson(mean: float, rng: random.Random) -> int:
    """A Poisson count, by its exponential gaps."""
    count, at = 0, rng.expovariate(1.0)
    while at <= mean:
        count += 1
        at += rng.expovariate(1.0)
    return count


class Counter:
    """One series."""

    def __init__(self, weeks: int):
        self.counts = [0] * weeks
        self.days: list[date] = []

    def add(self, week: int, on: date) -> None:
        self.counts[week] += 1
        self.days.append(on)

    def until(self, week: int, episodes: list[Episode]) -> History:
        """What was known at the end of a week."""
        start = week + 1 - WARM_UP
        first_on = FIRST_ON + timedelta(weeks=start)
        excluded = {
            (day - first_on).days // 7
            for episode in episodes
            for day in (episode.from_on + timedelta(n) for n in range((episode.until_on - episode.from_on).days + 1))
        }
        tested = FIRST_ON + timedelta(weeks=week + 1 - TESTED_WEEKS)
        last = FIRST_ON + timedelta(weeks=week + 1)
        days = [day for day in self.days if tested <= day < last]
        return History(self.counts[start : week + 1], [7.0] * WARM_UP, first_on, 0, days, excluded)


def watch(series: dict[Place, Counter], weeks: range) -> list[Episode]:
    """Look at the end of each week, as the daily job does, and return what it would have told."""
    episodes: list[Episode] = []
    # Who never has enough cases is never judged; to leave it out at once changes nothing but the time it takes.
    series = {place: counter for place, counter in series.items() if sum(counter.counts) >= LEAST_CASES}
    for week in weeks:
        found_on = FIRST_ON + timedelta(weeks=week, days=6)
        own = defaultdict(list)
        for episode in episodes:
            own[episode.place].append(episode)
        charts = look({place: counter.until(week, own[place]) for place, counter in series.items()})
        findings = {place: one.finding for place, one in charts.items() if one.finding}
        told = news(findings, episodes)
        episodes = [_prolonged(episode, findings.get(episode.place)) for episode in episodes]
        episodes += [Episode(new.place, new.finding.from_on, new.finding.until_on, found_on) for new in told]
    return episodes


def _prolonged(episode: Episode, finding) -> Episode:
    if finding is None or not episode.holds(finding):
        return episode
    return replace(episode, until_on=max(episode.until_on, finding.until_on))


def false_alarms(company: Company, runs: int, seed: int, weeks: int = WATCHED) -> float:
    """Signals per run of ``weeks`` watched weeks (three years) in which nothing has changed."""
    rng = random.Random(seed)
    total = 0
    for _ in range(runs):
        series = simulate(company, WARM_UP + weeks, rng)
        # A finding stands for five weeks, so a look every fourth misses none.
        total += len(watch(series, range(WARM_UP + EVERY - 1, WARM_UP + weeks, EVERY)))
    return total / runs


def weeks_until_told(company: Company, cause: str, runs: int, seed: int, *, within: int = 5) -> list[int | None]:
    """For each run the weeks from a doubling of a cause in the whole company until it is told; None: not within so many.

    It counts where it is told of the company, one of its parts or its main cause, with what is related to it.
    """
    rng = random.Random(seed)
    planted = Place((HEADQUARTERS,), cause)
    found: list[int | None] = []
    for _ in range(runs):
        series = simulate(company, WARM_UP + within, rng, Change(WARM_UP, cause))
        told = watch(series, range(WARM_UP, WARM_UP + within))
        days = [episode.found_on for episode in told if episode.place.is_related(planted)]
        found.append(((min(days) - FIRST_ON).days // 7 + 1 - WARM_UP) if days else None)
    return found


def share_told(weeks: list[int | None], within: int) -> float:
    """The share of runs in which it was told within so many weeks."""
    return sum(one is not None and one <= within for one in weeks) / len(weeks)
