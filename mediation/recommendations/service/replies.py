"""The company's reply: advice by advice, its measures with their days, the evidence, and what is added later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.documents.wording import paragraphs
from mediation.recommendations import notices, queries
from mediation.recommendations.labels import ANSWERS
from mediation.recommendations.lifecycle import Event
from mediation.recommendations.models import Recommendation, RecommendationEntry
from mediation.recommendations.service.steps import Upload, advance, opened, write

ADOPTED = "adopted"


@dataclass(frozen=True)
class ItemIn:
    """The answer to one advice: a key of ``labels.ANSWERS``, with a reason unless it is adopted."""

    answer: str
    reason: str = ""


@dataclass(frozen=True)
class MeasureIn:
    """One measure: done on a day, or planned for one. ``replaces``: the entry of a measure whose state is told anew."""

    text: str
    responsible: str = ""
    done_on: date | None = None
    planned_on: date | None = None
    replaces: int | None = None


@dataclass(frozen=True)
class ReplyIn:
    """A reply as typed. ``effective_from``: the day from which the measures hold."""

    items: tuple[ItemIn, ...] = ()
    measures: tuple[MeasureIn, ...] = ()
    note: str = ""
    effective_from: date | None = None


def advice_of(recommendation: Recommendation) -> tuple[str, ...]:
    """The advice one by one, as the letter numbers it."""
    return paragraphs(recommendation.advice)


def answer(
    actor: Actor, *, recommendation: Recommendation, given: ReplyIn, files: Sequence[Upload] = ()
) -> RecommendationEntry:
    """The company's reply to a letter; late ones are taken as well. Raises Forbidden, Conflict, DomainError at the field."""
    advice = advice_of(recommendation)
    _check_items(given.items, len(advice))
    _check_measures(given.measures)
    if any(one.answer != "refused" for one in given.items) and not given.measures:
        raise DomainError(_("采纳或者部分采纳的，请至少写一项措施"), field="measures")
    entry = advance(
        actor,
        recommendation,
        Event.ANSWER,
        text=given.note.strip(),
        files=files,
        items=[
            {"advice": text, "answer": one.answer, "reason": one.reason.strip()}
            for text, one in zip(advice, given.items, strict=True)
        ],
        effective_from=given.effective_from.isoformat() if given.effective_from else None,
    )
    recommendation.answered_on = entry.happened_on
    opened(actor, recommendation)  # whoever answers has read it, on whatever way it came
    _keep(actor, recommendation, given)
    notices.answered(actor, recommendation)
    return entry


def supplement(
    actor: Actor, *, recommendation: Recommendation, given: ReplyIn, files: Sequence[Upload] = ()
) -> RecommendationEntry:
    """What the company adds to its reply: measures done meanwhile, new ones, evidence, the day they hold from.

    Raises Forbidden, Conflict, DomainError at the field, and without anything new.
    """
    _check_measures(given.measures)
    is_new_day = given.effective_from is not None and given.effective_from != recommendation.effective_from
    if not (given.measures or files or given.note.strip() or is_new_day):
        raise DomainError(_("没有要补充的内容"))
    known = {entry.id for entry in measures_of(queries.entries_for(actor, recommendation))}
    if any(one.replaces is not None and one.replaces not in known for one in given.measures):
        raise DomainError(_("这项措施已经更新过，请刷新页面"), field="measures")
    day = given.effective_from or recommendation.effective_from
    entry = advance(
        actor,
        recommendation,
        Event.SUPPLEMENT,
        kind="answered",
        text=given.note.strip(),
        files=files,
        supplement=True,
        effective_from=day.isoformat() if day else None,
    )
    _keep(actor, recommendation, given)
    notices.answered(actor, recommendation)
    return entry


def measures_of(history: Sequence[RecommendationEntry]) -> list[RecommendationEntry]:
    """The measures as they stand: of one that was told anew, the newest."""
    measures = [entry for entry in history if entry.kind == "measure"]
    told_anew = {entry.data.get("replaces") for entry in measures}
    return [entry for entry in measures if entry.id not in told_anew]


def open_measures(history: Sequence[RecommendationEntry]) -> list[RecommendationEntry]:
    """Those that are planned and not done, the nearest day first."""
    found = [entry for entry in measures_of(history) if not entry.data.get("done_on")]
    return sorted(found, key=lambda entry: (entry.data.get("planned_on") or "9", entry.id))


def planned_day(history: Sequence[RecommendationEntry]) -> date | None:
    """The nearest day for which a measure that is not done is planned; None where none is."""
    planned = [entry.data.get("planned_on") for entry in open_measures(history)]
    return min((date.fromisoformat(text) for text in planned if text), default=None)


def _check_items(items: Sequence[ItemIn], count: int) -> None:
    if len(items) != count:
        raise DomainError(_("建议的条数与页面不符，请刷新页面"), field="items")
    for number, one in enumerate(items, 1):
        if one.answer not in ANSWERS:
            raise DomainError(_("第%(number)s条建议：请选择是否采纳", number=number), field="items")
        if one.answer != ADOPTED and not one.reason.strip():
            raise DomainError(_("第%(number)s条建议：部分采纳或者不采纳的，请写明理由", number=number), field="items")


def _check_measures(measures: Sequence[MeasureIn]) -> None:
    for number, one in enumerate(measures, 1):
        if not one.text.strip():
            raise DomainError(_("第%(number)s项措施：请写明内容", number=number), field="measures")
        if not one.responsible.strip():
            raise DomainError(_("第%(number)s项措施：请写明责任人或者部门", number=number), field="measures")
        if one.done_on is None and one.planned_on is None:
            raise DomainError(_("第%(number)s项措施：请填写完成日期或者计划日期", number=number), field="measures")
        if one.done_on is not None and one.done_on > clock.today():
            raise DomainError(
                _("第%(number)s项措施：完成日期不能晚于今天，未完成的填计划日期", number=number), field="measures"
            )


def _keep(actor: Actor, recommendation: Recommendation, given: ReplyIn) -> None:
    for one in given.measures:
        write(
            actor,
            recommendation,
            "measure",
            text=one.text.strip(),
            responsible=one.responsible.strip(),
            done_on=one.done_on.isoformat() if one.done_on else None,
            planned_on=one.planned_on.isoformat() if one.planned_on else None,
            replaces=one.replaces,
        )
    if given.effective_from is not None:
        recommendation.effective_from = given.effective_from
    db.session.flush()
