"""After the letter: visits, what they showed, who else is told, the end, and what is waited for meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.errors import DomainError
from mediation.recommendations import notices, queries
from mediation.recommendations.labels import BODIES
from mediation.recommendations.lifecycle import Event, Status
from mediation.recommendations.models import Recommendation, RecommendationEntry
from mediation.recommendations.service.replies import planned_day
from mediation.recommendations.service.steps import Upload, advance, check_past


def visit(
    actor: Actor,
    *,
    recommendation: Recommendation,
    on: date,
    visitors: str,
    found: str,
    place: str = "",
    files: Sequence[Upload] = (),
) -> RecommendationEntry:
    """A visit to see whether the measures are carried out. Raises Forbidden, Conflict, DomainError at the field."""
    check_past(on, recommendation.sent_on, field="on", message=_("回访日期应在送达之日和今天之间"))
    if not visitors.strip():
        raise DomainError(_("请写明回访人"), field="visitors")
    if not found.strip():
        raise DomainError(_("请写明看到的情况"), field="found")
    return advance(
        actor,
        recommendation,
        Event.VISIT,
        on=on,
        text=found.strip(),
        files=files,
        visitors=visitors.strip(),
        place=place.strip(),
    )


def verify(
    actor: Actor, *, recommendation: Recommendation, on: date, note: str = "", effective_from: date | None = None
) -> None:
    """The measures are carried out. ``effective_from`` corrects the day the company gave.

    Raises Forbidden, Conflict, DomainError at ``on`` or ``effective_from``, or when nobody has been there.
    """
    check_past(on, recommendation.answered_on, field="on", message=_("核实日期应在答复之日和今天之间"))
    if not any(entry.kind == "visited" for entry in queries.entries_for(actor, recommendation)):
        raise DomainError(_("请先登记回访，再确认整改"))
    day = effective_from or recommendation.effective_from
    if day is not None and day > on:
        raise DomainError(_("措施执行之日不能晚于核实之日"), field="effective_from")
    advance(
        actor,
        recommendation,
        Event.VERIFY,
        on=on,
        text=note.strip(),
        effective_from=day.isoformat() if day else None,
    )
    recommendation.verified_on, recommendation.effective_from = on, day
    notices.settled(actor, recommendation)


def declare_not_done(actor: Actor, *, recommendation: Recommendation, reason: str) -> None:
    """Nothing was answered by the reply day, or nothing was carried out. Raises Forbidden, Conflict, DomainError."""
    _check_reason(reason)
    advance(actor, recommendation, Event.NOT_DONE, text=reason.strip())
    notices.settled(actor, recommendation)


def tell(
    actor: Actor,
    *,
    recommendation: Recommendation,
    body: str,
    on: date,
    what: str,
    with_personal_data: bool,
    consent: str = "",
    files: Sequence[Upload] = (),
) -> None:
    """Record that a body was told of a company that does not answer or act (law.md 5.4: design, bases unverified).

    ``body`` is a key of ``labels.BODIES``. Where personal data were passed on, who agreed to it and when must be said
    (PIPL Art 23). Raises Forbidden, Conflict, DomainError at the field.
    """
    if body not in BODIES:
        raise DomainError(_("请选择告知的单位"), field="body")
    check_past(on, recommendation.sent_on, field="on", message=_("告知日期应在送达之日和今天之间"))
    if not what.strip():
        raise DomainError(_("请写明告知的内容"), field="what")
    if with_personal_data and not consent.strip():
        raise DomainError(_("涉及个人信息的，须经本人单独同意：请写明谁在何时同意"), field="consent")
    advance(
        actor,
        recommendation,
        Event.TELL,
        on=on,
        text=what.strip(),
        files=files,
        body=body,
        personal_data=True if with_personal_data else None,
        consent=consent.strip(),
    )


def close(actor: Actor, *, recommendation: Recommendation, reason: str) -> None:
    """The end of it, or of a letter that is given up before it is served; its number stays taken. Raises as above."""
    _check_reason(reason)
    advance(actor, recommendation, Event.CLOSE, text=reason.strip())
    recommendation.closed_on = clock.today()
    notices.settled(actor, recommendation)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("请写明理由"), field="reason")


@dataclass(frozen=True)
class Expected:
    """What is waited for after service, with its day: the company's ``reply`` or ``measure``, the committee's ``visit``.

    A reply day is asked for and the day of a measure is the company's own plan. For a visit it is the day since which
    there is something to see: nobody is late with it.
    """

    code: str
    on: date


REPLY, MEASURE, VISIT = "reply", "measure", "visit"


def expected_of(recommendation: Recommendation, history: Sequence[RecommendationEntry]) -> Expected | None:
    """What a letter waits for; None where nothing has a day. ``history``: its entries, oldest first."""
    if recommendation.status == Status.SENT.value:
        return Expected(REPLY, recommendation.answer_by) if recommendation.answer_by else None
    if recommendation.status != Status.ANSWERED.value:
        return None
    planned = planned_day(history)
    if planned is not None:
        return Expected(MEASURE, planned)
    told = [entry.happened_on for entry in history if entry.kind in ("answered", "measure")]
    since = max([*told, *filter(None, [recommendation.effective_from])], default=clock.today())
    if any(entry.kind == "visited" and entry.happened_on >= since for entry in history):
        return None
    return Expected(VISIT, since)
