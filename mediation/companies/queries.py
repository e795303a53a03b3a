"""The only SELECTs on companies: the tree, the type-ahead, the clients of law firms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, case, column, func, or_, select, table, tuple_
from sqlalchemy.orm import aliased

from mediation.companies import credit_code, names
from mediation.companies.models import Company, CompanyAlias, CompanyMerge, FirmClient
from mediation.companies.policy import LEVEL_COLUMNS, sees_whole_committee, visible_to
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.core.web.pages import PAGE_SIZE, Page, decode_cursor, keyset_page

SEPARATOR = " › "
MOST_IN_TREE = 500
_EXACT, _PREFIX, _SUBSTRING = 1, 2, 3
# Offices belong to a feature above this one; all that is needed here is their name.
_OFFICE = table("office", column("id"), column("committee_id"), column("name"), column("kind"), column("is_active"))


def get_for(actor: Actor, company_id: int) -> Company:
    """A company the actor may see, a merged one included. Raises NotFound."""
    found = db.session.scalar(select(Company).where(Company.id == company_id, visible_to(actor)))
    if found is None:
        raise NotFound()
    return found


def many_for(actor: Actor, company_ids: Iterable[int]) -> list[Company]:
    """Those of the companies that the actor may see."""
    wanted = list(company_ids)
    statement = select(Company).where(Company.id.in_(wanted), visible_to(actor)).order_by(Company.id)
    return list(db.session.scalars(statement)) if wanted else []


def survivor_of(company: Company) -> Company:
    """The company itself, or the one it was merged into. Merges never chain: all point to the last survivor."""
    return company if company.merged_into_id is None else db.session.get_one(Company, company.merged_into_id)


def search_for(actor: Actor, text: str | None, *, limit: int = 10) -> list[Company]:
    """Companies whose name, short name, alias or credit code holds the text: exact ones first, then beginnings.

    The names of merged companies lead to the survivor. Empty for an empty text.
    """
    wanted = names.normalise(text).lower()
    if not wanted:
        return []
    code = (credit_code.normalise(text) or "").lower()
    terms = [(Company.name, wanted), (Company.short_name, wanted), (CompanyAlias.name, wanted)]
    if code:
        terms.append((Company.uscc, code))
    hits = [_hits(actor, term, typed) for term, typed in terms]
    found = hits[0].union_all(*hits[1:]).subquery()
    best = select(found.c.id, func.min(found.c.rank).label("rank")).group_by(found.c.id).subquery()
    statement = (
        select(Company)
        .join(best, best.c.id == Company.id)
        .where(visible_to(actor))
        .order_by(best.c.rank, Company.is_active.desc(), func.length(Company.name), Company.name, Company.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def _hits(actor: Actor, term: ColumnElement[str], text: str) -> Select:
    lowered = func.lower(term)
    plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rank = case((lowered == text, _EXACT), (lowered.like(f"{plain}%", escape="\\"), _PREFIX), else_=_SUBSTRING)
    statement = select(func.coalesce(Company.merged_into_id, Company.id).label("id"), rank.label("rank"))
    if term is CompanyAlias.name:
        statement = statement.join(CompanyAlias, CompanyAlias.company_id == Company.id)
    return statement.where(Company.committee_id == actor.committee_id, lowered.like(f"%{plain}%", escape="\\"))


def by_exact_name(committee_id: int, name: str) -> Company | None:
    """The surviving company of exactly this name, else short name, else alias; None for none.

    Of several the active, the verified, the oldest. ``name`` as :func:`names.normalise` gives it.
    """
    alias = select(CompanyAlias.company_id).where(CompanyAlias.committee_id == committee_id, CompanyAlias.name == name)
    for condition in (Company.name == name, Company.short_name == name, Company.id.in_(alias)):
        found = db.session.scalar(
            select(Company)
            .where(Company.committee_id == committee_id, condition)
            .order_by(
                Company.merged_into_id.isnot(None), Company.is_active.desc(), Company.is_verified.desc(), Company.id
            )
            .limit(1)
        )
        if found is not None:
            return survivor_of(found)
    return None


def known_names(committee_id: int, wanted: Iterable[str]) -> set[str]:
    """Those of some names that are exactly the name, short name or alias of a company."""
    texts = sorted(set(wanted))
    found: set[str] = set()
    for start in range(0, len(texts), 500):
        part = texts[start : start + 500]
        for name_of in (Company.name, Company.short_name, CompanyAlias.name):
            owner = CompanyAlias if name_of is CompanyAlias.name else Company
            statement = select(name_of).where(owner.committee_id == committee_id, name_of.in_(part))
            found.update(db.session.scalars(statement))
    return found


def by_credit_code(committee_id: int, code: str) -> Company | None:
    """The company that holds a normalised credit code, merged or not."""
    return db.session.scalar(select(Company).where(Company.committee_id == committee_id, Company.uscc == code))


def _ids_above(company: Company) -> list[int]:
    return [int(part) for part in company.path.split("/") if part][:-1]


def ancestors(company: Company) -> list[Company]:
    """Headquarters first, the direct parent last; empty for a headquarters."""
    ids = _ids_above(company)
    found = {row.id: row for row in db.session.scalars(select(Company).where(Company.id.in_(ids)))} if ids else {}
    return [found[key] for key in ids if key in found]


def ancestors_for(actor: Actor, company: Company) -> list[Company]:
    """Those of the ancestors that the actor may see: regional HR has no page of the headquarters."""
    above = _ids_above(company)
    return sorted(many_for(actor, above), key=lambda row: above.index(row.id))


def path_texts(companies: Sequence[Company]) -> dict[int, str]:
    """Company id → "headquarters › region" above it (empty for a headquarters), with one SELECT for all."""
    above = {company.id: _ids_above(company) for company in companies}
    wanted = {key for keys in above.values() for key in keys}
    statement = select(Company.id, Company.short_name, Company.name).where(Company.id.in_(wanted))
    rows = db.session.execute(statement).all() if wanted else ()
    shown = {row.id: row.short_name or row.name for row in rows}
    return {key: SEPARATOR.join(shown[part] for part in keys if part in shown) for key, keys in above.items()}


def in_subtree(company: Company) -> ColumnElement[bool]:
    """Condition: the company and everything below it."""
    return LEVEL_COLUMNS[company.level] == company.id


def tree_for(actor: Actor, company: Company) -> list[Company]:
    """The company and everything below it that the actor may see, in tree order, at most ``MOST_IN_TREE``."""
    statement = select(Company).where(in_subtree(company), Company.merged_into_id.is_(None), visible_to(actor))
    return list(db.session.scalars(statement.order_by(Company.path).limit(MOST_IN_TREE)))


def tops_for(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page[Company]:
    """One page of the tops of the trees an actor sees, by name: headquarters, or an HR officer's own companies."""
    if sees_whole_committee(actor):
        top = Company.parent_id.is_(None)
    else:
        top = Company.id.in_([company_id for company_id, _level in actor.company_levels])
    return _page(select(Company).where(top, Company.merged_into_id.is_(None), visible_to(actor)), after, before)


def children_for(
    actor: Actor, company: Company, *, after: str | None = None, before: str | None = None
) -> Page[Company]:
    """One page of the companies directly below, by name."""
    below = (Company.parent_id == company.id) & Company.merged_into_id.is_(None)
    return _page(select(Company).where(below, visible_to(actor)), after, before)


def unverified_for(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page[Company]:
    """One page of the companies named at intake that nobody has checked yet, by name."""
    open_ones = Company.is_verified.is_(False) & Company.merged_into_id.is_(None)
    return _page(select(Company).where(open_ones, visible_to(actor)), after, before)


def _page(statement: Select[tuple[Company]], after: str | None, before: str | None) -> Page[Company]:
    key = decode_cursor(after or before)
    if key is not None and [type(part) for part in key] != [str, int]:
        key = None
    backwards = bool(key and before and not after)
    position = tuple_(Company.name, Company.id)
    if key:
        statement = statement.where(position < tuple_(*key) if backwards else position > tuple_(*key))
    order = (Company.name.desc(), Company.id.desc()) if backwards else (Company.name, Company.id)
    fetched = list(db.session.scalars(statement.order_by(*order).limit(PAGE_SIZE + 1)))
    return keyset_page(fetched, lambda row: (row.name, row.id), backwards=backwards, started=bool(key), size=PAGE_SIZE)


def child_counts(company_ids: Iterable[int]) -> dict[int, int]:
    """Company id → how many companies stand directly below it (absent for none)."""
    statement = (
        select(Company.parent_id, func.count())
        .where(Company.parent_id.in_(list(company_ids)), Company.merged_into_id.is_(None))
        .group_by(Company.parent_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def aliases_of(company: Company) -> list[CompanyAlias]:
    """The other names of a company."""
    statement = select(CompanyAlias).where(CompanyAlias.company_id == company.id)
    return list(db.session.scalars(statement.order_by(CompanyAlias.name)))


def get_alias(company: Company, alias_id: int) -> CompanyAlias:
    """One alias of a company. Raises NotFound."""
    found = db.session.scalar(
        select(CompanyAlias).where(CompanyAlias.id == alias_id, CompanyAlias.company_id == company.id)
    )
    if found is None:
        raise NotFound()
    return found


def merges_into(company: Company) -> list[tuple[CompanyMerge, Company]]:
    """The merges into a company that stand, newest first, each with the merged company."""
    statement = (
        select(CompanyMerge, Company)
        .join(Company, Company.id == CompanyMerge.source_id)
        .where(CompanyMerge.target_id == company.id, CompanyMerge.undone_at.is_(None))
        .order_by(CompanyMerge.id.desc())
    )
    return [tuple(row) for row in db.session.execute(statement)]


def get_merge_for(actor: Actor, merge_id: int) -> CompanyMerge:
    """A merge whose survivor the actor may see. Raises NotFound."""
    found = db.session.scalar(
        select(CompanyMerge)
        .join(Company, Company.id == CompanyMerge.target_id)
        .where(CompanyMerge.id == merge_id, visible_to(actor))
    )
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True)
class ClientLine:
    """A firm's client with the names a page shows."""

    client: FirmClient
    company: Company
    office_name: str


def _client_lines(condition: ColumnElement[bool]) -> list[ClientLine]:
    statement = (
        select(FirmClient, Company, _OFFICE.c.name)
        .join(Company, Company.id == FirmClient.company_id)
        .join(_OFFICE, _OFFICE.c.id == FirmClient.office_id)
        .where(condition)
        .order_by(FirmClient.to_on.isnot(None), _OFFICE.c.name, Company.name, FirmClient.id)
        .limit(MOST_IN_TREE)
    )
    return [ClientLine(*row) for row in db.session.execute(statement)]


def clients_for(actor: Actor) -> list[ClientLine]:
    """The declared clients the actor may see: of the whole committee, or of the actor's own office only."""
    return _client_lines(_clients_visible_to(actor))


def clients_of_tree_for(actor: Actor, company: Company) -> list[ClientLine]:
    """Those that concern the tree a company belongs to."""
    related = select(Company.id).where(Company.level1_id == company.level1_id)
    return _client_lines(_clients_visible_to(actor) & FirmClient.company_id.in_(related))


def get_client_for(actor: Actor, client_id: int) -> FirmClient:
    """A declared client. Raises NotFound for another office's."""
    found = db.session.scalar(select(FirmClient).where(FirmClient.id == client_id, _clients_visible_to(actor)))
    if found is None:
        raise NotFound()
    return found


def _clients_visible_to(actor: Actor) -> ColumnElement[bool]:
    ours = FirmClient.committee_id == actor.committee_id
    if actor.is_system or actor.has(Role.COMMITTEE):
        return ours
    return ours & (FirmClient.office_id == (actor.office_id or 0))


def law_firms(committee_id: int) -> list[tuple[int, str]]:
    """(id, name) of the committee's active law firms."""
    statement = (
        select(_OFFICE.c.id, _OFFICE.c.name)
        .where(_OFFICE.c.committee_id == committee_id, _OFFICE.c.kind == "law_firm", _OFFICE.c.is_active)
        .order_by(_OFFICE.c.name)
    )
    return [(row.id, row.name) for row in db.session.execute(statement)]


def conflicts_for(office_id: int | None, company_ids: Iterable[int], on: date) -> list[FirmClient]:
    """The office's clients on a day that belong to the tree of one of the companies (law.md 7.4).

    The whole tree counts: headquarters, regions, outlets and franchises of one headquarters are related. Empty for
    an office without clients there, and for no office.
    """
    if office_id is None:
        return []
    named, survivor = aliased(Company), aliased(Company)
    trees = (
        select(survivor.level1_id)
        .select_from(named)
        .join(survivor, survivor.id == func.coalesce(named.merged_into_id, named.id))
        .where(named.id.in_(list(company_ids)))
    )
    statement = (
        select(FirmClient)
        .join(Company, Company.id == FirmClient.company_id)
        .where(
            FirmClient.office_id == office_id,
            FirmClient.from_on <= on,
            or_(FirmClient.to_on.is_(None), FirmClient.to_on >= on),
            Company.level1_id.in_(trees),
        )
        .order_by(FirmClient.id)
    )
    return list(db.session.scalars(statement))


def is_client(office_id: int, company_id: int, relation: str, from_on: date, to_on: date | None) -> bool:
    """Whether the same relation is declared already for a time that overlaps this one."""
    statement = select(FirmClient.id).where(
        FirmClient.office_id == office_id,
        FirmClient.company_id == company_id,
        FirmClient.relation == relation,
        or_(FirmClient.to_on.is_(None), FirmClient.to_on >= from_on),
    )
    if to_on is not None:
        statement = statement.where(FirmClient.from_on <= to_on)
    return db.session.scalar(statement.limit(1)) is not None
