"""Who is told of what: rows in inboxes and messages to the channels people chose. They name the letter, never a person."""

from __future__ import annotations

from collections.abc import Collection

from flask import current_app
from flask_babel import gettext as _

from mediation.accounts.languages import each_reading
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.i18n import short_day
from mediation.notifications.queries import channels_of
from mediation.notifications.service import notify, queue
from mediation.recommendations import queries
from mediation.recommendations.labels import STATUSES
from mediation.recommendations.lifecycle import Status
from mediation.recommendations.models import Recommendation

KIND = "recommendation"


def to_review(actor: Actor, recommendation: Recommendation) -> None:
    """The others of the committee: a draft waits for a second reader."""
    people = set(queries.committee_people(recommendation.committee_id)) - {actor.user_id}
    for user_id in each_reading(people):
        title = _("建议书草稿待复核：%(title)s", title=recommendation.title)
        _inbox(recommendation, user_id, f"{_key(recommendation)}:review", title)


def returned(actor: Actor, recommendation: Recommendation) -> None:
    """The author: it came back."""
    for user_id in each_reading({queries.author_of(recommendation)} - {actor.user_id}):
        title = _("建议书草稿被退回：%(title)s", title=recommendation.title)
        _inbox(recommendation, user_id, f"{_key(recommendation)}:returned:{recommendation.version}", title)


def served(actor: Actor, recommendation: Recommendation, people: Collection[int]) -> None:
    """The company's people: a letter has come, with the day by which an answer is asked for."""
    for user_id in each_reading(people):
        title = _("收到规范用工建议书 %(number)s", number=recommendation.number)
        day = short_day(recommendation.answer_by) if recommendation.answer_by else ""
        body = _("请于%(day)s前在系统中答复。", day=day)
        _tell(recommendation, user_id, f"{_key(recommendation)}:served", title, body)


def answered(actor: Actor, recommendation: Recommendation) -> None:
    """The committee: the company has answered, or added to its answer."""
    for user_id in each_reading(queries.committee_people(recommendation.committee_id)):
        title = _("公司已答复建议书 %(number)s", number=recommendation.number)
        _inbox(recommendation, user_id, f"{_key(recommendation)}:answered:{recommendation.version}", title)


def settled(actor: Actor, recommendation: Recommendation) -> None:
    """The company: what the committee found. Nothing for a letter that never reached it."""
    if recommendation.sent_on is None:
        return
    company = db.session.get_one(Company, recommendation.company_id)
    for user_id in each_reading(queries.company_people(company)):
        status = STATUSES[Status(recommendation.status)]
        title = _("建议书 %(number)s：%(status)s", number=recommendation.number, status=status)
        _inbox(recommendation, user_id, f"{_key(recommendation)}:{recommendation.status}", title)


def _key(recommendation: Recommendation) -> str:
    return f"recommendation:{recommendation.id}"


def _inbox(recommendation: Recommendation, user_id: int, key: str, title: str, body: str = "") -> bool:
    return notify(
        committee_id=recommendation.committee_id,
        user_id=user_id,
        kind=KIND,
        key=key,
        title=title,
        body=body or None,
        url=f"/recommendations/{recommendation.id}",
    )


def _tell(recommendation: Recommendation, user_id: int, key: str, title: str, body: str) -> None:
    """A notice and its messages; nothing when it was said already."""
    if not _inbox(recommendation, user_id, key, title, body):
        return
    base = current_app.config.get("BASE_URL")
    lines = [title, body, f"{base}/recommendations/{recommendation.id}" if base else ""]
    queue(
        committee_id=recommendation.committee_id,
        user_id=user_id,
        key=key,
        subject=_("【调解案件】") + title,
        body="\n".join(filter(None, lines)),
        kinds=channels_of([user_id]).get(user_id, ()),
    )
