"""What is measured: the requests people make most, as three kinds of readers, each beside its bare SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from flask_babel import force_locale

from mediation.cases import queries as case_queries
from mediation.cases.grams import fts5_query, tsquery
from mediation.core import clock
from mediation.core.actor import Actor, system
from mediation.core.crypto import key_ring
from mediation.core.db import db
from mediation.core.web.pages import PAGE_SIZE, encode_cursor
from mediation.documents import registry
from mediation.documents.casefacts import PAPER_LOCALE, facts_of
from mediation.reports import monthly_report, snapshots
from mediation.statistics.period import month
from tests.bench import bare, fill
from tests.bench.bare import ALL, OPEN, Ask, Bare
from tests.bench.browser import Browser
from tests.bench.ground import Ground

LIST, SEARCH, CASE, INTAKE, FIGURES, AGREEMENT, MONTH = 10, 50, 20, 20, 50, 100, 1500
DEEP = 1000
THIS_YEAR = "2026-01-01", "2026-11-20"
NAME, NICKNAME = "王伟", fill.NICKNAME


@dataclass(frozen=True)
class Operation:
    """One line of the table: ``work(n)`` the n-th time, ``bare(ask, n)`` the same in SQL; ``aim`` in ms at a million."""

    name: str
    persona: str
    aim: float
    work: Callable[[int], Any]
    bare: Callable[[Ask, int], Any] | None
    writes: bool = False


class Operations:
    """Everything that is measured on one filled database."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.browsers = {name: Browser(ground.app, name) for name in ("committee", "lawyer", "hr")}
        with ground.app.app_context():
            engine = db.engine
            self.users = {name: self._user(name) for name in self.browsers}
            self.last4 = key_ring().blind("party.phone4", "4567")
            self.fts = fts5_query(NAME) if ground.engine == "sqlite" else tsquery(NAME)
        values = {"committee": ground.committee_id, "station": 1, "company": 1}
        self.bare = {name: Bare(engine, user=user, **values) for name, user in self.users.items()}

    def close(self) -> None:
        """Give the connections back."""
        for one in self.bare.values():
            one.close()

    def all(self) -> Iterator[Operation]:
        """In the order of the table."""
        for persona in ("committee", "lawyer", "hr"):
            yield from self._lists(persona)
        for persona in ("committee", "lawyer", "hr"):
            yield from self._searches(persona)
        for persona in ("committee", "lawyer", "hr"):
            yield self._case(persona)
        for persona in ("committee", "lawyer"):
            yield self._intake(persona)
        for persona in ("committee", "lawyer", "hr"):
            yield self._figures(persona)
        for persona in ("committee", "hr"):
            yield self._company(persona)
        yield self._agreement()
        yield self._month()

    def _user(self, name: str) -> int:
        return db.session.execute(
            db.text("SELECT id FROM user_account WHERE username = :name"), {"name": name}
        ).scalar_one()

    def _get(self, persona: str, *addresses: str) -> Callable[[int], Any]:
        browser = self.browsers[persona]
        prepared = [browser.prepared(address) for address in addresses]
        return lambda number: browser.run(dict(prepared[number % len(prepared)]))

    def _lists(self, persona: str) -> Iterator[Operation]:
        def page(name: str, address: str, column: str, more: str = "", **values: Any) -> Operation:
            return Operation(
                name, persona, LIST, self._get(persona, address),
                lambda ask, _number: bare.list_page(ask, persona, column, more, **values),
            )  # fmt: skip

        for label, address, column in (("all cases", "/cases/", ALL), ("open cases", "/cases/?open=1", OPEN)):
            yield page(f"{label}, page 1", address, column)
            number, at, key = self._deep(persona, column)
            if number > 1:
                sign = ">" if column == OPEN else "<"
                yield page(
                    f"{label}, page {number:,}",
                    f"{address}{'&' if '?' in address else '?'}after={encode_cursor(at, key)}",
                    column,
                    f" AND ({column}, c.id) {sign} (:at, :after)",
                    at=at,
                    after=key,
                )
        yield page(
            "filter: cause and days",
            "/cases/?cause=wage.overtime&received_from=2025-01-01&received_to=2025-12-31",
            ALL,
            " AND c.category_code = 'wage.overtime' AND c.received_on BETWEEN '2025-01-01' AND '2025-12-31'",
        )
        yield page(
            "filter: a company's tree",
            f"/cases/?company={fill.SMALL_COMPANY}",
            ALL,
            " AND c.level1_id = :small",
            small=fill.SMALL_COMPANY,
        )
        yield page(
            "filter: overdue",
            "/cases/?overdue=1",
            OPEN,
            " AND c.next_deadline_on < :today",
            today=clock.today().isoformat(),
        )
        yield page("filter: one case in 500", "/cases/?collective=1", ALL, " AND c.is_collective")
        yield page("filter: no case at all", "/cases/?track=traffic", ALL, " AND c.track = 'traffic'")

    def _deep(self, persona: str, column: str) -> tuple[int, Any, int]:
        """(page number, and the key before it) of the 1,000th page, or of the last full one."""
        total = self.bare[persona].run(
            lambda ask: ask(f"SELECT count(*) FROM ({bare.keys(persona, column, limit=DEEP * PAGE_SIZE)}) AS k")
        )[0][0]
        number = min(DEEP, total // PAGE_SIZE)
        if number < 2:
            return 1, None, 0
        statement = bare.keys(persona, column, offset=(number - 1) * PAGE_SIZE - 1, limit=1)
        ((key, at),) = self.bare[persona].run(lambda ask: ask(statement))
        return number, at, key

    def _searches(self, persona: str) -> Iterator[Operation]:
        words = (
            "SELECT rowid AS id FROM case_search_fts WHERE case_search_fts MATCH :words"
            if self.ground.engine == "sqlite"
            else "SELECT case_id AS id FROM case_search WHERE grams @@ CAST(:words AS tsquery)"
        )
        nickname = (
            "SELECT n.case_id AS id FROM company_alias a JOIN case_company n ON n.level1_id = a.company_id "
            "WHERE a.committee_id = :committee AND a.name = :name ORDER BY n.case_id DESC LIMIT 2000"
        )
        digits = "SELECT case_id AS id FROM party WHERE committee_id = :committee AND phone_last4_blind = :digits"
        number = "SELECT id FROM case_file WHERE committee_id = :committee AND number = :number"
        known = self._numbers(persona)[0]
        for name, query, hits, values in (
            (f"search: name, 2 characters ({NAME})", NAME, words, {"words": self.fts}),
            (f"search: company nickname ({NICKNAME})", NICKNAME, nickname, {"name": NICKNAME}),
            ("search: last 4 digits of a phone", "4567", digits, {"digits": self.last4}),
            ("search: register number", known, number, {"number": known}),
        ):
            yield Operation(
                name, persona, SEARCH, self._get(persona, f"/cases/?q={query}"),
                lambda ask, _number, hits=hits, values=values: bare.found(ask, persona, hits, **values),
            )  # fmt: skip

    def _numbers(self, persona: str) -> list[str]:
        """Register numbers of settled cases that a persona sees, from all over the register."""
        step = max(1, self.ground.cases // 400)
        way = bare.scopes(persona)[0]
        statement = (
            f"SELECT c.number FROM case_file c WHERE {way} AND c.outcome = 'agreed' "
            + (f"AND c.id % {step} = 0 " if persona == "committee" else "")
            + "LIMIT 200"
        )
        return [row[0] for row in self.bare[persona].run(lambda ask: ask(statement))]

    def _case(self, persona: str) -> Operation:
        numbers = self._numbers(persona)
        return Operation(
            "case page", persona, CASE, self._get(persona, *(f"/cases/{number}" for number in numbers)),
            lambda ask, number: bare.case_page(ask, numbers[number % len(numbers)]),
        )  # fmt: skip

    def _intake(self, persona: str) -> Operation:
        browser = self.browsers[persona]
        token = browser.csrf_token("/cases/new")
        names = count()

        def post(_number: int) -> bytes:
            n = next(names)
            form = {
                "csrf_token": token, "source": "walk_in", "applicant_name": f"周明{n}", "phone": f"139{n:08d}",
                "company": f"快递公司1号网点{n % 600 * 10}", "company_id": str(10_000 + n % 600 * 10),
                "company_role": "employer", "category": "wage.arrears", "facts": "拖欠两个月工资", "amount": "12000",
                "received_on": THIS_YEAR[1], "relationship": "employment", "application_mode": "oral", "station": "1",
            }  # fmt: skip
            return browser.run(browser.prepared("/cases/new", form), 303)

        return Operation("intake", persona, INTAKE, post, None, writes=True)

    def _figures(self, persona: str) -> Operation:
        first, last = THIS_YEAR
        scope = {"committee": "c.committee_id = :committee", "lawyer": None, "hr": "c.level1_id = :company"}[persona]
        return Operation(
            "company statistics, this year", persona, FIGURES,
            self._get(persona, f"/statistics/?from={first}&to={last}&by=company"),
            None if scope is None else (lambda ask, _number: bare.figures(ask, scope, first, last)),
        )  # fmt: skip

    def _company(self, persona: str) -> Operation:
        """The page of the largest headquarters, by what hangs under it."""
        first, last = THIS_YEAR
        return Operation(
            "a company's page, this year", persona, FIGURES,
            self._get(persona, f"/statistics/?from={first}&to={last}&by=company&company=1"),
            lambda ask, _number: bare.figures(ask, "c.level1_id = :company", first, last),
        )  # fmt: skip

    def _agreement(self) -> Operation:
        """The agreement of a case as a paper, from its rows to the bytes."""
        numbers = self._numbers("committee")
        actor = system(self.ground.committee_id)

        def make(number: int) -> bytes:
            with self.ground.app.app_context(), force_locale(PAPER_LOCALE):
                case = case_queries.get_for(actor, numbers[number % len(numbers)])
                return registry.render(
                    "D13", facts_of(case), number="沪快调〔2026〕1号", issued_on=date(2026, 11, 20), instance_fonts=None
                )

        return Operation(
            "agreement as PDF", "—", AGREEMENT, make, lambda ask, n: bare.paper(ask, numbers[n % len(numbers)])
        )

    def _month(self) -> Operation:
        """A month's report, from the cases to the bytes."""
        actor: Actor = system(self.ground.committee_id)
        period = month("2026-10")

        def make(_number: int) -> bytes:
            with self.ground.app.app_context(), force_locale(PAPER_LOCALE):
                figures = snapshots.take(actor, period, today=date(2026, 11, 20))
                return monthly_report.render(figures, instance_fonts=None)

        return Operation("month's report as PDF", "—", MONTH, make, None)
