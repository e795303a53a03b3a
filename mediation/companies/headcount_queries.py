"""The only SELECTs on headcounts: how many couriers work for a company, since when, and who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from mediation.accounts.models import User
from mediation.companies.models import Company, CompanyAlias, CompanyHeadcount
from mediation.companies.policy import visible_to
from mediation.companies.queries import in_subtree, tree_for
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound


@dataclass(frozen=True)
class Entry:
    """One figure of a company's history, with the name of the person who wrote it down."""

    id: int
    from_on: date
    couriers: int
    source: str
    recorded_by: str | None


def history_of(company: Company) -> list[Entry]:
    """All figures of a company itself, the newest first."""
    statement = (
        select(
            CompanyHeadcount.id,
            CompanyHeadcount.from_on,
            CompanyHeadcount.couriers,
            CompanyHeadcount.source,
            User.name,
        )
        .outerjoin(User, User.id == CompanyHeadcount.recorded_by)
        .where(CompanyHeadcount.company_id == company.id)
        .order_by(CompanyHeadcount.from_on.desc())
    )
    return [Entry(*row) for row in db.session.execute(statement)]


def get_for(actor: Actor, entry_id: int) -> CompanyHeadcount:
    """A figure of a company the actor may see. Raises NotFound."""
    statement = select(CompanyHeadcount).join(Company, Company.id == CompanyHeadcount.company_id)
    found = db.session.scalar(statement.where(CompanyHeadcount.id == entry_id, visible_to(actor)))
    if found is None:
        raise NotFound()
    return found


def on_days(company_ids: Collection[int], days: Collection[date]) -> dict[tuple[int, date], CompanyHeadcount]:
    """(company, day) → the figure that was given for exactly this day."""
    statement = select(CompanyHeadcount).where(
        CompanyHeadcount.company_id.in_(company_ids), CompanyHeadcount.from_on.in_(days)
    )
    return {(row.company_id, row.from_on): row for row in db.session.scalars(statement)}


def whole_tree_for(actor: Actor, company: Company) -> Sequence[Company]:
    """The company and everything below it that the actor may see, in tree order, however many: a file may name each."""
    statement = select(Company).where(in_subtree(company), Company.merged_into_id.is_(None), visible_to(actor))
    return db.session.scalars(statement.order_by(Company.path)).all()


@dataclass(frozen=True)
class Place:
    """A company of a tree with the figure that counts on a day; None where there is none yet."""

    company: Company
    entry: CompanyHeadcount | None
    is_leaf: bool


def places_for(actor: Actor, company: Company, day: date) -> list[Place]:
    """The company and everything below it that the actor may see, in tree order, with the newest figure up to a day."""
    tree = tree_for(actor, company)
    newer = aliased(CompanyHeadcount)
    statement = select(CompanyHeadcount).where(
        CompanyHeadcount.company_id.in_(select(Company.id).where(in_subtree(company))),
        CompanyHeadcount.from_on <= day,
        ~select(newer.id)
        .where(
            newer.company_id == CompanyHeadcount.company_id,
            newer.from_on > CompanyHeadcount.from_on,
            newer.from_on <= day,
        )
        .exists(),
    )
    newest = {row.company_id: row for row in db.session.scalars(statement)}
    parents = {one.parent_id for one in tree}
    return [Place(one, newest.get(one.id), one.id not in parents) for one in tree]


@dataclass(frozen=True)
class Tree:
    """What the average of a period is made of: the companies that still stand, their parents and their figures.

    ``figures`` holds (from_on, couriers) per company, oldest first; a company without any is missing in it.
    """

    names: Mapping[int, str]
    parents: Mapping[int, int | None]
    figures: Mapping[int, Sequence[tuple[date, int]]]


def tree_of_figures(actor: Actor, company: Company | None, until: date) -> Tree:
    """The companies of a subtree (of all trees with None) that the actor may see, with their figures up to a day."""
    standing = [visible_to(actor), Company.merged_into_id.is_(None), Company.is_active]
    if company is not None:
        standing.append(in_subtree(company))
    counted = and_(
        CompanyHeadcount.company_id == Company.id,
        CompanyHeadcount.committee_id == actor.committee_id,
        CompanyHeadcount.from_on <= until,
    )
    statement = (
        select(Company.id, Company.name, Company.parent_id, CompanyHeadcount.from_on, CompanyHeadcount.couriers)
        .outerjoin(CompanyHeadcount, counted)
        .where(*standing)
        .order_by(Company.id, CompanyHeadcount.from_on)
    )
    names: dict[int, str] = {}
    parents: dict[int, int | None] = {}
    figures: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for company_id, name, parent_id, from_on, couriers in db.session.execute(statement):
        names[company_id], parents[company_id] = name, parent_id
        if from_on is not None:
            figures[company_id].append((from_on, couriers))
    return Tree(names, parents, dict(figures))


def named_in(actor: Actor, company: Company) -> dict[str, list[Company]]:
    """Every name that a company of a tree is known by (full, short, alias) → the companies of that name."""
    companies = {one.id: one for one in whole_tree_for(actor, company)}
    found: dict[str, dict[int, Company]] = defaultdict(dict)
    for one in companies.values():
        for name in (one.name, one.short_name):
            if name:
                found[name][one.id] = one
    aliases = (
        select(CompanyAlias.company_id, CompanyAlias.name)
        .join(Company, Company.id == CompanyAlias.company_id)
        .where(in_subtree(company))
    )
    for company_id, name in db.session.execute(aliases):
        if company_id in companies:
            found[name][company_id] = companies[company_id]
    return {name: list(ones.values()) for name, ones in found.items()}
