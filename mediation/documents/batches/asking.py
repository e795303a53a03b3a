"""Ask for many papers of one case at once: for whom, and what has become of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases.models import Case
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, NotFound
from mediation.documents import casefacts, policy, queries, registry
from mediation.documents.facts import CaseFacts
from mediation.documents.models import Document, PaperBatch
from mediation.documents.spec import SINGLY, FormSpec, Per
from mediation.documents.subjects import WHOLE, subjects

PAPERS, CASE_FILE = "papers", "casefile"
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


@dataclass(frozen=True)
class Recipient:
    """One paper of a batch: ``key`` is its subject, "" for a paper of the whole case, of which everybody gets a copy.

    ``mark`` tells the recipients of one form apart; ``document`` is the paper in force, if there is one.
    """

    mark: str
    key: str
    label: str
    document: Document | None


@dataclass(frozen=True)
class Line:
    """One paper of a batch as it stands: made (``document_id``, ``number``), refused (``problem``) or neither yet."""

    key: str
    label: str
    document_id: int | None = None
    number: str = ""
    problem: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more happens to it."""
        return self.document_id is not None or bool(self.problem)


def lines_of(batch: PaperBatch) -> list[Line]:
    """The papers of a batch in order."""
    return [Line(**one) for one in batch.subjects]


def recipients(case: Case, code: str) -> tuple[FormSpec, tuple[Recipient, ...]]:
    """The form and for whom it can be made in one go. Raises NotFound for an unknown form or one that is made singly."""
    if code not in registry.codes():
        raise NotFound()
    spec, facts = registry.get(code).spec, casefacts.facts_of(case)
    if spec.per in SINGLY:
        raise NotFound()
    return spec, _recipients(spec, facts, queries.in_force(case.id))


def _recipients(spec: FormSpec, facts: CaseFacts, made: dict[tuple[str, str], Document]) -> tuple[Recipient, ...]:
    known = subjects(spec, facts)
    if spec.per in (Per.CASE, Per.AGREEMENT) and known == (WHOLE,):
        paper = made.get((spec.code, ""))
        return tuple(Recipient(party.key, "", party.name, paper) for party in facts.parties)
    return tuple(Recipient(one.key, one.key, one.label, made.get((spec.code, one.key))) for one in known)


def offered(case: Case, facts: CaseFacts) -> tuple[FormSpec, ...]:
    """The forms of the case's stage of which more than one paper or copy is wanted."""
    fitting = [spec for spec in registry.fitting(facts) if spec.per not in SINGLY and not _is_inner(spec)]
    return tuple(spec for spec in fitting if len(_recipients(spec, facts, {})) > 1)


def _is_inner(spec: FormSpec) -> bool:
    """A paper that only the committee keeps: nobody is given a copy."""
    return spec.per is Per.CASE and spec.code not in policy.ADDRESSED_TO_PARTIES


def ask(actor: Actor, *, case: Case, code: str, marks: Collection[str]) -> PaperBatch:
    """Ask for the papers of some recipients; they are made within the minute, whoever is looking or not.

    Raises Forbidden, NotFound, Conflict when the form does not fit the case now or another batch of it is under way,
    DomainError at ``marks`` when nobody is chosen.
    """
    policy.check_maker(actor)
    spec, known = recipients(case, code)
    if not spec.applies(casefacts.facts_of(case)):
        raise Conflict(_("案件现在的阶段不能出具《%(title)s》", title=spec.title))
    chosen = [one for one in known if one.mark in marks]
    if not chosen or len(chosen) != len(set(marks)):
        raise DomainError(_("请选择要出具的对象"), field="marks")
    under_way = select(PaperBatch.id).where(
        PaperBatch.case_id == case.id, PaperBatch.code == code, PaperBatch.status.in_((WAITING, RUNNING))
    )
    if db.session.scalar(under_way.limit(1)) is not None:
        raise Conflict(_("这种文书正在批量出具，请等它完成"))
    batch = PaperBatch(
        committee_id=case.committee_id,
        case_id=case.id,
        what=PAPERS,
        code=code,
        subjects=[as_row(Line(one.key, one.label)) for one in chosen],
        total=len(chosen),
        asked_by=actor.user_id,
    )
    db.session.add(batch)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("paper_batch", batch.id), case_id=case.id)
    return batch


def as_row(line: Line) -> dict[str, Any]:
    """A line as it is stored."""
    return {name: getattr(line, name) for name in ("key", "label", "document_id", "number", "problem")}


def settled(batch: PaperBatch, at: int, **values: Any) -> None:
    """Note what became of the paper at a place."""
    rows = list(batch.subjects)
    rows[at] = as_row(replace(Line(**rows[at]), **values))
    batch.subjects = rows
    batch.done = sum(Line(**one).is_settled for one in rows)


def of_case_for(actor: Actor, case: Case) -> Sequence[PaperBatch]:
    """The batches of a case, newest first, for those who make papers."""
    if not policy.may_make(actor):
        return []
    statement = select(PaperBatch).where(PaperBatch.case_id == case.id, PaperBatch.what == PAPERS)
    return db.session.scalars(statement.order_by(PaperBatch.id.desc()).limit(20)).all()


def get_for(actor: Actor, case: Case, batch_id: int) -> PaperBatch:
    """One batch of a case. Raises Forbidden, NotFound."""
    policy.check_maker(actor)
    found = db.session.scalar(
        select(PaperBatch).where(PaperBatch.id == batch_id, PaperBatch.case_id == case.id, PaperBatch.what == PAPERS)
    )
    if found is None:
        raise NotFound()
    return found
