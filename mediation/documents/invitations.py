"""The notices of a session (D09): one per party, issued for all at once, and the day on which they were served."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from flask_babel import gettext as _

from mediation.cases import invitations
from mediation.cases.invitations import Notice
from mediation.cases.models import Case, MediationSession
from mediation.core.actor import Actor
from mediation.core.errors import DomainError
from mediation.documents import queries, service
from mediation.parties import queries as party_queries

CODE = "D09"
AT_ONCE = 20  # papers made in one request


def subject_of(session: MediationSession, party_id: int) -> str:
    """What the notice to a party is made of."""
    return f"{session.seq}-{party_id}"


def notices_of(case_ids: Collection[int]) -> Iterator[Notice]:
    """The notices in force of some cases."""
    for document in queries.of_form(case_ids, CODE):
        seq, _dash, party = document.subject.partition("-")
        if seq.isdigit() and party.isdigit():
            yield Notice(
                case_id=document.case_id,
                session_seq=int(seq),
                party_id=int(party),
                document_id=document.id,
                number=document.number,
                issued_on=document.issued_on,
                served_on=document.served_on,
            )


invitations.tell(notices_of)


def issue_all(actor: Actor, *, case: Case, session: MediationSession) -> tuple[int, int]:
    """Issue the notice to every party that has none, at most 20. Returns (issued, still lacking).

    Raises as ``service.issue`` does, and DomainError for a session that is not planned any more.
    """
    if session.status != "planned":
        raise DomainError(_("只能为已安排、尚未召开的会议出具通知"))
    done = {one.party_id for one in notices_of([case.id]) if one.session_seq == session.seq}
    lacking = [party.id for party in party_queries.for_case(case.id) if party.id not in done]
    for party_id in lacking[:AT_ONCE]:
        service.issue(actor, case=case, code=CODE, subject=subject_of(session, party_id))
    return len(lacking[:AT_ONCE]), len(lacking[AT_ONCE:])


def serve(actor: Actor, *, case: Case, session: MediationSession, party_ids: Collection[int], on: date) -> None:
    """Note the day on which the notices reached some parties. Raises DomainError at ``parties`` and ``served_on``."""
    found = [one for one in notices_of([case.id]) if one.session_seq == session.seq and one.party_id in party_ids]
    if not found or len(found) != len(set(party_ids)):
        raise DomainError(_("请选择已经出具通知书的当事人"), field="parties")
    for one in found:
        service.record_service(actor, document=queries.get_for(actor, case, one.document_id), on=on)
