"""Recommendations with their history, files, cases and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select

from mediation.accounts.models import User, UserCompany, UserRole
from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.models import AuditRow
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.core.web.pages import PAGE_SIZE, Page, decode_cursor, keyset_page
from mediation.parties.models import Party
from mediation.recommendations.lifecycle import FOR_THE_COMPANY, Status
from mediation.recommendations.models import (
    Recommendation,
    RecommendationCase,
    RecommendationEntry,
    RecommendationFile,
)
from mediation.recommendations.policy import is_company_side, visible_to
from mediation.statistics.models import Signal

# A company may open what it sent in; the receipt of service and notes of a visit stay in the committee's file.
FILES_FOR_THE_COMPANY = frozenset({"answered", "measure"})
UNANSWERED = Recommendation.status == Status.SENT.value
FOLLOWED = Recommendation.status.in_((Status.SENT.value, Status.ANSWERED.value))


@dataclass(frozen=True)
class Wanted:
    """What the list shows. ``late``: the reply day has passed without an answer."""

    status: Status | None = None
    company: int | None = None
    late: bool = False


def get_for(actor: Actor, recommendation_id: int, *, lock: bool = False) -> Recommendation:
    """One recommendation the actor may see. Raises NotFound."""
    statement = select(Recommendation).where(Recommendation.id == recommendation_id, visible_to(actor))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


def list_for(
    actor: Actor, wanted: Wanted, *, after: str | None = None, before: str | None = None
) -> Page[Row[tuple[Recommendation, str]]]:
    """One page of (recommendation, company's name), newest first."""
    key = decode_cursor(after or before)
    position = key[0] if key and isinstance(key[0], int) else None
    backwards = bool(position is not None and before and not after)
    statement = listed(actor, wanted)
    if position is not None:
        statement = statement.where(Recommendation.id > position if backwards else Recommendation.id < position)
    order = Recommendation.id.asc() if backwards else Recommendation.id.desc()
    fetched = db.session.execute(statement.order_by(order).limit(PAGE_SIZE + 1)).all()
    return keyset_page(fetched, lambda row: (row[0].id,), backwards=backwards, started=position is not None)


def counts_for(actor: Actor) -> dict[str, int]:
    """How many of each status the actor sees, and under ``late`` those without an answer after their reply day."""
    rows = db.session.execute(
        select(Recommendation.status, func.count()).where(visible_to(actor)).group_by(Recommendation.status)
    )
    late = select(func.count()).select_from(Recommendation).where(visible_to(actor), UNANSWERED, _is_late())
    return {**dict(rows.all()), "late": db.session.scalar(late) or 0}


def of_company(actor: Actor, company: Company, *, limit: int = 20) -> Sequence[Row[tuple[Recommendation, str]]]:
    """(recommendation, company's name) of a company's tree, newest first."""
    statement = listed(actor, Wanted(company=company.id)).order_by(Recommendation.id.desc())
    return db.session.execute(statement.limit(limit)).all()


def _is_late() -> ColumnElement[bool]:
    return Recommendation.answer_by < clock.today()


def listed(actor: Actor, wanted: Wanted) -> Select:
    """(recommendation, company's name) of what the actor sees and wants, without an order."""
    statement = select(Recommendation, Company.name).join(Company, Company.id == Recommendation.company_id)
    statement = statement.where(visible_to(actor))
    if wanted.status is not None:
        statement = statement.where(Recommendation.status == wanted.status.value)
    if wanted.late:
        statement = statement.where(UNANSWERED, _is_late())
    if wanted.company is not None:
        levels = (Company.level1_id, Company.level2_id, Company.level3_id)
        statement = statement.where(or_(*(column == wanted.company for column in levels)))
    return statement


def entries_for(actor: Actor, recommendation: Recommendation) -> Sequence[RecommendationEntry]:
    """Its history, oldest first: all of it for the committee, for the company what concerns it."""
    statement = select(RecommendationEntry).where(RecommendationEntry.recommendation_id == recommendation.id)
    if is_company_side(actor):
        statement = statement.where(RecommendationEntry.kind.in_(FOR_THE_COMPANY))
    return db.session.scalars(statement.order_by(RecommendationEntry.id)).all()


def files_for(actor: Actor, recommendation: Recommendation) -> dict[int, list[tuple[int, Attachment]]]:
    """Entry id → its (file id, file) that the actor may open, in order."""
    statement = (
        select(RecommendationFile.entry_id, RecommendationFile.id, Attachment)
        .join(Attachment, Attachment.id == RecommendationFile.attachment_id)
        .where(RecommendationFile.recommendation_id == recommendation.id, *_open_to(actor))
    )
    found: dict[int, list[tuple[int, Attachment]]] = {}
    for entry_id, file_id, attachment in db.session.execute(statement.order_by(RecommendationFile.id)):
        found.setdefault(entry_id, []).append((file_id, attachment))
    return found


def file_for(actor: Actor, recommendation: Recommendation, file_id: int) -> Attachment:
    """One of its files. Raises NotFound when it is another's, or not for the actor."""
    statement = (
        select(Attachment)
        .join(RecommendationFile, RecommendationFile.attachment_id == Attachment.id)
        .where(
            RecommendationFile.id == file_id,
            RecommendationFile.recommendation_id == recommendation.id,
            *_open_to(actor),
        )
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


def _open_to(actor: Actor) -> list[ColumnElement[bool]]:
    if not is_company_side(actor):
        return []
    of_these = exists().where(
        RecommendationEntry.id == RecommendationFile.entry_id, RecommendationEntry.kind.in_(FILES_FOR_THE_COMPANY)
    )
    return [of_these]


def case_ids_of(recommendation: Recommendation) -> list[int]:
    """The cases it rests on."""
    statement = select(RecommendationCase.case_id).where(RecommendationCase.recommendation_id == recommendation.id)
    return list(db.session.scalars(statement.order_by(RecommendationCase.case_id)))


def author_of(recommendation: Recommendation) -> int | None:
    """Who wrote its text last."""
    statement = select(RecommendationEntry.actor_id).where(
        RecommendationEntry.recommendation_id == recommendation.id,
        RecommendationEntry.kind.in_(("drafted", "changed")),
    )
    return db.session.scalars(statement.order_by(RecommendationEntry.id.desc()).limit(1)).first()


def signal_of(actor: Actor, signal_id: int) -> Signal:
    """A signal of the actor's committee. Raises NotFound."""
    found = db.session.scalar(select(Signal).where(Signal.id == signal_id, Signal.committee_id == actor.committee_id))
    if found is None:
        raise NotFound()
    return found


def open_signals(actor: Actor, *, limit: int = 5) -> Sequence[Row[tuple[Signal, str]]]:
    """(signal, company's name) of those that nobody has set aside or taken up yet, the newest first."""
    statement = (
        select(Signal, Company.name)
        .join(Company, Company.id == Signal.company_id)
        .where(Signal.committee_id == actor.committee_id, Signal.status.in_(("new", "seen")))
    )
    return db.session.execute(statement.order_by(Signal.id.desc()).limit(limit)).all()


def people_of(committee_id: int, case_ids: Sequence[int]) -> list[str]:
    """The names of all persons (not companies) who are parties of some cases, each once."""
    statement = select(Party.name).where(
        Party.committee_id == committee_id, Party.case_id.in_(case_ids), Party.kind == "person"
    )
    return sorted(set(db.session.scalars(statement)))


def committee_people(committee_id: int) -> list[int]:
    """The active accounts of the committee itself: who can draft and review."""
    statement = select(User.id).where(
        User.committee_id == committee_id,
        User.is_active,
        User.roles.any(UserRole.role == Role.COMMITTEE.value),
    )
    return list(db.session.scalars(statement.order_by(User.id)))


def company_people(company: Company) -> list[int]:
    """The active HR accounts that answer for a company: for itself, or for what stands above it."""
    above = [int(part) for part in company.path.split("/") if part] or [company.id]
    statement = (
        select(User.id)
        .join(UserCompany, UserCompany.user_id == User.id)
        .where(
            User.committee_id == company.committee_id,
            User.is_active,
            UserCompany.company_id.in_(above),
            User.roles.any(UserRole.role == Role.HR.value),
        )
        .distinct()
    )
    return list(db.session.scalars(statement.order_by(User.id)))


def openings_of(recommendation: Recommendation) -> Sequence[Row[tuple[str, datetime]]]:
    """(name, when first) of the company's people who opened the letter, the earliest first."""
    first = func.min(AuditRow.at)
    statement = (
        select(AuditRow.actor_name, first)
        .where(
            AuditRow.subject_kind == Recommendation.__tablename__,
            AuditRow.subject_id == recommendation.id,
            AuditRow.event == AuditEvent.RECOMMENDATION_OPENED.value,
        )
        .group_by(AuditRow.actor_id, AuditRow.actor_name)
    )
    return db.session.execute(statement.order_by(first)).all()


def followed_for(actor: Actor) -> Sequence[Row]:
    """Served letters that wait for an answer, for measures or for a visit, as far as the actor sees them.

    Rows of (Recommendation, company, level1_id, level2_id, level3_id), the earliest first.
    """
    statement = (
        select(Recommendation, Company.name.label("company"), Company.level1_id, Company.level2_id, Company.level3_id)
        .join(Company, Company.id == Recommendation.company_id)
        .where(visible_to(actor), FOLLOWED)
    )
    return db.session.execute(statement.order_by(Recommendation.id)).all()


def histories_for(actor: Actor) -> dict[int, list[RecommendationEntry]]:
    """Recommendation id → answers, measures and visits, oldest first, of what :func:`followed_for` gives."""
    followed = select(Recommendation.id).where(visible_to(actor), FOLLOWED)
    statement = select(RecommendationEntry).where(
        RecommendationEntry.recommendation_id.in_(followed),
        RecommendationEntry.kind.in_(("answered", "measure", "visited")),
    )
    found: dict[int, list[RecommendationEntry]] = {}
    for entry in db.session.scalars(statement.order_by(RecommendationEntry.id)):
        found.setdefault(entry.recommendation_id, []).append(entry)
    return found


def is_issued_file(proof: str, sha256: str) -> bool | None:
    """Whether a file is the letter with this code as issued or as sealed; None when no such letter is stored here.

    For the command line of the deployment alone, as ``documents.queries.is_issued_file``.
    """
    row = db.session.execute(
        select(Recommendation.sha256, Recommendation.sealed_sha256).where(Recommendation.proof == proof)
    ).first()
    return None if row is None else sha256 in (row.sha256, row.sealed_sha256)
