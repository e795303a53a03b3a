"""Finding a case by what people remember: a number, part of a name, four digits of a phone, a nickname."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, cast, delete, func, insert, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from mediation.cases import grams
from mediation.cases.models import Case, CaseCompany, CaseSearch
from mediation.companies.models import Company, CompanyAlias
from mediation.core.crypto import blind
from mediation.core.db import db
from mediation.parties.identity import is_valid_id, normalise_id
from mediation.parties.models import Party

_REGISTER = re.compile(r"(\d{4})-(\d{1,8})")


def bound_key(position: list[Any]) -> tuple[Any, Any]:
    """A cursor's (date, id) as bound values."""
    return bindparam("at", date.fromisoformat(position[0])), bindparam("after_id", position[1])


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


def index_case(case: Case, texts: Sequence[str | None]) -> None:
    """Store the search words of a case: names, numbers, plates, company names. Never a sealed value."""
    words = grams.index_words([case.number, case.case_no, case.title, *texts])
    db.session.execute(delete(CaseSearch).where(CaseSearch.case_id == case.id))
    value: Any = func.array_to_tsvector(cast(words, ARRAY(Text))) if _is_postgresql() else " ".join(words)
    db.session.execute(insert(CaseSearch).values(case_id=case.id, grams=value))


def _words_condition(query: str) -> ColumnElement[bool] | None:
    if _is_postgresql():
        wanted = grams.tsquery(query)
        return (
            None
            if wanted is None
            else Case.id.in_(select(CaseSearch.case_id).where(CaseSearch.grams.op("@@")(cast(wanted, TSQUERY))))
        )
    wanted = grams.fts5_query(query)
    if wanted is None:
        return None
    hits = text("SELECT rowid FROM case_search_fts WHERE case_search_fts MATCH :words").bindparams(words=wanted)
    return Case.id.in_(hits.columns(Case.id).scalar_subquery())


def _company_condition(query: str, committee_id: int) -> ColumnElement[bool] | None:
    """Cases against a company known under a nickname that is not part of its name."""
    named = (
        select(CompanyAlias.company_id)
        .join(Company, Company.id == CompanyAlias.company_id)
        .where(CompanyAlias.committee_id == committee_id, CompanyAlias.name.contains(query, autoescape=True))
    )
    ids = db.session.scalars(named.limit(50)).all()
    if not ids:
        return None
    return Case.id.in_(
        select(CaseCompany.case_id).where(
            or_(CaseCompany.level1_id.in_(ids), CaseCompany.level2_id.in_(ids), CaseCompany.level3_id.in_(ids))
        )
    )


def _party_condition(query: str, committee_id: int) -> ColumnElement[bool] | None:
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
    return Case.id.in_(select(Party.case_id).where(Party.committee_id == committee_id, match))


def _number_condition(query: str) -> ColumnElement[bool] | None:
    found = _REGISTER.fullmatch(query)
    if found:
        return Case.number == f"{found[1]}-{int(found[2]):06d}"
    if "〔" in query:
        return Case.case_no == query
    if query.isascii() and query.isdigit() and len(query) <= 6:
        return Case.number_seq == int(query)
    return None


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

    Each way of finding runs its own short query under the same conditions: an OR of them would lose every index.
    """
    query = query.strip()
    if not query or committee_id is None:
        return []
    ways = [
        way
        for way in (
            _number_condition(query),
            _party_condition(query, committee_id),
            _words_condition(query),
            _company_condition(query, committee_id),
        )
        if way is not None
    ]
    found: set[int] = set()
    for way in ways:
        statement = select(Case.id).where(*where, way)
        if start is not None:
            statement = statement.where(Case.id > start if backwards else Case.id < start)
        order = Case.id.asc() if backwards else Case.id.desc()
        found.update(db.session.scalars(statement.order_by(order).limit(limit)))
    return sorted(found, reverse=not backwards)[:limit]
