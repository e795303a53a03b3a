"""What the desk is told while typing: the same person with an open case, and a conflict of interest."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for
from flask_babel import gettext as _

from mediation.cases import queries
from mediation.cases.forms.choices import as_id
from mediation.cases.labels import state_label
from mediation.companies import queries as companies
from mediation.companies.names import normalise
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.parties.queries import same_person


def warnings_for(actor: Actor, typed: Mapping[str, str]) -> list[dict[str, str | None]]:
    """Warnings as ``label``, ``detail``, ``url``. Only cases the actor may see are named."""
    company_id = _company_of(actor, typed)
    found: list[dict[str, str | None]] = []
    if company_id and actor.office_id and companies.conflicts_for(actor.office_id, [company_id], clock.today()):
        found.append(
            {
                "label": _("利益冲突"),
                "detail": _("您所在律所是该公司或其关联公司的委托人，案件将由调解委员会另行指派"),
                "url": None,
            }
        )
    if actor.committee_id is None:
        return found
    ids = same_person(
        actor.committee_id,
        id_number=typed.get("id_number"),
        phone=typed.get("phone"),
        name=(typed.get("applicant_name") or "").strip() or None,
        company_id=company_id,
    )
    for row in queries.open_among_for(actor, ids[:50]):
        found.append(
            {
                "label": _("可能重复：%(number)s", number=row.number),
                "detail": f"{row.title} · {state_label(row.state)}",
                "url": url_for("cases.show", number=row.number),
            }
        )
    return found


def _company_of(actor: Actor, typed: Mapping[str, str]) -> int | None:
    """The company that was picked from the list, or else the one that is called just as was typed."""
    found = companies.many_for(actor, [key]) if (key := as_id(typed.get("company_id"))) else []
    if not found and actor.committee_id is not None:
        named = companies.by_exact_name(actor.committee_id, normalise(typed.get("company")))
        return named.id if named else None
    return found[0].id if found else None
