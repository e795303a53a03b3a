"""The file of a case made outside the request: one click, its progress, and the made file to fetch.

A row of the batches with ``what`` casefile; ``code`` is the part (open, internal), ``subjects`` holds the remark.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.attachments import service as attachments
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import queries as case_queries
from mediation.cases.models import Case
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, NotFound
from mediation.core.permissions import P, granted
from mediation.documents.batches.asking import CASE_FILE, RUNNING, WAITING
from mediation.documents.batches.claiming import Stopped, Task, own
from mediation.documents.casefile import making
from mediation.documents.models import PaperBatch

OPEN, INTERNAL = "open", "internal"
LONGEST_REMARK = 500
# How often what is done so far is written down: a write for each sheet would cost more than binding it.
_EVERY_SECONDS = 0.5


def ask(actor: Actor, *, case: Case, part: str, remark: str = "") -> PaperBatch:
    """Ask for the open or the internal file of a case; it is made within the minute, whoever is looking or not.

    Raises Forbidden as ``making.check`` does, Conflict when the same part is being made.
    """
    making.check(actor, is_internal=part == INTERNAL)
    under_way = select(PaperBatch.id).where(
        PaperBatch.case_id == case.id,
        PaperBatch.what == CASE_FILE,
        PaperBatch.code == part,
        PaperBatch.status.in_((WAITING, RUNNING)),
    )
    if db.session.scalar(under_way.limit(1)) is not None:
        raise Conflict(_("这份卷宗正在生成，请等它完成"))
    batch = PaperBatch(
        committee_id=case.committee_id,
        case_id=case.id,
        what=CASE_FILE,
        code=part,
        subjects=[{"remark": remark[:LONGEST_REMARK]}],
        total=1,
        asked_by=actor.user_id,
    )
    db.session.add(batch)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("paper_batch", batch.id), case_id=case.id)
    return batch


def of_case_for(actor: Actor, case: Case) -> Sequence[PaperBatch]:
    """The files that were asked for, newest first; internal ones only for those who may see notes. Raises Forbidden."""
    making.check(actor, is_internal=False)
    statement = select(PaperBatch).where(PaperBatch.case_id == case.id, PaperBatch.what == CASE_FILE)
    if not granted(actor, P.CASE_NOTE):
        statement = statement.where(PaperBatch.code != INTERNAL)
    return db.session.scalars(statement.order_by(PaperBatch.id.desc()).limit(10)).all()


def get_for(actor: Actor, case: Case, batch_id: int) -> PaperBatch:
    """One of them. Raises Forbidden, NotFound."""
    found = db.session.scalar(
        select(PaperBatch).where(PaperBatch.id == batch_id, PaperBatch.case_id == case.id, PaperBatch.what == CASE_FILE)
    )
    if found is None:
        raise NotFound()
    making.check(actor, is_internal=found.code == INTERNAL)
    return found


def work(task: Task, stop: Callable[[], bool]) -> None:
    """Make the file and keep it. Raises Stopped, claiming.Lost, DomainError."""
    told_at = 0.0

    def told(done: int, total: int) -> None:
        nonlocal told_at
        if stop():
            raise Stopped()
        if time.monotonic() - told_at >= _EVERY_SECONDS:
            with transaction():
                batch = own(task)
                batch.done, batch.total = done, total
            told_at = time.monotonic()

    with transaction():
        remark = str(own(task).subjects[0]["remark"])
    case = case_queries.get_by_id_for(task.actor, task.case_id)
    made = making.make(task.actor, case=case, is_internal=task.code == INTERNAL, remark=remark, told=told)
    with transaction():
        batch = own(task)
        kept = attachments.store(
            task.actor,
            committee_id=batch.committee_id,
            case_id=None,  # a copy: what it was bound of is in the case
            kind="print",
            filename=made.filename,
            content=made.content,
            is_internal=task.code == INTERNAL,
            largest=2 * making.MOST_BYTES,
        )
        batch.attachment_id, batch.done = kept.id, batch.total
