"""Make what waits: papers one transaction for each, so that whatever is cut off loses nothing and leaves no gap; case
files as a whole, begun anew where they were cut off.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.cases import queries as case_queries
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.documents import casefacts, queries, registry, service
from mediation.documents.batches import filing
from mediation.documents.batches.asking import CASE_FILE, DONE, FAILED, PAPERS, Line, lines_of, settled
from mediation.documents.batches.claiming import Lost, Stopped, Task, claim, finish, give_back, is_due, own
from mediation.documents.casefile.binding import Part, bind
from mediation.documents.models import Document
from mediation.documents.typeset import fonts

# One row in each table: the batch's own problem is short, those of its papers stand with them.
MOST_WORDS = 300
Stop = Callable[[], bool]
log = logging.getLogger(__name__)


def work_due(*, owner: str, stop: Stop = lambda: False) -> int:
    """Work everything that waits or was left behind; returns how many batches were finished. ``owner`` is a name no
    other process has. Commits by itself, step by step.
    """
    finished = 0
    with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
        while not stop() and is_due():
            task = claim(owner)
            if task is None:
                break
            try:
                finished += _work(task, stop)
            except Lost:
                log.info("batch %s: taken over", task.id)
    return finished


def _work(task: Task, stop: Stop) -> int:
    """Do the work. Returns 1 when the batch is finished, whether well or not."""
    status, problem = FAILED, None
    try:
        if task.actor is None:
            problem = _("提出批量出具的账号已经停用")
        else:
            _WORKS[task.what](task, stop)
            status = DONE
    except Stopped:
        give_back(task)
        return 0
    except Lost:
        raise
    except DomainError as refusal:
        problem = str(refusal.message)[:MOST_WORDS]
    except Exception as error:
        # What nobody foresaw: what was made so far stands, and the page says that the rest was not made.
        log.exception("batch %s: %s", task.id, type(error).__name__)
        problem = _("制作中断，已出具的文书有效，其余请重新提出")
    finish(task, status, problem)
    return 1


def _papers(task: Task, stop: Stop) -> None:
    """Make the papers that are not settled, then the file to print."""
    for at in range(_count(task)):
        if stop():
            raise Stopped()
        _make(task, at)
    _join(task)


def _count(task: Task) -> int:
    with transaction():
        return len(own(task).subjects)


def _make(task: Task, at: int) -> None:
    """One paper and the note that it is made, or why not, in one transaction."""
    try:
        with transaction():
            batch = own(task)
            line = lines_of(batch)[at]
            if line.is_settled:
                return
            document = _issue(task, line)
            settled(batch, at, document_id=document.id, number=document.number)
    except DomainError as refusal:
        with transaction():
            settled(own(task), at, problem=str(refusal.message) or _("不能出具"))


def _issue(task: Task, line: Line) -> Document:
    case = case_queries.get_by_id_for(task.actor, task.case_id)
    if made := queries.current(case.id, task.code, line.key):
        return made
    asks = registry.get(task.code).spec.asks
    facts = replace(casefacts.facts_of(case), subject=line.key) if asks else None
    typed = {ask.key: ask.propose(facts) for ask in asks}
    return service.issue(task.actor, case=case, code=task.code, subject=line.key or None, typed=typed)


def _join(task: Task) -> None:
    """The file to print: every paper that was made, each as often as somebody gets it."""
    try:
        with transaction():
            batch = own(task)
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
            own(task).problem = _("合并打印件没有做成：%(why)s", why=refusal.message)[:MOST_WORDS]


def _parts(made: list[Line]) -> Iterator[Part]:
    for line in made:
        document = db.session.get_one(Document, line.document_id)
        content = attachments.read(db.session.get_one(Attachment, document.attachment_id))
        yield Part(f"{line.label} {line.number}".strip(), content, is_numbered=False)


_WORKS: dict[str, Callable[[Task, Stop], None]] = {PAPERS: _papers, CASE_FILE: filing.work}
