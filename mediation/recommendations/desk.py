"""What a recommendation asks of a company, on its officers' home page."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from mediation.cases.company_desk import PROVIDERS, Waiting
from mediation.core.actor import Actor
from mediation.recommendations import queries
from mediation.recommendations.lifecycle import Status
from mediation.recommendations.policy import is_company_side


def waiting(actor: Actor) -> list[Waiting]:
    """The letters a company has not replied to yet, with the day that was asked for."""
    if not is_company_side(actor):
        return []
    return [
        Waiting(
            "recommendation",
            _("答复规范用工建议书：%(title)s", title=letter.title),
            url_for("recommendations.answer", recommendation_id=letter.id),
            on=letter.answer_by,
            note=" · ".join(filter(None, (letter.number, company))),
        )
        for letter, company in queries.list_for(actor, queries.Wanted(status=Status.SENT)).rows
    ]


PROVIDERS.append(waiting)
