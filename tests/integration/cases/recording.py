"""Legal acts recorded in a case, and what stands after them, as the tests of them need it."""

from __future__ import annotations

from datetime import date

from mediation.cases import service
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case, LegalAct
from mediation.core.actor import Actor
from mediation.deadlines import queries
from mediation.deadlines.models import Deadline
from tests.factories import casefiles

DAY = date(2026, 3, 2)
# Beside what an act does, these run in a labour case from receipt on.
OWN = frozenset({"LM-ACCEPT-3WD", "LM-STATUTE-15D", "NF-ACCEPT", "LM-MEDIATE-15D", "PM-1M"})


def open_case(actor: Actor, track: Track = Track.LABOUR) -> Case:
    with casefiles.at(DAY):
        category = "public_order" if track is Track.POLICE else "wage.arrears"
        return casefiles.open_wages(actor, track=track, category_code=category)


def act(actor: Actor, case: Case, kind: str, on: str, **data: object) -> LegalAct:
    evidence = data.pop("evidence", "收件回执")
    with casefiles.at(date(2026, 12, 1)):
        return service.record_act(actor, case=case, kind=kind, on=date.fromisoformat(on), evidence=evidence, data=data)


def rows(case: Case) -> list[Deadline]:
    found = sorted(queries.of_case(case.id), key=lambda one: one.id)
    return [one for one in found if one.rule_code not in OWN and not one.subject.startswith("claim:")]


def says(case: Case) -> dict[str, tuple[str, str]]:
    """Last day and status of what stands, by rule and subject."""
    return {
        f"{one.rule_code}/{one.subject}" if one.subject in ("worker", "employer") else one.rule_code: (
            one.last_day.isoformat(),
            one.status,
        )
        for one in rows(case)
        if one.status not in ("cancelled", "replaced") and one.rule_code != "LA-URGENT-7D"
    }


def history(case: Case, code: str) -> list[tuple[str, str]]:
    return [(one.trigger_on.isoformat(), one.status) for one in rows(case) if one.rule_code == code]
