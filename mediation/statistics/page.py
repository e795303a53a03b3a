"""What the statistics page shows: rows of figures with the lists behind them, compared with earlier, small ones hidden.

One ``View`` is made per request; the page, the spreadsheet, the PDF and the JSON all read the same one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from mediation.companies.queries import ancestors_for, get_for, survivor_of
from mediation.core.actor import Actor
from mediation.statistics import groups, masking, metrics
from mediation.statistics.groups import Counted, Question
from mediation.statistics.masking import Marks
from mediation.statistics.metrics import Tally
from mediation.statistics.period import Period, before, months_of, year_before
from mediation.statistics.policy import is_company_only
from mediation.statistics.queries import Bases
from mediation.statistics.queries.bases import Couriers
from mediation.statistics.rates import Base
from mediation.statistics.view import Row, View, Wish


def view(actor: Actor, wish: Wish) -> View:
    """Count what the page shows. Raises NotFound for a company the actor may not see."""
    return _making(actor, wish).view()


def summary(actor: Actor, wish: Wish) -> View:
    """Only the figures of all cases of a scope (``whole``), without rows and without anything earlier."""
    return _making(actor, wish).summary()


def _making(actor: Actor, wish: Wish) -> _Making:
    scope = wish.scope
    by = wish.by or ("outlet" if is_company_only(actor) else "company")
    if scope.company is None and is_company_only(actor) and len(actor.company_levels) == 1:
        scope = replace(scope, company=actor.company_levels[0][0])
    company = survivor_of(get_for(actor, scope.company)) if scope.company else None
    if company:
        scope = replace(scope, company=company.id, headquarters=company.level1_id)
    if by == "outlet" and (company is None or company.level >= 3):
        by = "company"
    wish = replace(wish, scope=scope, by=by)
    # HR's own list also holds cases in which its company is not the main respondent, unless it names one company.
    asked = Question(actor, scope, company, scope.company is not None or not is_company_only(actor))
    return _Making(asked, wish)


class _Making:
    """The steps from a question to its rows."""

    def __init__(self, asked: Question, wish: Wish) -> None:
        self.asked, self.wish = asked, wish
        self.page = View(asked.actor, wish, asked.company, (), *(Row("", Tally()),) * 4)
        wanted = {one.code for one in self.page.measures}
        # A station has no couriers of its own.
        self.has_rates = "rate" in wanted and wish.scope.station is None and wish.by not in ("station", "outcome")
        self.couriers: Couriers | None = None
        self.bases: dict[Period, Bases] = {}

    def view(self) -> View:
        """Rows, their sum, and what both are compared with."""
        period = self.wish.period
        earlier = {"before": before(period), "year": year_before(period)}
        compared = earlier.get(self.wish.compare)
        periods = (period, *earlier.values())
        now, then, last_year = groups.counted(self.wish.by, self.asked, periods, tables=(period, compared))
        rows = self._rows(now)
        total = self._total(rows, period)
        if compared:
            rows, total = self._compared(rows, total, then if compared == then.period else last_year)
        is_in_order = self.wish.by == "month"
        rows = rows if is_in_order else sorted(rows, key=self._order)
        return replace(
            self.page,
            rows=tuple(rows),
            total=total,
            whole=self._whole(now) if self.wish.by == "outcome" else total,
            total_before=self._earlier(then),
            total_year=self._earlier(last_year),
            without_base=self._without(rows, total),
        )

    def summary(self) -> View:
        """All cases of the scope as one line."""
        (now,) = groups.counted("outcome", self.asked, [self.wish.period], tables=())
        return replace(self.page, whole=self._whole(now))

    def _rows(self, counted: Counted) -> list[Row]:
        found, period = counted.rows or {}, counted.period
        names = groups.named(self.wish.by, self.asked, found)
        marks, _total = self._marks(list(found.values()))
        results = sum(tally.concluded for tally in found.values())
        rows = []
        for (key, tally), hidden in zip(found.items(), marks, strict=True):
            name = names[key]
            is_result, within = self.wish.by == "outcome", _within(name.month, period)
            row = Row(
                name.label,
                tally,
                key,
                None if name.leads is None else self.page.address(**name.leads),
                name.dimensions,
                within,
                self._base(key, within or period),
                results if is_result else 0,
                hidden,
                outcome=str(key) if is_result else None,
            )
            rows.append(row)
        return rows

    def _marks(self, found: Sequence[Tally]) -> tuple[list[Marks], Marks]:
        return masking.marks_of(found) if self.wish.is_masked else ([{} for _tally in found], {})

    def _total(self, rows: Sequence[Row], period: Period) -> Row:
        dimensions = self.asked.scope.dimensions() if self.asked.has_lists else None
        _rows, hidden = self._marks([row.tally for row in rows])
        whole = metrics.total(row.tally for row in rows)
        base = self._base_of_all(period)
        part_of = whole.concluded if self.wish.by == "outcome" else 0
        return Row(_("合计"), whole, None, None, dimensions, None, base, part_of, hidden)

    def _whole(self, counted: Counted) -> Row:
        dimensions = self.asked.scope.dimensions() if self.asked.has_lists else None
        base = self._base_of_all(counted.period)
        return Row("", counted.whole, dimensions=dimensions, base=base, marks=self._marks([counted.whole])[1])

    def _earlier(self, counted: Counted) -> Row:
        """What large figures are compared with: no rate is among them, so no base."""
        return Row("", counted.whole, marks=self._marks([counted.whole])[1])

    def _compared(self, rows: list[Row], total: Row, counted: Counted) -> tuple[list[Row], Row]:
        earlier, period = self._rows(counted), counted.period
        if self.wish.by == "month":
            # The months stand beside each other by their place in the period.
            places = {month.first: at for at, month in enumerate(months_of(self.wish.period))}
            then = dict(enumerate(earlier))
            matched = [then.get(places[row.period.first]) if row.period else None for row in rows]
        else:
            by_key = {row.key: row for row in earlier}
            matched = [by_key.get(row.key) for row in rows]
        compared = [
            replace(row, earlier=other or self._nothing(row, period)) for row, other in zip(rows, matched, strict=True)
        ]
        return compared, replace(total, earlier=self._total(earlier, period))

    def _nothing(self, row: Row, period: Period) -> Row:
        return Row(row.label, Tally(), row.key, base=self._base(row.key, period))

    def _order(self, row: Row) -> tuple[Any, ...]:
        # A company compares its outlets by rate, so that a large one is not first for being large.
        rate = row.rank("rate") if self.has_rates and is_company_only(self.asked.actor) else 0
        return (-rate, *(-row.rank(code) for code in ("cases", "concluded", "closed")), row.label)

    def _known(self, period: Period) -> Bases:
        if period not in self.bases:
            if self.couriers is None:
                self.couriers = Couriers(self.asked.actor, self.asked.company, self.wish.period.last)
            self.bases[period] = self.couriers.in_period(period)
        return self.bases[period]

    def _base(self, key: Hashable, period: Period) -> Base[int] | None:
        if not self.has_rates:
            return None
        if self.wish.by not in ("company", "outlet"):
            return self._base_of_all(period)
        if key is None:
            own = self._known(period).own
            return own.get(self.asked.company.id) if self.asked.company and self.wish.by == "company" else None
        return self._known(period).whole.get(key)  # type: ignore[call-overload]

    def _base_of_all(self, period: Period) -> Base[int] | None:
        if not self.has_rates:
            return None
        known = self._known(period)
        return known.whole.get(self.asked.company.id) if self.asked.company else known.all

    def _without(self, rows: Sequence[Row], total: Row) -> tuple[tuple[int, str], ...]:
        """The outlets whose missing figure leaves rates out."""
        missing = {one: None for row in (*rows, total) if row.base for one in row.base.without}
        names = self._known(self.wish.period).names if missing else {}
        return tuple((one, names.get(one, str(one))) for one in missing)


def _within(month: Period | None, period: Period) -> Period | None:
    if month is None:
        return None
    return Period(max(month.first, period.first), min(month.last, period.last))


def ancestors(made: View) -> list[tuple[str, str]]:
    """(name, address) of the companies above the one that is shown, the headquarters first."""
    above = ancestors_for(made.actor, made.company) if made.company else []
    return [(company.name, made.address(company=company.id)) for company in above]
