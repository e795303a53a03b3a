"""Finding a case by what people remember: a number, part of a name, four digits of a phone, a nickname."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, column, delete, func, insert, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.sql.util import ClauseAdapter

from mediation.cases import grams
from mediation.cases.models import Case, CaseCompany, CaseSearch
from mediation.companies.models import CompanyAlias
from mediation.core.crypto import blind
from mediation.core.db import db
from mediation.parties.identity import is_valid_id, normalise_id
from mediation.parties.models import Party

_MOST_ROUNDS = 40  # past a million candidates without a full page a search may end
_PORTION = 5_000  # keys in one IN list
_REGISTER = re.compile(r"(\d{4})-(\d{1,8})")


def dated_position(cursor: list[Any] | None) -> tuple[date, int] | None:
    """A cursor's (date, id); None for none, and for one that was typed by hand."""
    match cursor:
        case [str(day), int(key)] if 0 <= key < 2**63:
            try:
                return date.fromisoformat(day), key
            except ValueError:
                return None
    return None


def key_position(cursor: list[Any] | None) -> int | None:
    """A cursor's id; None for none, and for one that was typed by hand."""
    match cursor:
        case [int(key)] if 0 <= key < 2**63:
            return key
    return None


def bound_key(position: tuple[date, int]) -> tuple[Any, Any]:
    """A position as bound values."""
    return bindparam("at", position[0]), bindparam("after_id", position[1])


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


def index_case(case: Case, texts: Sequence[str | None]) -> None:
    """Store the search words of a case: names, numbers, plates, company names. Never a sealed value."""
    words = grams.index_words([case.number, case.case_no, case.title, *texts])
    db.session.execute(delete(CaseSearch).where(CaseSearch.case_id == case.id))
    value: Any = func.array_to_tsvector(cast(words, ARRAY(Text))) if _is_postgresql() else " ".join(words)
    db.session.execute(insert(CaseSearch).values(case_id=case.id, grams=value))


Way = Callable[[int | None, bool, int], list[int]]
_GROWTH = (400, 2_000, 8_000, 30_000)


def _beyond(column: Any, start: int | None, backwards: bool) -> list[ColumnElement[bool]]:
    if start is None:
        return []
    return [column > start if backwards else column < start]


def _newest(statement: Select[Any], column: Any, start: int | None, backwards: bool, limit: int) -> list[int]:
    """Keys of a candidate query in reading direction, beyond a position."""
    order = column.asc() if backwards else column.desc()
    statement = statement.where(*_beyond(column, start, backwards)).order_by(order).limit(limit)
    return list(db.session.scalars(statement))


def _words_way(query: str) -> Way | None:
    """Cases whose words match, straight from the full-text index."""
    wanted = grams.tsquery(query) if _is_postgresql() else grams.fts5_query(query)
    if wanted is None:
        return None
    if _is_postgresql():
        hits = select(CaseSearch.case_id).where(CaseSearch.grams.op("@@")(cast(wanted, TSQUERY)))

        def find_postgresql(start: int | None, backwards: bool, limit: int) -> list[int]:
            # Few hits: take them all and sort. Many: walk the key, where the next hit is never far.
            few = hits.limit(5_001).cte("few").prefix_with("MATERIALIZED")
            rows = db.session.scalars(select(few.c.case_id)).all()
            if len(rows) > 5_000:
                return _newest(hits, CaseSearch.case_id, start, backwards, limit)
            ahead = [one for one in rows if start is None or (one > start if backwards else one < start)]
            return sorted(ahead, reverse=not backwards)[:limit]

        return find_postgresql

    fts = table("case_search_fts", column("rowid"))

    def find_sqlite(start: int | None, backwards: bool, limit: int) -> list[int]:
        match = text("case_search_fts MATCH :words").bindparams(words=wanted)
        return _newest(select(fts.c.rowid).where(match), fts.c.rowid, start, backwards, limit)

    return find_sqlite


def _company_ways(query: str, committee_id: int) -> list[Way]:
    """Cases against a company known under a nickname that is not part of its name: one walk per place in the tree."""
    named = select(CompanyAlias.company_id).where(
        CompanyAlias.committee_id == committee_id, CompanyAlias.name.contains(query, autoescape=True)
    )
    ids = db.session.scalars(named.distinct().limit(20)).all()

    def way(level: Any, company_id: int) -> Way:
        statement = select(CaseCompany.case_id).where(level == company_id)
        return lambda start, backwards, limit: _newest(statement, CaseCompany.case_id, start, backwards, limit)

    levels = (CaseCompany.level1_id, CaseCompany.level2_id, CaseCompany.level3_id)
    return [way(level, company_id) for company_id in ids for level in levels]


def _party_way(query: str, committee_id: int) -> Way | None:
    """Cases of a phone number, its last four digits, or an ID number: by blind index, nothing is opened."""
    digits = "".join(query.split()).replace("-", "")
    number = normalise_id(query) or ""
    if digits.isascii() and digits.isdigit() and len(digits) == 4:
        match = Party.phone_last4_blind == blind("party.phone4", digits)
    elif is_valid_id(number):
        match = Party.id_blind == blind("party.id", number)
    elif digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 20:
        match = Party.phone_blind == blind("party.phone", digits)
    else:
        return None
    statement = select(Party.case_id).where(Party.committee_id == committee_id, match)
    return lambda start, backwards, limit: _newest(statement, Party.case_id, start, backwards, limit)


def _exact_way(query: str, committee_id: int) -> Way | None:
    """The one case of a whole register or case number: nothing else is meant by it."""
    plain = unicodedata.normalize("NFKC", query)
    if found := _REGISTER.fullmatch(plain):
        match = Case.number == f"{found[1]}-{int(found[2]):06d}"
    elif "〔" in plain and plain.endswith("号"):
        match = Case.case_no.in_({query, plain})
    else:
        return None
    return _case_way(committee_id, match)


def _sequence_way(query: str, committee_id: int) -> Way | None:
    plain = grams.normalise(query)
    if plain.isascii() and plain.isdigit() and len(plain) <= 6:
        return _case_way(committee_id, Case.number_seq == int(plain))
    return None


def _case_way(committee_id: int, match: ColumnElement[bool]) -> Way:
    statement = select(Case.id).where(Case.committee_id == committee_id, match)
    return lambda start, backwards, limit: _newest(statement, Case.id, start, backwards, limit)


def _ways(query: str, committee_id: int) -> list[Way]:
    if exact := _exact_way(query, committee_id):
        return [exact]
    person = _party_way(query, committee_id)
    if person and sum(mark.isdigit() for mark in query) > 4:
        return [person]  # a whole phone or ID number: parts of it would find what merely looks alike
    single = (_sequence_way(query, committee_id), person, _words_way(query))
    return [way for way in (*single, *_company_ways(query, committee_id)) if way is not None]


def matching_ids(
    query: str,
    committee_id: int | None,
    where: Sequence[ColumnElement[bool]],
    *,
    start: int | None,
    backwards: bool,
    limit: int,
) -> list[int]:
    """Keys of matching cases, newest first (oldest first for ``backwards``), beyond ``start``.

    Each way of finding gives candidates in key order from its own index; ``where`` (scope and filters) then sifts them in
    growing portions. One statement with all of it would leave the plan to chance, and lose.
    """
    query = query.strip()
    if not query or committee_id is None:
        return []
    ways = _ways(query, committee_id)
    found: list[int] = []
    for round_number in range(_MOST_ROUNDS):
        size = max(_GROWTH[min(round_number, len(_GROWTH) - 1)], limit)
        candidates = sorted({one for way in ways for one in way(start, backwards, size)}, reverse=not backwards)[:size]
        found += _sifted(candidates, where)
        if len(found) >= limit or len(candidates) < size:
            break
        start = candidates[-1]
    return found[:limit]


def _sifted(candidates: list[int], where: Sequence[ColumnElement[bool]]) -> list[int]:
    """The candidates that pass. They are looked up by key first: the limit keeps the planner from starting elsewhere."""
    passed: set[int] = set()
    for begin in range(0, len(candidates), _PORTION):
        portion = candidates[begin : begin + _PORTION]
        window = select(Case.__table__).where(Case.id.in_(portion)).limit(len(portion)).subquery()
        adapter = ClauseAdapter(window)
        conditions = [adapter.traverse(condition) for condition in where]
        passed.update(db.session.scalars(select(window.c.id).where(*conditions)))
    return [one for one in candidates if one in passed]
