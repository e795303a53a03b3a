"""People with identity numbers that pass their check, and the bare case rows they need."""

from __future__ import annotations

from datetime import date
from itertools import count

from mediation.cases.models import Case
from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.parties import service
from mediation.parties.models import Party, PartyKind, PartyRole, Side

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_numbers = count(1)


def id_number(born_on: date = date(1988, 3, 9), seq: int | None = None) -> str:
    """A resident identity number of an invented person with the right check digit (GB 11643)."""
    seq = next(_numbers) % 1000 if seq is None else seq
    body = f"310118{born_on:%Y%m%d}{seq:03d}"
    total = sum(int(mark) * weight for mark, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def make_case_row(committee: Committee) -> Case:
    """A row for parties and files to hang on, without anything that opening a case does."""
    number = next(_numbers)
    case = Case(
        committee_id=committee.id,
        number=f"2026-9{number:05d}",
        number_seq=900000 + number,
        state="received",
        track="labour",
        category_code="wage",
        title="示例案件",
        received_on=date(2026, 3, 2),
        updated_at=clock.now(),
    )
    db.session.add(case)
    db.session.flush()
    return case


def add_worker(actor: Actor, case: Case, name: str = "周明远", **details) -> Party:
    """An applicant who works somewhere."""
    return service.add_party(
        actor, case_id=case.id, side=Side.APPLICANT, kind=PartyKind.PERSON, role=PartyRole.WORKER, name=name, **details
    )


def add_employer(actor: Actor, case: Case, name: str, **details) -> Party:
    """A respondent company."""
    return service.add_party(
        actor,
        case_id=case.id,
        side=Side.RESPONDENT,
        kind=PartyKind.ORGANISATION,
        role=PartyRole.EMPLOYER,
        name=name,
        **details,
    )
