"""The daily watch: every headquarters, region and outlet by main cause and cause; what is new is written and told once.

Everything is read outside of a writing transaction and in a handful of queries; each family of series (one headquarters)
is judged by itself. A day without the job is made up by the next: charts signal for their last five weeks, rows of like
cases for as long as they last.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from mediation.accounts.languages import in_language
from mediation.accounts.queries import users_for
from mediation.committees.models import COLLECTIVE_DAYS, REPEAT_CASES, REPEAT_DAYS, Committee
from mediation.companies.headcount_queries import tree_of_figures
from mediation.core import clock
from mediation.core.actor import Role, system
from mediation.core.db import db, transaction
from mediation.notifications.queries import channels_of
from mediation.notifications.service import notify, queue
from mediation.statistics.models import Signal
from mediation.statistics.queries import signals as queries
from mediation.statistics.signals import plain, watched
from mediation.statistics.signals.exposure import Couriers
from mediation.statistics.signals.family import (
    HISTORY_WEEKS,
    LEAST_CASES,
    TESTED_WEEKS,
    Charts,
    Episode,
    Finding,
    History,
    Place,
    Told,
    look,
    news,
)

WEEKS = HISTORY_WEEKS + TESTED_WEEKS
CHARTS = frozenset({"u_chart", "g_chart", "cusum"})
REPEAT, COLLECTIVE = "repeat", "collective"
DISMISSED = "dismissed"
# A signal keeps the keys of so many of its cases; the list behind it is asked for by its dates and has all.
MOST_CASES = 500

Series = tuple[tuple[int, ...], str]  # companies from the headquarters down, cause
Family = dict[Place, Sequence[int]]
Episodes = dict[Place, list[tuple[Episode, Signal]]]


@dataclass
class Sums:
    """What a run did."""

    series: int = 0
    signals: int = 0
    prolonged: int = 0
    told: int = 0

    def __str__(self) -> str:
        return f"{self.series} series, {self.signals} new signals, {self.prolonged} went on, {self.told} people told"


@dataclass
class Found:
    """What is to be written for one committee: new rows, and until when known ones were seen (by their keys)."""

    series: int = 0
    signals: list[Signal] = field(default_factory=list)
    until: dict[int, date] = field(default_factory=dict)
    counts: watched.Counts = field(default_factory=dict)


def signals_daily(_run_key: str) -> str:
    """The job of the scheduler's table."""
    return str(watch(clock.today()))


def watch(today: date) -> Sums:
    """Look at all committees. Idempotent: what was found and told is not found again while it goes on."""
    sums = Sums()
    db.session.rollback()
    for committee_id, settings in db.session.execute(select(Committee.id, Committee.settings).order_by(Committee.id)):
        found = Watch(committee_id, settings, today).found()
        db.session.rollback()
        sums.series += found.series
        with transaction():
            watched.keep(committee_id, today, found.counts)
            _write(committee_id, found, sums)
    return sums


def _write(committee_id: int, found: Found, sums: Sums) -> None:
    if found.until:
        rows = db.session.scalars(select(Signal).where(Signal.id.in_(found.until)))
        for signal in rows:
            signal.data = signal.data | {"until": found.until[signal.id].isoformat()}
            sums.prolonged += 1
    if not found.signals:
        return
    db.session.add_all(found.signals)
    db.session.flush()
    sums.signals += len(found.signals)
    sums.told += _tell(committee_id, found.signals)


def _tell(committee_id: int, signals: Sequence[Signal]) -> int:
    """One notice to each of the committee's people, and one message that names nobody."""
    people = users_for(system(committee_id), role=Role.COMMITTEE)
    channels = channels_of([user.id for user in people])
    count, newest = len(signals), max(signal.id for signal in signals)
    url = f"/signals/{newest}" if count == 1 else "/signals/"
    told = 0
    for user in people:
        with in_language(user.locale):
            title = ngettext("发现 %(num)d 条新信号", "发现 %(num)d 条新信号", count)
            body = ngettext(
                "有公司的案件超出其历史所能解释的范围，或者短期内出现同类案件。信号不等于结论，请查看后决定是否发出建议书。",
                "有公司的案件超出其历史所能解释的范围，或者短期内出现同类案件。信号不等于结论，请查看后决定是否发出建议书。",
                count,
            )
            subject = _("【调解案件】%(title)s", title=title)
        occasion = {"committee_id": committee_id, "user_id": user.id, "key": f"signals:{newest}"}
        if notify(kind="signal", title=title, body=body, url=url, **occasion):
            told += 1
            queue(subject=subject, body=body, kinds=channels.get(user.id, ()), **occasion)
    return told


class Watch:
    """One committee on one day."""

    def __init__(self, committee_id: int, settings: dict[str, Any], today: date):
        self.committee_id, self.settings, self.today = committee_id, settings, today
        self.first_on = queries.watched_from(today, WEEKS)
        self.repeat_days = int(settings.get(REPEAT_DAYS, plain.REPEAT_DAYS))
        self.collective_days = int(settings.get(COLLECTIVE_DAYS, plain.COLLECTIVE_DAYS))
        tested_on = queries.watched_from(today, TESTED_WEEKS)
        since = min(tested_on, today - timedelta(days=2 * max(self.repeat_days, self.collective_days)))
        self.recent = queries.received_since(committee_id, since, today)
        self.tested_on = tested_on
        self.known = queries.signals_since(committee_id, self.first_on)
        self.couriers = Couriers(tree_of_figures(system(committee_id), None, today))
        self._series: dict[tuple[int, int | None, int | None, str], tuple[Series, ...]] = {}

    def found(self) -> Found:
        """All that is new."""
        found = Found()
        # What the charts say is written last, so that it stands first among the newest.
        self._plain(found)
        self._charts(found)
        return found

    def counts(self, company_id: int | None = None) -> watched.Counts:
        """How many series are looked at per headquarters; with a company those of its tree, under its own key."""
        counts: watched.Counts = {}
        families = self._families()
        episodes = self._episodes({place for family in families.values() for place in family})
        for family in families.values():
            below = {place: weeks for place, weeks in family.items() if company_id in (None, *place.companies)}
            watched.count(counts, self._histories(below, episodes, {}), company_id)
        return counts

    def _read(self) -> Iterator[tuple[Family, Episodes, dict[Place, list[date]]]]:
        families = self._families()
        places = {place for family in families.values() for place in family}
        episodes, days = self._episodes(places), self._days(places)
        for family in families.values():
            yield family, episodes, days

    def _charts(self, found: Found) -> None:
        for family, episodes, days in self._read():
            histories = self._histories(family, episodes, days)
            found.series += len(histories)
            watched.count(found.counts, histories)
            charts = look(histories)
            findings = {place: one.finding for place, one in charts.items() if one.finding}
            own = [(episode, signal) for place in family for episode, signal in episodes.get(place, ())]
            for episode, signal in own:
                finding = findings.get(episode.place)
                if finding and episode.holds(finding) and self._until(finding) > episode.until_on:
                    found.until[signal.id] = self._until(finding)
            for told in news(findings, [episode for episode, _signal in own]):
                found.signals.append(self._signal(told, histories[told.place], charts[told.place]))

    def _until(self, finding: Finding) -> date:
        # The running week ends later, what was counted does not.
        return min(finding.until_on, self.today)

    def _families(self) -> dict[int, Family]:
        """Per headquarters: its series with their counts by week, those with enough cases for a chart."""
        counts: dict[Series, array[int]] = defaultdict(lambda: array("i", [0] * WEEKS))
        rows = queries.counted_by_week(self.committee_id, self.first_on, self.today)
        for level1, level2, level3, code, week, cases in rows:
            for series in self._above(level1, level2, level3, code):
                counts[series][week] += cases
        self.begins: dict[tuple[int, ...], int] = {}
        families: dict[int, Family] = defaultdict(dict)
        for (companies, cause), weeks in counts.items():
            begins = next(week for week, cases in enumerate(weeks) if cases)
            self.begins[companies] = min(self.begins.get(companies, begins), begins)
            if sum(weeks) >= LEAST_CASES:
                families[companies[0]][Place(companies, cause)] = weeks
        return families

    def _histories(
        self,
        family: Family,
        episodes: Episodes,
        days: dict[Place, list[date]],
    ) -> dict[Place, History]:
        found = {}
        for place, weeks in family.items():
            begins = self.begins[place.companies]
            own = [episode for episode, signal in episodes.get(place, ()) if signal.status != DISMISSED]
            found[place] = History(
                weeks,
                self.couriers.weekly(place.companies[-1], self.first_on, WEEKS),
                self.first_on,
                # The week of the first case is not known whole, unless it lies at the edge of what was read.
                begins + 1 if begins else 0,
                days.get(place, ()),
                self._weeks_of(own),
            )
        return found

    def _weeks_of(self, episodes: Sequence[Episode]) -> frozenset[int]:
        weeks = set()
        for episode in episodes:
            first, last = ((day - self.first_on).days // 7 for day in (episode.from_on, episode.until_on))
            weeks.update(range(max(first, 0), last + 1))
        return frozenset(weeks)

    def _episodes(self, places: set[Place]) -> Episodes:
        by_key = {place.key: place for place in places}
        found: Episodes = defaultdict(list)
        for signal in self.known:
            place = by_key.get((signal.company_id, signal.cause))
            if signal.kind in CHARTS and place is not None:
                episode = Episode(place, signal.from_on, until_of(signal), signal.found_on)
                found[place].append((episode, signal))
        return found

    def _days(self, places: set[Place]) -> dict[Place, list[date]]:
        known = {(place.companies, place.cause): place for place in places}
        found: dict[Place, list[date]] = defaultdict(list)
        for row in self.recent:
            if row.received_on < self.tested_on:
                continue
            for series in self._above(row.level1_id, row.level2_id, row.level3_id, row.category_code):
                if series in known:
                    found[known[series]].append(row.received_on)
        return found

    def _above(self, level1: int, level2: int | None, level3: int | None, code: str) -> tuple[Series, ...]:
        """The series a case counts in: its companies from the headquarters down, each by its cause and its main cause."""
        asked = level1, level2, level3, code
        if asked not in self._series:
            levels = tuple(level for level in (level1, level2, level3) if level is not None)
            causes = dict.fromkeys((code, code.partition(".")[0]))
            self._series[asked] = tuple(
                (levels[:depth], cause) for depth in range(1, len(levels) + 1) for cause in causes
            )
        return self._series[asked]

    def _signal(self, told: Told, history: History, charts: Charts) -> Signal:
        place, finding = told.place, told.finding
        ids = [
            row.id
            for row in self.recent
            if finding.from_on <= row.received_on <= finding.until_on
            and (place.companies, place.cause)
            in self._above(row.level1_id, row.level2_id, row.level3_id, row.category_code)
        ]
        data = _figures(finding, history, charts) | {
            "until": self._until(finding).isoformat(),
            "level": len(place.companies),
            "exposure": "couriers" if self.couriers.is_known(place.companies[-1]) else "days",
            "also": [[other.companies[-1], other.cause] for other in told.also[:20]],
        }
        return self._row(finding.kind, place.companies[-1], place.cause, finding.from_on, data, ids)

    def _row(
        self, kind: str, company_id: int, cause: str, from_on: date, data: dict[str, Any], ids: list[int]
    ) -> Signal:
        return Signal(
            committee_id=self.committee_id,
            company_id=company_id,
            cause=cause,
            kind=kind,
            key=f"{kind}:{company_id}:{cause}:{from_on.isoformat()}",
            from_on=from_on,
            found_on=self.today,
            data=data | {"counted_to": data["until"]},
            case_ids=ids[-MOST_CASES:],
            status="new",
        )

    def _plain(self, found: Found) -> None:
        rows: dict[tuple[int, str], list[plain.Like]] = defaultdict(list)
        for row in self.recent:
            if row.main_company_id is not None:
                like = plain.Like(row.id, row.received_on, max(row.headcount or 1, 1))
                rows[row.main_company_id, row.category_code].append(like)
        known: dict[tuple[str, int, str], list[Signal]] = defaultdict(list)
        for signal in self.known:
            known[signal.kind, signal.company_id, signal.cause].append(signal)
        count = int(self.settings.get(REPEAT_CASES, plain.REPEAT_CASES))
        for (company_id, cause), cases in sorted(rows.items()):
            repeats = plain.repeats(cases, count=count, days=self.repeat_days)
            collectives = plain.collectives(cases, days=self.collective_days)
            for kind, days, clusters in (
                (REPEAT, self.repeat_days, repeats),
                (COLLECTIVE, self.collective_days, collectives),
            ):
                for cluster in clusters:
                    if cluster.until_on > self.today - timedelta(days=days):
                        self._cluster(found, known[kind, company_id, cause], kind, company_id, cause, cluster, days)

    def _cluster(
        self,
        found: Found,
        known: Sequence[Signal],
        kind: str,
        company_id: int,
        cause: str,
        cluster: plain.Cluster,
        days: int,
    ) -> None:
        for signal in known:
            if signal.from_on <= cluster.until_on and cluster.from_on <= until_of(signal):
                if cluster.until_on > until_of(signal):
                    found.until[signal.id] = cluster.until_on
                return
        # A row that goes on and on is told by the days up to its last case.
        cluster = cluster.last(days)
        data = {
            "until": cluster.until_on.isoformat(),
            "cases": len(cluster.cases),
            "workers": cluster.workers,
            "days": days,
            "on": [[case.on.isoformat(), case.workers] for case in cluster.cases[-MOST_CASES:]],
        }
        ids = [case.case_id for case in cluster.cases]
        found.signals.append(self._row(kind, company_id, cause, cluster.from_on, data, ids))


def until_of(signal: Signal) -> date:
    """Until when a signal's episode was seen so far."""
    return date.fromisoformat(signal.data["until"])


def _figures(finding: Finding, history: History, charts: Charts) -> dict[str, Any]:
    """The figures a signal rests on, as they were: what the page draws and says ever after."""
    start, base = history.tested_from, finding.baseline
    sums, rare = charts.sums, charts.rare
    return {
        "cases": finding.cases,
        "expected": round(finding.expected, 2),
        "value": round(finding.value, 2),
        "limit": round(finding.limit, 2),
        "row": finding.row,
        "mean": round(base.mean, 3),
        "history_weeks": base.weeks,
        "history_cases": base.cases,
        "spread": round(base.spread, 2),
        "years": round(finding.tolerance_weeks * 7 / 365.25, 1),
        "first_on": history.on(start).isoformat(),
        "counts": list(history.counts[start:]),
        "means": [round(one, 2) for one in charts.expected],
        "limits": list(charts.limits),
        "path": [round(one, 2) for one in sums.path] if sums else [],
        "interval": round(sums.interval, 2) if sums else None,
        "days": [day.isoformat() for day in sorted(history.days)] if rare else [],
        "rare_days": rare.days if rare else None,
    }
