"""After the letter: visits, what they showed, who else is told, the end, and the days that are watched meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from mediation.core import clock
from mediation.core.actor import Actor, system
from mediation.core.errors import DomainError
from mediation.deadlines import queries as deadlines
from mediation.deadlines.engine import remind_before
from mediation.recommendations import notices, queries
from mediation.recommendations.labels import BODIES
from mediation.recommendations.lifecycle import Event, Status
from mediation.recommendations.models import Recommendation, RecommendationEntry
from mediation.recommendations.service.replies import open_measures
from mediation.recommendations.service.steps import Upload, advance, check_past, is_late, write

AGAIN_AFTER = timedelta(days=14)


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


@dataclass
class Watched:
    """What a run of the watch said."""

    reminders: int = 0
    letters: int = 0

    def __str__(self) -> str:
        return f"{self.letters} letters watched, {self.reminders} reminders"


def watch(committee_id: int, today: date, told: Watched) -> None:
    """Remind of reply days and of planned measures, each once, in the caller's transaction. Idempotent.

    What a missed day would have said is said now, except that nobody is told a day comes near once it has passed.
    """
    actor = system(committee_id)
    for recommendation in queries.to_watch(committee_id):
        told.letters += 1
        history = queries.entries_for(actor, recommendation)
        said = {(entry.data.get("stage"), entry.data.get("of")) for entry in history if entry.kind == "reminded"}
        for stage, of, on in _due(recommendation, history, today):
            if (stage, of) not in said:
                write(actor, recommendation, "reminded", on=today, stage=stage, of=of, day=on.isoformat())
                notices.remind(recommendation, stage, of, on)
                told.reminders += 1


def _due(
    recommendation: Recommendation, history: Sequence[RecommendationEntry], today: date
) -> list[tuple[str, int | None, date]]:
    """(stage, entry of the measure or None, its day) of what is to be said by today."""
    if recommendation.status == Status.ANSWERED.value:
        planned = [(one, one.data.get("planned_on")) for one in open_measures(history)]
        days = [(one.id, date.fromisoformat(text)) for one, text in planned if text]
        return [("measure", entry_id, day) for entry_id, day in days if day < today]
    answer_by = recommendation.answer_by
    if answer_by is None:
        return []
    if is_late(recommendation, today):
        stage = "later" if today >= answer_by + AGAIN_AFTER else "late"
        return [(stage, None, answer_by)]
    if today == answer_by:
        return [("due", None, answer_by)]
    first = min(remind_before(answer_by, deadlines.calendar(), after=recommendation.sent_on))
    return [("soon", None, answer_by)] if first <= today else []
