"""How every act on a recommendation is done: ask the table, set the status, write the history, leave a trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.core.permissions import P, granted
from mediation.recommendations import lifecycle, proposals, queries
from mediation.recommendations.labels import BLOCKERS
from mediation.recommendations.lifecycle import Event, Facts, Status
from mediation.recommendations.models import Recommendation, RecommendationEntry, RecommendationFile
from mediation.recommendations.policy import is_company_side, may_answer

Upload = tuple[str, bytes]
WRITING = ("drafted", "changed")
MOST_FILES = 20


def permissions_of(actor: Actor) -> frozenset[str]:
    """What the table asks for: the committee manages, the company answers, and neither does the other's part."""
    held = {lifecycle.MANAGE} if granted(actor, P.RECOMMENDATION_MANAGE) and not is_company_side(actor) else set()
    return frozenset(held | ({lifecycle.ANSWER} if may_answer(actor) else set()))


def facts_of(actor: Actor, recommendation: Recommendation) -> Facts:
    """How it stands for an actor."""
    others = set(queries.committee_people(recommendation.committee_id)) - {actor.user_id}
    texts = (recommendation.title, recommendation.problem, recommendation.rules, recommendation.advice)
    return Facts(
        status=Status(recommendation.status),
        is_complete=recommendation.answer_by is not None and not proposals.is_open(texts),
        is_issued=recommendation.number is not None,
        is_sealed=recommendation.sealed_attachment_id is not None,
        is_author=actor.user_id is not None and queries.author_of(recommendation) == actor.user_id,
        is_alone=not others,
        is_late=is_late(recommendation),
    )


def is_late(recommendation: Recommendation, on: date | None = None) -> bool:
    """Whether the reply day has passed without an answer."""
    unanswered = recommendation.status == Status.SENT.value
    return unanswered and recommendation.answer_by is not None and recommendation.answer_by < (on or clock.today())


def advance(
    actor: Actor,
    recommendation: Recommendation,
    event: Event,
    *,
    on: date | None = None,
    text: str | None = None,
    kind: str | None = None,
    files: Iterable[Upload] = (),
    **data: Any,
) -> RecommendationEntry:
    """Do what the table allows and write it into the history. Raises Forbidden, Conflict with what stands against it."""
    row, against = lifecycle.find(event, facts_of(actor, recommendation), permissions_of(actor))
    if row is None:
        if "not_permitted" in against:
            raise Forbidden()
        raise Conflict(BLOCKERS[against[0]])
    before = recommendation.status
    if row.to_status is not None:
        recommendation.status = row.to_status.value
    entry = write(actor, recommendation, kind or event.value, on=on, text=text, files=files, **data)
    record(
        actor,
        AuditEvent.RECOMMENDATION_STEP,
        subject=(Recommendation.__tablename__, recommendation.id),
        step=entry.kind,
        from_state=before,
        to_state=recommendation.status,
    )
    return entry


def opened(actor: Actor, recommendation: Recommendation) -> None:
    """Keep that somebody of the company has opened the letter; a look of the committee's is none."""
    if is_company_side(actor):
        record(actor, AuditEvent.RECOMMENDATION_OPENED, subject=(Recommendation.__tablename__, recommendation.id))


def write(
    actor: Actor,
    recommendation: Recommendation,
    kind: str,
    *,
    on: date | None = None,
    text: str | None = None,
    files: Iterable[Upload] = (),
    **data: Any,
) -> RecommendationEntry:
    """A line of the history, with its files. Nothing of it is ever changed."""
    entry = RecommendationEntry(
        committee_id=recommendation.committee_id,
        recommendation_id=recommendation.id,
        kind=kind,
        happened_on=on or clock.today(),
        text=text or None,
        data={key: value for key, value in data.items() if value not in (None, "", [])},
        actor_id=actor.user_id,
        actor_name=actor.name,
        at=clock.now(),
    )
    db.session.add(entry)
    db.session.flush()
    keep(actor, recommendation, entry, list(files))
    return entry


def keep(actor: Actor, recommendation: Recommendation, entry: RecommendationEntry, files: Sequence[Upload]) -> None:
    """Files of an entry. Raises DomainError at ``files`` for one that is not taken, naming it."""
    if len(files) > MOST_FILES:
        raise DomainError(_("一次最多上传 %(most)s 个文件", most=MOST_FILES), field="files")
    for filename, content in files:
        try:
            kept = store(actor, recommendation, filename, content)
        except attachments.DamagedFile:
            raise
        except DomainError as error:
            raise DomainError(f"{filename}：{error.message}", field="files") from error
        db.session.add(
            RecommendationFile(
                committee_id=recommendation.committee_id,
                recommendation_id=recommendation.id,
                entry_id=entry.id,
                attachment_id=kept.id,
            )
        )
    db.session.flush()


def store(actor: Actor, recommendation: Recommendation, filename: str, content: bytes) -> Attachment:
    """A file that belongs to no case."""
    return attachments.store(
        actor,
        committee_id=recommendation.committee_id,
        case_id=None,
        kind="recommendation",
        filename=filename,
        content=content,
        note=recommendation.number,
    )


def check_past(on: date, since: date | None, *, field: str, message: object) -> None:
    """A day on which something was done lies between what came before it and today. Raises DomainError."""
    if on > clock.today() or (since is not None and on < since):
        raise DomainError(message, field=field)
