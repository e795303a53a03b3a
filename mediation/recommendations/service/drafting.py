"""From a signal, from cases, or from one case with a rule that affects all, to a text that two people have read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, delete

from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.committees.models import REPLY_DAYS, USUAL_REPLY_DAYS, Category, Committee
from mediation.companies import queries as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, granted
from mediation.deadlines import queries as deadlines
from mediation.documents.forms.d23_recommendation import naming
from mediation.recommendations import notices, proposals, queries
from mediation.recommendations.lifecycle import Event
from mediation.recommendations.models import Recommendation, RecommendationCase
from mediation.recommendations.policy import is_company_side
from mediation.recommendations.service.steps import advance, write
from mediation.statistics.models import Signal
from mediation.statistics.queries.recurrence import cases_among

TEXTS = ("title", "problem", "rules", "advice")


@dataclass(frozen=True)
class DraftIn:
    """A draft as typed. ``case_ids`` are the cases it rests on."""

    title: str
    problem: str = ""
    rules: str = ""
    advice: str = ""
    answer_by: date | None = None
    case_ids: tuple[int, ...] = ()


def propose(actor: Actor, *, company: Company, cause: str, case_ids: Collection[int] = ()) -> DraftIn:
    """What the page shows first, written from the chosen cases. Raises Forbidden, NotFound for an unknown cause."""
    _check(actor)
    label = label_of(cause)
    found = cases_among(actor, case_ids)
    basis = [proposals.BasisCase(row.received_on, row.company or company.name, row.headcount or 1) for row in found]
    return DraftIn(
        title=proposals.title(label),
        problem=proposals.problem(basis, label, company.name),
        rules=proposals.rules(cause),
        advice=proposals.advice(cause),
        answer_by=reply_day(actor),
        case_ids=tuple(row.id for row in found),
    )


def reply_day(actor: Actor) -> date:
    """A working day some weeks ahead: only a proposal, since nobody is bound to answer."""
    committee = db.session.get_one(Committee, actor.committee_id)
    day = clock.today() + timedelta(days=int(committee.settings.get(REPLY_DAYS, USUAL_REPLY_DAYS)))
    calendar = deadlines.calendar()
    while not calendar.assumed_day(day).kind.is_work:
        day += timedelta(days=1)
    return day


def label_of(cause: str) -> str:
    """The Chinese name of a cause. Raises NotFound."""
    category = db.session.get(Category, cause)
    if category is None:
        raise NotFound()
    return category.label


def draft(
    actor: Actor, *, company: Company, cause: str, given: DraftIn, signal: Signal | None = None
) -> Recommendation:
    """A new draft. A signal it comes from is taken up. Raises Forbidden, DomainError at the field."""
    _check(actor)
    label_of(cause)
    if company.merged_into_id is not None or company.committee_id != actor.committee_id:
        raise DomainError(_("请选择现有的公司"), field="company_name")
    case_ids = _checked(actor, company, given)
    recommendation = Recommendation(
        committee_id=company.committee_id,
        company_id=company.id,
        cause=cause,
        signal_id=signal.id if signal else None,
        status="draft",
        title=given.title.strip(),
        problem=given.problem,
        rules=given.rules,
        advice=given.advice,
        answer_by=given.answer_by,
        drafted_by=actor.user_id,
    )
    db.session.add(recommendation)
    db.session.flush()
    _rest_on(recommendation, case_ids)
    write(actor, recommendation, "drafted", cases=len(case_ids), signal=signal.id if signal else None)
    record(actor, AuditEvent.RECORD_CREATED, subject=(Recommendation.__tablename__, recommendation.id))
    if signal is not None and signal.status != "taken_up":
        change(actor, signal, status="taken_up", handled_by=actor.user_id, handled_at=clock.now())
    notices.to_review(actor, recommendation)
    return recommendation


def edit(actor: Actor, *, recommendation: Recommendation, given: DraftIn, version: int | None = None) -> None:
    """Change a draft; the history keeps which parts were changed. ``version`` is that of the text the editor began with.

    Raises Forbidden, Conflict in another status, DomainError at the field, and when somebody else was faster.
    """
    if version is not None and version != recommendation.version:
        raise DomainError(_("保存之前别人已经修改了这份草稿：请另开一页核对，再提交一次以您的文字为准"))
    company = db.session.get_one(Company, recommendation.company_id)
    case_ids = _checked(actor, company, given)
    changed = [name for name in TEXTS if getattr(recommendation, name) != getattr(given, name).strip()]
    changed += ["answer_by"] if recommendation.answer_by != given.answer_by else []
    changed += ["cases"] if case_ids != queries.case_ids_of(recommendation) else []
    if not changed:
        return
    advance(actor, recommendation, Event.CHANGE, changed=changed, case_ids=case_ids)
    for name in TEXTS:
        setattr(recommendation, name, getattr(given, name).strip())
    recommendation.answer_by = given.answer_by
    _rest_on(recommendation, case_ids)


def review(actor: Actor, *, recommendation: Recommendation, note: str = "") -> None:
    """A second person has read it and lets it pass; alone in the committee, one says so and passes one's own.

    Raises Forbidden, Conflict for one's own draft, an incomplete one, or in another status.
    """
    is_own = queries.author_of(recommendation) == actor.user_id
    advance(actor, recommendation, Event.REVIEW, text=note.strip(), alone=True if is_own else None)
    recommendation.reviewed_by, recommendation.reviewed_at = actor.user_id, clock.now()
    db.session.flush()


def send_back(actor: Actor, *, recommendation: Recommendation, reason: str) -> None:
    """Return a draft, or one that was passed but not issued, to its author. Raises DomainError at ``reason``."""
    if not reason.strip():
        raise DomainError(_("请写明退回的理由"), field="reason")
    advance(actor, recommendation, Event.RETURN, text=reason.strip())
    recommendation.reviewed_by = recommendation.reviewed_at = None
    db.session.flush()
    notices.returned(actor, recommendation)


def _check(actor: Actor) -> None:
    if not granted(actor, P.RECOMMENDATION_MANAGE) or is_company_side(actor):
        raise Forbidden()


def _checked(actor: Actor, company: Company, given: DraftIn) -> list[int]:
    """The cases as they will be stored. Raises DomainError at the first field that is wrong."""
    if not given.title.strip():
        raise DomainError(_("请填写标题"), field="title")
    if given.answer_by is not None and given.answer_by <= clock.today():
        raise DomainError(_("答复日应在今天之后"), field="answer_by")
    found = cases_among(actor, given.case_ids)
    if len(found) != len(set(given.case_ids)):
        raise DomainError(_("所选案件中有的已经看不到，请重新选择"), field="case_ids")
    tree = {one.id for one in companies.many_for(actor, {row.company_id for row in found if row.company_id})
            if company.id in (one.level1_id, one.level2_id, one.level3_id)}  # fmt: skip
    if any(row.company_id not in tree for row in found):
        raise DomainError(_("所选案件应当是这家公司或者其下级公司的案件"), field="case_ids")
    check_names(actor, found, {name: getattr(given, name) for name in TEXTS})
    return sorted(row.id for row in found)


def check_names(actor: Actor, cases: Sequence[Row[Any]], texts: Mapping[str, str]) -> None:
    """A letter names no person and no case (law.md 5.4). Raises DomainError at the text that does."""
    words = queries.people_of(actor.committee_id or 0, [row.id for row in cases])
    words += [number for row in cases for number in (row.number, row.case_no) if number]
    for key, said in naming(texts, words):
        raise DomainError(_("建议书不写个人姓名、电话、证件号和案号，请隐去“%(said)s”", said=said), field=key)


def _rest_on(recommendation: Recommendation, case_ids: Collection[int]) -> None:
    """Say which cases it rests on; the history tells that they were changed."""
    ours = RecommendationCase.recommendation_id == recommendation.id
    db.session.execute(delete(RecommendationCase).where(ours, RecommendationCase.case_id.not_in(case_ids)))
    known = set(queries.case_ids_of(recommendation))
    for case_id in sorted(set(case_ids) - known):
        db.session.add(
            RecommendationCase(
                committee_id=recommendation.committee_id, recommendation_id=recommendation.id, case_id=case_id
            )
        )
    db.session.flush()


def signal_for(actor: Actor, signal_id: int) -> Signal:
    """A signal of the committee that somebody wants to act on. Raises Forbidden, NotFound."""
    _check(actor)
    found = queries.signal_of(actor, signal_id)
    if found.status == "dismissed":
        raise Conflict(_("这条信号已经搁置，请先恢复"))
    return found
