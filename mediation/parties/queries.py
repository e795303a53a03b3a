"""The only SELECTs on parties. Whoever may see the case may ask; what they see of a person is ``policy.mask``'s."""

from __future__ import annotations

from sqlalchemy import Select, case, select, union
from sqlalchemy.orm import aliased, selectinload

from mediation.core.crypto import blind
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.parties.identity import normalise_id, normalise_phone
from mediation.parties.models import Party, Representative, Side

ID_PURPOSE = "party.id"
PHONE_PURPOSE = "party.phone"
LAST4_PURPOSE = "party.phone4"
MOST_CASES = 50

_ORDER = case({Side.APPLICANT: 1, Side.RESPONDENT: 2}, value=Party.side, else_=3)


def for_case(case_id: int) -> list[Party]:
    """The parties of a case with their representatives: applicants, respondents, third parties, each in order."""
    return list(
        db.session.scalars(
            select(Party)
            .where(Party.case_id == case_id)
            .order_by(_ORDER, Party.seq, Party.id)
            .options(selectinload(Party.representatives))
        )
    )


def get_of_case(case_id: int, party_id: int) -> Party:
    """One party of a case. Raises NotFound."""
    found = db.session.scalar(select(Party).where(Party.id == party_id, Party.case_id == case_id))
    if found is None:
        raise NotFound()
    return found


def get_representative_of_case(case_id: int, representative_id: int) -> Representative:
    """One representative of a case. Raises NotFound."""
    found = db.session.scalar(
        select(Representative).where(Representative.id == representative_id, Representative.case_id == case_id)
    )
    if found is None:
        raise NotFound()
    return found


def same_person(
    committee_id: int,
    *,
    id_number: str | None = None,
    phone: str | None = None,
    name: str | None = None,
    company_id: int | None = None,
) -> list[int]:
    """Ids of the cases, newest first and at most 50, where this person seems to be a party already.

    The same resident ID, or the same phone, or the same name with the same company in one case; a name alone says
    nothing. No row is opened for it: the blind indexes are compared. The caller scopes and picks the open ones.
    """
    ours = select(Party.case_id).where(Party.committee_id == committee_id)
    number, digits = normalise_id(id_number), normalise_phone(phone)
    # One SELECT per index: neither planner uses three indexes for one OR.
    parts = []
    if number:
        parts.append(ours.where(Party.id_blind == blind(ID_PURPOSE, number)))
    if digits:
        parts.append(ours.where(Party.phone_blind == blind(PHONE_PURPOSE, digits)))
    if name and company_id:
        other = aliased(Party)
        against = select(other.id).where(other.case_id == Party.case_id, other.company_id == company_id).exists()
        parts.append(ours.where(Party.name == name.strip(), against))
    if not parts:
        return []
    found = union(*parts).subquery()
    return list(db.session.scalars(select(found.c.case_id).order_by(found.c.case_id.desc()).limit(MOST_CASES)))


def by_phone_last4(committee_id: int, digits: str) -> Select[tuple[int]]:
    """Ids of the cases with a phone that ends in these four digits, as a SELECT to put inside the scoped search."""
    return select(Party.case_id).where(
        Party.committee_id == committee_id, Party.phone_last4_blind == blind(LAST4_PURPOSE, digits)
    )
