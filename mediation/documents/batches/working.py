"""Make the papers that wait: one transaction for each, so that whatever is cut off loses nothing and leaves no gap.

A batch is claimed by a conditional update with a lease, which every paper renews; however many processes look, one works
a batch, and the others take it over where a process died in the middle of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select, update

from mediation.accounts import sessions
from mediation.accounts.models import User
from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.cases import queries as case_queries
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.documents import casefacts, queries, registry, service
from mediation.documents.batches.asking import DONE, FAILED, PAPERS, RUNNING, WAITING, Line, lines_of, settled
from mediation.documents.casefile.binding import Part, bind
from mediation.documents.models import Document, PaperBatch
from mediation.documents.typeset import fonts

LEASE = timedelta(minutes=5)
# One row in each table: the batch's own problem is short, those of its papers stand with them.
_MOST_WORDS = 300
log = logging.getLogger(__name__)


class _Lost(RuntimeError):
    """Another process has taken the batch over."""


@dataclass(frozen=True)
class _Task:
    """A claimed batch: plain values, so that no transaction is open between two papers."""

    id: int
    case_id: int
    code: str
    actor: Actor | None
    owner: str


def work_due(*, owner: str, stop: Callable[[], bool] = lambda: False) -> int:
    """Work every batch that waits or was left behind; returns how many were finished. ``owner`` is a name no other
    process has. Commits by itself, paper by paper.
    """
    finished = 0
    with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
        while not stop() and _is_due():
            task = _claim(owner)
            if task is None:
                break
            try:
                finished += _work(task, stop)
            except _Lost:
                log.info("batch %s: taken over", task.id)
    return finished


def _due(now: datetime) -> ColumnElement[bool]:
    left_behind = and_(PaperBatch.status == RUNNING, PaperBatch.claimed_until < now)
    return and_(PaperBatch.what == PAPERS, or_(PaperBatch.status == WAITING, left_behind))


def _is_due() -> bool:
    """Most of the time nothing waits, and there is no need to queue up for SQLite's one writer."""
    db.session.rollback()
    found = db.session.scalar(select(PaperBatch.id).where(_due(clock.now())).limit(1)) is not None
    db.session.rollback()
    return found


def _claim(owner: str) -> _Task | None:
    with transaction() as session:
        now = clock.now()
        chosen = select(PaperBatch.id).where(_due(now)).order_by(PaperBatch.id).limit(1)
        row = session.execute(
            update(PaperBatch)
            .where(PaperBatch.id == chosen.with_for_update(skip_locked=True).scalar_subquery())
            .values(status=RUNNING, claimed_by=owner, claimed_until=now + LEASE)
            .returning(PaperBatch.id, PaperBatch.case_id, PaperBatch.code, PaperBatch.asked_by)
        ).one_or_none()
        if row is None:
            return None
        asker = session.get(User, row.asked_by) if row.asked_by else None
        actor = sessions.actor_of(asker) if asker is not None and asker.is_active else None
        return _Task(row.id, row.case_id, row.code, actor, owner)


def _work(task: _Task, stop: Callable[[], bool]) -> int:
    """Make the papers that are not settled, then the file to print. Returns 1 when the batch is finished."""
    if task.actor is None:
        return _finish(task, FAILED, _("提出批量出具的账号已经停用"))
    try:
        for at in range(_count(task)):
            if stop():
                _give_back(task)
                return 0
            _make(task, at)
        _join(task)
    except _Lost:
        raise
    except Exception as error:
        # What nobody foresaw: the papers made so far stand, and the page says that the rest was not made.
        log.exception("batch %s: %s", task.id, type(error).__name__)
        return _finish(task, FAILED, _("制作中断，已出具的文书有效，其余请重新提出"))
    return _finish(task, DONE, None)


def _count(task: _Task) -> int:
    with transaction():
        return len(_own(task).subjects)


def _own(task: _Task) -> PaperBatch:
    """The batch, locked and its lease renewed. Raises _Lost."""
    batch = db.session.scalars(
        select(PaperBatch)
        .where(PaperBatch.id == task.id, PaperBatch.claimed_by == task.owner, PaperBatch.status == RUNNING)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if batch is None:
        raise _Lost()
    batch.claimed_until = clock.now() + LEASE
    return batch


def _make(task: _Task, at: int) -> None:
    """One paper and the note that it is made, or why not, in one transaction."""
    try:
        with transaction():
            batch = _own(task)
            line = lines_of(batch)[at]
            if line.is_settled:
                return
            document = _issue(task, line)
            settled(batch, at, document_id=document.id, number=document.number)
    except DomainError as refusal:
        with transaction():
            settled(_own(task), at, problem=str(refusal.message) or _("不能出具"))


def _issue(task: _Task, line: Line) -> Document:
    case = case_queries.get_by_id_for(task.actor, task.case_id)
    if made := queries.current(case.id, task.code, line.key):
        return made
    asks = registry.get(task.code).spec.asks
    facts = replace(casefacts.facts_of(case), subject=line.key) if asks else None
    typed = {ask.key: ask.propose(facts) for ask in asks}
    return service.issue(task.actor, case=case, code=task.code, subject=line.key or None, typed=typed)


def _join(task: _Task) -> None:
    """The file to print: every paper that was made, each as often as somebody gets it."""
    try:
        with transaction():
            batch = _own(task)
            made = [line for line in lines_of(batch) if line.document_id is not None]
            if not made:
                return
            number = case_queries.get_by_id_for(task.actor, task.case_id).number
            title = f"{number} {registry.get(task.code).spec.title}（{len(made)}份）"
            kept = attachments.store(
                task.actor,
                committee_id=batch.committee_id,
                case_id=None,  # a copy for the printer: the papers themselves are in the case
                kind="print",
                filename=f"{title}.pdf",
                content=bind(_parts(made), [], title, fonts.load(Path(current_app.config["INSTANCE"]) / "fonts")),
            )
            batch.attachment_id = kept.id
    except DomainError as refusal:
        with transaction():
            _own(task).problem = _("合并打印件没有做成：%(why)s", why=refusal.message)[:_MOST_WORDS]


def _parts(made: list[Line]) -> Iterator[Part]:
    for line in made:
        document = db.session.get_one(Document, line.document_id)
        content = attachments.read(db.session.get_one(Attachment, document.attachment_id))
        yield Part(f"{line.label} {line.number}".strip(), content, is_numbered=False)


def _finish(task: _Task, status: str, problem: str | None) -> int:
    with transaction():
        batch = _own(task)
        batch.status, batch.finished_at = status, clock.now()
        batch.problem = problem or batch.problem
        batch.claimed_by = batch.claimed_until = None
    return 1


def _give_back(task: _Task) -> None:
    """Stopped between two papers: the next process need not wait for the lease to end."""
    with transaction():
        batch = _own(task)
        batch.status, batch.claimed_by, batch.claimed_until = WAITING, None, None
