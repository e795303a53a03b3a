"""Many series are watched at once, and each can be out of the ordinary by chance. The family of all series of one
headquarters (its regions and outlets, each by main cause and cause) is given one budget: at most one false alarm in
three years. Whatever is expected adds up, also where series overlap, so each series gets a part of the budget.

One half goes to the headquarters' own series and one to those below it: an outlet's few cases cost the headquarters no
sensitivity. Within a series the CUSUM has three quarters and the u chart one; a rare cause has the g chart alone.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from mediation.statistics.signals import chance, control
from mediation.statistics.signals.control import TooLittle
from mediation.statistics.signals.cusum import Cusum, cusum

FALSE_ALARM_YEARS = 3
# Of the budget this much is given out: levels that swing together, and a history that is not quite the present, are in no
# formula and take their share of it (docs/decisions/0013-signals.md has what is measured).
SPENT = 0.6
FALSE_ALARM_WEEKS = FALSE_ALARM_YEARS * 365.25 / 7 / SPENT
CUSUM_PART = 0.75

# The last half year is tested against at most two years, at least one, before it. The tested weeks include the running
# one: its count can only grow, so to compare it with the limit of the whole week costs no further false alarm.
TESTED_WEEKS, HISTORY_WEEKS, LEAST_WEEKS = 26, 104, 52
LEAST_CASES = 5
# Fewer cases a week than this, and most weeks have none: the g chart.
RARE = 0.25
# How far back a point still signals: makes up for days without the job, and for cases that were entered late.
RECENT_WEEKS = 5

Key = tuple[int, str]  # company, cause
Kind = Literal["u_chart", "g_chart", "cusum"]


@dataclass(frozen=True)
class History:
    """A series by weeks that begin on Mondays, the oldest first and the running one last.

    ``exposures`` are courier-days or days; ``begins`` is the first week that is known whole (from 0); ``days`` those of
    the cases of the tested weeks; ``excluded`` the weeks of episodes that were signalled before.
    """

    counts: Sequence[int]
    exposures: Sequence[float]
    first_on: date
    begins: int = 0
    days: Sequence[date] = ()
    excluded: Collection[int] = frozenset()

    @property
    def tested_from(self) -> int:
        """The first tested week."""
        return max(0, len(self.counts) - TESTED_WEEKS)

    def on(self, week: int) -> date:
        """The Monday of a week."""
        return self.first_on + timedelta(weeks=week)


@dataclass(frozen=True)
class Baseline:
    """What the tested weeks are compared with: cases in weeks with their exposure, and how much they vary."""

    cases: int
    weeks: int
    exposure: float
    spread: float

    @property
    def mean(self) -> float:
        """Cases per week."""
        return self.cases / self.weeks


@dataclass(frozen=True)
class Finding:
    """A series out of the ordinary: by which chart, from when until when, and the figures that say so.

    ``cases`` were counted from ``from_on`` to ``until_on``, ``expected`` by the history. ``value`` is what the chart
    compared with ``limit``: the cases of a week (u), the sum (CUSUM), the days of a row (g, at most the limit).
    """

    kind: Kind
    from_on: date
    until_on: date
    cases: int
    expected: float
    value: float
    limit: float
    baseline: Baseline
    tolerance_weeks: float
    row: int = 0


@dataclass(frozen=True)
class Charts:
    """All that is needed to draw a series as it was judged; ``too_little`` where it could not be."""

    baseline: Baseline | None
    too_little: TooLittle | None = None
    expected: tuple[float, ...] = ()
    limits: tuple[int, ...] = ()
    sums: Cusum | None = None
    rare: control.RareLimit | None = None
    finding: Finding | None = field(default=None)


def baseline_of(history: History) -> Baseline | TooLittle:
    """What is known of a series before the tested weeks; "short" or "few" where it is not enough to judge by."""
    counts, exposures = _known(history)
    if why := _lack(counts, exposures):
        return why
    return Baseline(sum(counts), len(counts), sum(exposures), chance.dispersion(counts, exposures))


def has_baseline(history: History) -> bool:
    """Whether a series can be judged by charts at all, without the work of judging it."""
    return _lack(*_known(history)) is None


def _known(history: History) -> tuple[Sequence[int], Sequence[float]]:
    """The counts and exposures of the weeks before the tested ones that are known whole."""
    start, end = max(history.begins, history.tested_from - HISTORY_WEEKS), history.tested_from
    if not history.excluded:
        return history.counts[start:end], history.exposures[start:end]
    known = [week for week in range(start, end) if week not in history.excluded]
    return [history.counts[week] for week in known], [history.exposures[week] for week in known]


def _lack(counts: Sequence[int], exposures: Sequence[float]) -> TooLittle | None:
    if len(counts) < LEAST_WEEKS:
        return "short"
    return "few" if sum(counts) < LEAST_CASES or not any(exposures) else None


def tolerances(levels: Mapping[Key, int]) -> dict[Key, float]:
    """Weeks between two false alarms that each series of one headquarters may have; ``levels`` are those of companies."""
    tops = [key for key, level in levels.items() if level == 1]
    below = [key for key, level in levels.items() if level != 1]
    groups = [group for group in (tops, below) if group]
    return {key: FALSE_ALARM_WEEKS * len(groups) * len(group) for group in groups for key in group}


def examine(history: History, baseline: Baseline, weeks: float) -> Charts:
    """Judge the tested weeks of a series that may have one false alarm in so many weeks."""
    if baseline.mean < RARE:
        return _rare(history, baseline, weeks)
    tested = range(history.tested_from, len(history.counts))
    exposures = [history.exposures[week] for week in tested]
    counts = [history.counts[week] for week in tested]
    tail = (1 - CUSUM_PART) / weeks
    limit_of = {exposure: _limit(baseline, exposure, tail) for exposure in set(exposures)}
    limits = tuple(limit_of[exposure] for exposure in exposures)
    means = [baseline.cases / baseline.exposure * exposure for exposure in exposures]
    sums = cusum(counts, means, cases=baseline.cases, spread=baseline.spread, weeks=weeks / CUSUM_PART)
    finding = _found(history, baseline, weeks, counts, means, limits, sums)
    return Charts(baseline, None, tuple(means), limits, sums, None, finding)


def _limit(baseline: Baseline, exposure: float, tail: float) -> int:
    mean, variance = chance.predicted(baseline.cases, baseline.exposure, exposure, baseline.spread)
    return chance.upper_limit(mean, variance, tail)


def _found(
    history: History,
    baseline: Baseline,
    weeks: float,
    counts: list[int],
    means: list[float],
    limits: tuple[int, ...],
    sums: Cusum,
) -> Finding | None:
    recent = max(0, len(counts) - RECENT_WEEKS)
    risen = [week for week in sums.alarms() if week >= recent]
    beyond = [week for week in range(recent, len(counts)) if counts[week] > limits[week]]
    if not risen and not beyond:
        return None
    last = max([*risen, *beyond])
    # A sum that rose in one week only says no more than that week itself.
    lasts = bool(risen) and (not beyond or sums.began(risen[-1]) < risen[-1])
    kind: Kind = "cusum" if lasts else "u_chart"
    first = sums.began(risen[-1]) if lasts else beyond[0]
    place = risen[-1] if lasts else beyond[-1]
    return Finding(
        kind,
        history.on(history.tested_from + first),
        history.on(history.tested_from + last) + timedelta(days=6),
        sum(counts[first : last + 1]),
        sum(means[first : last + 1]),
        sums.path[place] if lasts else counts[place],
        sums.interval if lasts else limits[place],
        baseline,
        weeks,
    )


def _rare(history: History, baseline: Baseline, weeks: float) -> Charts:
    # To two digits and towards caution, since the same few limits are asked for again and again.
    tail = float(f"{0.95 / (weeks * baseline.mean):.1e}")
    spread = math.ceil(baseline.spread * 10) / 10
    limit = control.rare_limit(baseline.cases, baseline.weeks * 7, spread=spread, tail=min(1.0, tail))
    charts = Charts(baseline, rare=limit)
    row = control.short_row(history.days, limit)
    if row is None or row[1] < history.on(len(history.counts) - RECENT_WEEKS):
        return charts
    first, last = row
    days = (last - first).days
    cases = sum(first <= day <= last for day in history.days)
    finding = Finding(
        "g_chart", first, last, cases, baseline.mean * (days + 1) / 7, days, limit.days, baseline, weeks, limit.row
    )
    return Charts(baseline, rare=limit, finding=finding)


@dataclass(frozen=True)
class Place:
    """Where a series stands: the companies from the headquarters down to its own, and its cause."""

    companies: tuple[int, ...]
    cause: str

    @property
    def key(self) -> Key:
        """The series' own company and cause."""
        return self.companies[-1], self.cause

    def is_related(self, other: Place) -> bool:
        """Whether two series can hold the same cases: their companies and causes lie above or below each other."""
        shared = min(len(self.companies), len(other.companies))
        return self.companies[:shared] == other.companies[:shared] and (
            self.cause == other.cause
            or self.cause.startswith(other.cause + ".")
            or other.cause.startswith(self.cause + ".")
        )


@dataclass(frozen=True)
class Episode:
    """A signal that was told: from when until when it was seen, and the day it was found."""

    place: Place
    from_on: date
    until_on: date
    found_on: date

    def holds(self, finding: Finding) -> bool:
        """Whether a finding of the same series is this episode still."""
        return self.from_on <= finding.until_on and finding.from_on <= self.until_on


@dataclass(frozen=True)
class Told:
    """A finding that is new, with the series that show the same cases less clearly."""

    place: Place
    finding: Finding
    also: tuple[Place, ...] = ()


def look(series: Mapping[Place, History]) -> dict[Place, Charts]:
    """Judge all series of one headquarters, the family that shares the budget.

    Of series that hold the same cases (a region with one outlet, a main cause with one branch) the closest is watched.
    """
    watched: dict[tuple[int, ...], Place] = {}
    for place in sorted(series, key=_closeness):
        watched.setdefault(tuple(series[place].counts), place)
    baselines = {place: baseline_of(series[place]) for place in watched.values()}
    allowed = tolerances(
        {place.key: len(place.companies) for place, known in baselines.items() if isinstance(known, Baseline)}
    )
    found: dict[Place, Charts] = {}
    for place, known in baselines.items():
        if not isinstance(known, Baseline):
            found[place] = Charts(None, known)
        elif any(series[place].counts[-RECENT_WEEKS:]):
            found[place] = examine(series[place], known, allowed[place.key])
        else:
            # Without a recent case no chart can newly pass a limit.
            found[place] = Charts(known)
    return found


def _closeness(place: Place) -> tuple[int, int, str]:
    return -len(place.companies), -place.cause.count("."), place.cause


def news(findings: Mapping[Place, Finding], episodes: Sequence[Episode]) -> list[Told]:
    """What has not been told yet. Of related findings only the one that chance explains least is told, as in a scan.

    A finding is known when its own episode goes on, or when it rose before a related one was told: that was its story.
    """
    told: dict[Place, list[Place]] = {}
    for place in sorted(findings, key=lambda one: (-strength(findings[one]), _closeness(one), one.companies)):
        finding = findings[place]
        if any(_is_known(place, finding, episode) for episode in episodes):
            continue
        first = next((other for other in told if other.is_related(place)), None)
        if first is None:
            told[place] = []
        else:
            told[first].append(place)
    return [Told(place, findings[place], tuple(also)) for place, also in told.items()]


def _is_known(place: Place, finding: Finding, episode: Episode) -> bool:
    if episode.place == place:
        return episode.holds(finding)
    return episode.place.is_related(place) and episode.holds(finding) and finding.from_on <= episode.found_on


def strength(finding: Finding) -> float:
    """The logarithm of the likelihood ratio of what was counted against what was expected, brought to scale."""
    if finding.cases <= finding.expected:
        return 0.0
    excess = finding.cases - finding.expected
    return (finding.cases * math.log(finding.cases / finding.expected) - excess) / finding.baseline.spread
