"""Who may make papers and who may read them (law.md 7.3)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, and_, cast, exists, false, or_, select

from mediation.cases import policy as case_policy
from mediation.cases.models import Case, CaseCompany
from mediation.committees.models import COMPANY_SIGNING, Committee
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import Forbidden
from mediation.core.permissions import P, granted
from mediation.documents.models import Document
from mediation.parties.models import Party

# Served on every party or signed by all of them; the application and the record of a meeting stay in the committee's file.
ADDRESSED_TO_PARTIES = frozenset({"D03", "D05", "D12", "D13", "D15", "D18", "D19"})
# Addressed to one party alone.
ADDRESSED_TO_ONE = frozenset({"D04", "D09"})


def may_make(actor: Actor) -> bool:
    """Whether the actor may see drafts, issue and void: a draft prints sealed data, which HR never sees in clear."""
    return granted(actor, P.DOCUMENT_MAKE) and (actor.is_system or not actor.has(Role.HR))


def check_maker(actor: Actor) -> None:
    """Raises Forbidden for whoever makes no papers."""
    if not may_make(actor):
        raise Forbidden()


def own_parties(actor: Actor, document: Document) -> frozenset[int]:
    """The parties of a paper's case for which a company's account may sign: those of its own tree, and none unless the
    committee has allowed it (setting ``company_signing``).
    """
    if not granted(actor, P.CASE_ANSWER) or not actor.has(Role.HR):
        return frozenset()
    if not db.session.get_one(Committee, document.committee_id).settings.get(COMPANY_SIGNING):
        return frozenset()
    levels = [getattr(CaseCompany, f"level{level}_id") == company_id for company_id, level in actor.company_levels]
    statement = select(Party.id).where(
        Party.committee_id == actor.committee_id,
        Party.case_id == document.case_id,
        CaseCompany.case_id == document.case_id,
        CaseCompany.company_id == Party.company_id,
        or_(false(), *levels),
    )
    return frozenset(db.session.scalars(statement))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The papers an actor may read: staff those of their cases, HR what was served on the parties of its cases."""
    if may_make(actor):
        ours: ColumnElement[bool] = Document.committee_id == actor.committee_id
    elif actor.has(Role.HR):
        ours = and_(
            Document.committee_id == actor.committee_id,
            or_(
                Document.code.in_(sorted(ADDRESSED_TO_PARTIES)),
                and_(Document.code.in_(sorted(ADDRESSED_TO_ONE)), _asks_a_company_of(actor)),
            ),
            Document.status == "issued",
        )
    else:
        return false()
    its_case = exists().where(Case.id == Document.case_id, case_policy.visible_to(actor))
    return and_(ours, its_case.correlate(Document))


def _asks_a_company_of(actor: Actor) -> ColumnElement[bool]:
    """Such a paper has one addressee, whose key is or ends its subject: here a company of the actor's tree."""
    levels = [getattr(CaseCompany, f"level{level}_id") == company_id for company_id, level in actor.company_levels]
    own = exists().where(
        Party.case_id == Document.case_id,
        or_(
            Document.subject == cast(Party.id, String),
            Document.subject.endswith("-" + cast(Party.id, String)),
        ),
        CaseCompany.case_id == Document.case_id,
        CaseCompany.company_id == Party.company_id,
        or_(false(), *levels),
    )
    return own.correlate(Document)
