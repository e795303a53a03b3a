"""The same work in hand-written SQL: what a page costs at least, asked on the same connection in the same run.

Every statement is written once for both engines, with ``:name`` for values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Engine

Rows = Sequence[Sequence[Any]]
Ask = Callable[..., Rows]

WHO = (
    "SELECT u.id, u.name, u.committee_id, u.office_id, u.must_change_password, r.role FROM user_account u "
    "JOIN user_role r ON r.user_id = u.id WHERE u.id = :user AND u.session_version = 1"
)
COLUMNS = (
    "SELECT c.id, c.number, c.case_no, c.title, c.state, c.track, c.waiting_for, c.received_on, c.closed_on, c.outcome, "
    "c.claimed_fen, c.agreed_fen, c.paid_fen, c.is_collective, c.headcount, c.next_deadline_on, c.next_deadline_rule, "
    "c.next_deadline_provisional, g.label, f.name, u.name FROM case_file c "
    "LEFT JOIN category g ON g.code = c.category_code LEFT JOIN company f ON f.id = c.main_company_id "
    "LEFT JOIN user_account u ON u.id = c.handler_id"
)
# What the filter form of the list offers.
OFFERS = (
    "SELECT code, parent_code, label FROM category ORDER BY sort, code",
    "SELECT id, name FROM station WHERE committee_id = :committee AND is_active ORDER BY name",
    "SELECT id, name, filters FROM saved_view WHERE user_id = :user ORDER BY name",
)
OPEN, ALL = "c.next_deadline_on", "c.received_on"


class Bare:
    """A connection of the application's own kind, asked directly."""

    def __init__(self, engine: Engine, **values: Any) -> None:
        self._engine = engine
        self._pool = engine.raw_connection()
        self._values = values
        self.is_sqlite = engine.dialect.name == "sqlite"

    def run(self, work: Callable[[Ask], Any]) -> Any:
        """Do some statements in one transaction that ends with a rollback, like a page that was only read."""
        result = work(self.ask)
        self._engine.dialect.do_rollback(self._pool)
        return result

    def write(self, work: Callable[[Ask], Any]) -> Any:
        """Do some statements in one transaction that is kept."""
        if self.is_sqlite:
            self.ask("BEGIN IMMEDIATE")
        result = work(self.ask)
        self._engine.dialect.do_commit(self._pool)
        return result

    def ask(self, statement: str, **values: Any) -> Rows:
        """The rows of one statement (none for one that returns none)."""
        if not self.is_sqlite:
            statement = re.sub(r"(?<!:):(\w+)", r"%(\1)s", statement.replace("%", "%%"))
        cursor = self._pool.cursor()
        cursor.execute(statement, self._values | values)
        rows = cursor.fetchall() if cursor.description else []
        cursor.close()
        return rows

    def close(self) -> None:
        """Give the connection back."""
        self._pool.close()


def scopes(persona: str) -> list[str]:
    """The ways in which a persona of the bench comes to see a case, as conditions on ``c``."""
    return {
        "committee": ["c.committee_id = :committee"],
        "lawyer": ["c.station_id = :station", "c.handler_id = :user", "c.mediator_id = :user"],
        "hr": ["c.level1_id = :company AND c.state <> 'received' AND c.track NOT IN ('consult', 'police')"],
    }[persona]


def keys(persona: str, column: str, more: str = "", *, offset: int = 0, limit: int = 51) -> str:
    """Keys of one page of a list, each way along its own index."""
    order = "ASC" if column == OPEN else "DESC"
    first = " AND c.next_deadline_on IS NOT NULL" if column == OPEN else ""
    parts = [
        f"SELECT * FROM (SELECT c.id AS id, {column} AS at FROM case_file c WHERE {way}{first}{more} "
        f"ORDER BY {column} {order}, c.id {order} LIMIT {limit + offset}) AS w{place}"
        for place, way in enumerate(scopes(persona))
    ]
    return f"SELECT id, at FROM ({' UNION '.join(parts)}) AS k ORDER BY at {order}, id {order} LIMIT {limit} OFFSET {offset}"


def list_page(ask: Ask, persona: str, column: str, more: str = "", **values: Any) -> Rows:
    """One page of the work list with its capped count and the offers of its filters."""
    ask(WHO)
    order = "ASC" if column == OPEN else "DESC"
    rows = ask(
        f"{COLUMNS} JOIN ({keys(persona, column, more)}) AS k ON k.id = c.id ORDER BY k.at {order}, k.id {order}",
        **values,
    )
    counted(ask, persona, column, more, **values)
    for statement in OFFERS:
        ask(statement)
    return rows


def counted(ask: Ask, persona: str, column: str, more: str, **values: Any) -> None:
    """The count of a list, up to 1,001."""
    first = " AND c.next_deadline_on IS NOT NULL" if column == OPEN else ""
    parts = [
        f"SELECT * FROM (SELECT c.id FROM case_file c WHERE {way}{first}{more} LIMIT 1001) AS n{place}"
        for place, way in enumerate(scopes(persona))
    ]
    ask(f"SELECT count(*) FROM ({' UNION '.join(parts)}) AS n", **values)


def found(ask: Ask, persona: str, hits: str, **values: Any) -> Rows:
    """One page of search results, newest first; ``hits`` selects keys of cases as ``id``."""
    ask(WHO)
    rows = ask(
        f"{COLUMNS} JOIN ({hits}) AS h ON h.id = c.id WHERE ({' OR '.join(f'({way})' for way in scopes(persona))}) "
        "ORDER BY c.id DESC LIMIT 51",
        **values,
    )
    for statement in OFFERS:
        ask(statement)
    return rows


CASE_TABLES = (
    "party", "representative", "claim", "consent", "agreement", "instalment", "signature", "deadline",
    "mediation_session", "case_event", "attachment", "answer", "payment", "enforcement_step", "private_note", "follow_up",
)  # fmt: skip


def case_page(ask: Ask, number: str) -> Rows:
    """All rows of one case."""
    ask(WHO)
    rows = ask(
        "SELECT c.id, c.*, g.label, s.name, u.name, f.name FROM case_file c LEFT JOIN category g ON g.code = c.category_code "
        "LEFT JOIN station s ON s.id = c.station_id LEFT JOIN user_account u ON u.id = c.handler_id "
        "LEFT JOIN company f ON f.id = c.main_company_id WHERE c.committee_id = :committee AND c.number = :number",
        number=number,
    )
    for table in CASE_TABLES:
        ask(f"SELECT * FROM {table} WHERE case_id = :case_id ORDER BY id", case_id=rows[0][0])
    return rows


def figures(ask: Ask, scope: str, first: str, last: str, key: str = "c.level1_id") -> None:
    """Received, results with days, and closed of a period, by company."""
    ask(WHO)
    span = {"first": first, "last": last}
    ask(
        f"SELECT {key}, count(CASE WHEN c.track <> 'consult' THEN 1 END), count(CASE WHEN c.track = 'consult' THEN 1 END), "
        f"sum(CASE WHEN c.track <> 'consult' THEN c.claimed_fen END) FROM case_file c WHERE {scope} "
        f"AND c.received_on BETWEEN :first AND :last GROUP BY {key}",
        **span,
    )
    days = "c.settled_on - c.received_on"
    if _is_sqlite(ask):
        days = "CAST(julianday(c.settled_on) - julianday(c.received_on) AS INTEGER)"
    ask(
        f"SELECT {key}, c.outcome = 'agreed', CASE WHEN c.outcome = 'agreed' THEN {days} END, count(*), sum(c.agreed_fen), "
        f"sum(c.paid_fen) FROM case_file c WHERE {scope} AND c.track <> 'consult' AND c.settled_on BETWEEN :first AND :last "
        f"AND c.outcome NOT IN ('not_accepted', 'advised') GROUP BY 1, 2, 3",
        **span,
    )
    ask(
        f"SELECT {key}, count(*) FROM case_file c WHERE {scope} AND c.track <> 'consult' "
        f"AND c.closed_on BETWEEN :first AND :last GROUP BY {key}",
        **span,
    )
    ask(
        "SELECT sum(p.amount_fen) FROM payment p JOIN case_file c ON c.id = p.case_id WHERE p.committee_id = :committee "
        f"AND p.paid_on BETWEEN :first AND :last AND {scope}",
        **span,
    )


def _is_sqlite(ask: Ask) -> bool:
    owner: Any = ask
    return owner.__self__.is_sqlite


def paper(ask: Ask, number: str) -> None:
    """The rows of a case that an agreement prints."""
    rows = ask("SELECT * FROM case_file WHERE committee_id = :committee AND number = :number", number=number)
    del rows
    case = "(SELECT id FROM case_file WHERE committee_id = :committee AND number = :number)"
    for table in (
        "party",
        "representative",
        "claim",
        "agreement",
        "instalment",
        "signature",
        "deadline",
        "mediation_session",
    ):
        ask(f"SELECT * FROM {table} WHERE case_id = {case} ORDER BY id", number=number)


def intake(ask: Ask, rows: dict[str, list[dict[str, Any]]], year: int) -> None:
    """All rows of one case, its number and its trace."""
    ask(WHO)
    ask(
        "UPDATE number_sequence SET last = last + 1 WHERE committee_id = :committee AND kind = 'register' AND year = :year "
        "RETURNING last",
        year=year,
    )
    for table, records in rows.items():
        for record in records:
            names = list(record)
            ask(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})",
                **record,
            )
    ask("UPDATE audit_head SET position = position WHERE chain = :committee")
