"""What the papers print about a case, read from its rows: the only module that turns rows into facts.

Sealed fields are opened here, so whoever asks leaves a trace (see ``service``). Private notes are never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from mediation.accounts.models import User
from mediation.cases.labels import MODES as APPLICATION_MODES
from mediation.cases.labels import POWERS, REFERRALS, RELATIONSHIPS, SOURCES, TRACKS
from mediation.cases.lifecycle import Track
from mediation.cases.limitation import limitations_of
from mediation.cases.models import Agreement, Case, Claim, Instalment, MediationSession
from mediation.committees.models import Category, Committee
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.db import db
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines.models import Deadline
from mediation.documents import casecourse, caselimitation, casemeetings
from mediation.documents import facts as f
from mediation.parties import identity
from mediation.parties import queries as party_queries
from mediation.parties.labels import GENDERS, REPRESENTATIVE_KINDS, ROLES
from mediation.parties.models import Party, PartyKind, PartyRole, Representative
from mediation.stations.models import Station

# Papers are written in Chinese, whatever language the person at the desk has chosen.
PAPER_LOCALE = "zh_Hans_CN"
ENDED_WITHOUT = frozenset({"failed", "withdrawn", "terminated"})
# Endings whose reason a paper prints.
TOLD_WITH_REASON = ENDED_WITHOUT | {"not_accepted", "referred", "advised"}
MODES = {"on_site": "现场调解", "video": "视频调解", "phone": "电话调解"}
EVERY_APPLICANT = "各申请人"
# They say nothing that stands beside a name: a worker's occupation does, and "other" is no place in the dispute.
_PLAIN_ROLES = frozenset({PartyRole.WORKER.value, PartyRole.OTHER.value})
SEE_RECORD = "见“调解过程”部分的记录。"
_ENUMERATOR = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十\d]{1,3}）|\d{1,2}[.．、](?!\d))\s*"
)
_SPOKEN = re.compile(r"^([^：:，。；]{1,30})[：:]\s*(.+)$")
_SPEAKERS = ("申请人", "被申请人", "第三人", "调解员", "人民调解员", "记录人", "代理人", "委托代理人")


@dataclass(frozen=True)
class _Rows:
    parties: Sequence[Party]
    companies: dict[int, Company]
    claims: Sequence[Claim]
    sessions: Sequence[MediationSession]
    agreement: Agreement | None
    deadlines: Sequence[Deadline]
    users: dict[int, str]


def facts_of(case: Case, *, session_number: int | None = None) -> f.CaseFacts:
    """Everything the forms may print about a case, in a fixed number of queries.

    With ``session_number`` the facts hold that meeting, which was held; without, the meetings that still lie ahead.
    """
    rows = _read(case)
    counted = limitations_of(case, rows.claims)
    committee = db.session.get_one(Committee, case.committee_id)
    station = db.session.get(Station, case.station_id) if case.station_id else None
    category = db.session.get(Category, case.category_code)
    held = [one for one in rows.sessions if one.status == "held"]
    ahead = [one for one in rows.sessions if one.status == "planned" and one.starts_at > clock.now()]
    shown = ahead if session_number is None else [one for one in held if one.seq == session_number]
    with force_locale(PAPER_LOCALE):
        parties = tuple(_party(case, party, rows) for party in rows.parties)
        return f.CaseFacts(
            number=case.number,
            case_no=case.case_no or "",
            committee_name=committee.name,
            committee_address=committee.address or "",
            committee_phone=committee.phone or "",
            legal_basis=tuple(committee.legal_basis),
            arbitration_commission=str(committee.settings.get("arbitration_commission") or ""),
            court=str(committee.settings.get("court") or ""),
            station_name=station.name if station else "",
            track=case.track,
            track_label=str(TRACKS[Track(case.track)]),
            relationship=case.relationship,
            relationship_label=str(RELATIONSHIPS.get(case.relationship, "")),
            category_label=category.label if category else "",
            is_collective=case.is_collective,
            application_mode=case.application_mode,
            received_on=case.received_on,
            accepted_on=case.accepted_on,
            parties=parties,
            claims=_claims(rows),
            facts_text=case.facts or "",
            evidence=tuple(case.evidence or ()),
            mediators=tuple(filter(None, (rows.users.get(case.mediator_id or 0),))),
            recorder=rows.users.get(held[-1].recorder_id or 0, "") if held else "",
            sessions=_sessions(case, shown, rows, is_ahead=session_number is None),
            held=tuple(one.seq for one in held),
            session_number=session_number,
            agreement=_agreement(rows),
            outcome=_outcome(case),
            limitation=caselimitation.relied_on(case, counted),
            claim_limitations=caselimitation.of_claims(case, counted),
            deadlines=_deadlines(rows.deadlines),
            state=case.state,
            titles=_titles(committee),
            headcount=case.headcount,
            source_label=str(SOURCES.get(case.source, "")),
            application_mode_label=str(APPLICATION_MODES.get(case.application_mode, "")),
            handler=rows.users.get(case.handler_id or 0) or case.handler_name or "",
            referral_label=str(REFERRALS.get(case.referral_type or "", "")),
            **casecourse.course_of(case, rows.agreement, {one.id: one.name for one in rows.parties}, rows.users),
        )


def _titles(committee: Committee) -> tuple[tuple[str, str], ...]:
    """The committee's own titles of forms (``settings["document_titles"]``: code → title)."""
    own = committee.settings.get("document_titles") or {}
    return tuple(sorted((str(code), str(title).strip()) for code, title in own.items() if str(title).strip()))


def _read(case: Case) -> _Rows:
    parties = party_queries.for_case(case.id)
    sessions = db.session.scalars(
        select(MediationSession)
        .where(MediationSession.case_id == case.id, MediationSession.status.not_in(("cancelled", "postponed")))
        .options(selectinload(MediationSession.attendance))
        .order_by(MediationSession.seq)
    ).all()
    agreements = db.session.scalars(
        select(Agreement)
        .where(Agreement.case_id == case.id, Agreement.status != "replaced")
        .options(selectinload(Agreement.instalments), selectinload(Agreement.signatures))
        .order_by((Agreement.status != "effective"), Agreement.id.desc())
    ).all()
    visitors = (one.visited_by for one in casecourse.visits_of(case))
    people = {case.mediator_id, case.handler_id, *(one.recorder_id for one in sessions), *visitors} - {None}
    companies = {one.company_id for one in parties} - {None}
    return _Rows(
        parties=parties,
        companies={row.id: row for row in db.session.scalars(select(Company).where(Company.id.in_(companies)))},
        claims=db.session.scalars(select(Claim).where(Claim.case_id == case.id).order_by(Claim.seq, Claim.id)).all(),
        sessions=sessions,
        agreement=agreements[0] if agreements else None,
        deadlines=deadline_queries.of_case(case.id),
        users={row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(people)))},
    )


def _party(case: Case, party: Party, rows: _Rows) -> f.PartyFacts:
    company = rows.companies.get(party.company_id or 0)
    is_worker = party.role == PartyRole.WORKER
    return f.PartyFacts(
        side=party.side,
        kind=party.kind,
        name=party.name,
        role_label="" if party.role in _PLAIN_ROLES else str(ROLES[PartyRole(party.role)]),
        gender=str(GENDERS.get(party.gender or "", "")),
        ethnicity=party.ethnicity or "",
        born=_born(party),
        occupation=party.occupation or (case.job or "" if is_worker else ""),
        id_number=party.id_number or "",
        credit_code=company.uscc or "" if company else "",
        phone=party.phone or (company.phone or "" if company else ""),
        address=party.address or (company.address or "" if company else ""),
        legal_representative=party.legal_representative or (company.legal_representative or "" if company else ""),
        service_wish=party.service_wish or "",
        claimed_fen=_sum(one.amount_fen for one in rows.claims if one.party_id == party.id),
        agreed_fen=_share(party, rows),
        representatives=tuple(_representative(one) for one in party.representatives),
        is_migrant=party.is_migrant,
        key=str(party.id),
        claims=tuple(_claim(one) for one in rows.claims if one.party_id == party.id),
    )


def _born(party: Party) -> str:
    born = identity.birth_date(party.id_number) if party.id_number else None
    if born:
        return f"{born.year}年{born.month}月{born.day}日"
    return f"{party.birth_year}年" if party.birth_year and party.kind == PartyKind.PERSON else ""


def _representative(person: Representative) -> f.RepresentativeFacts:
    return f.RepresentativeFacts(
        name=person.name,
        kind_label=str(REPRESENTATIVE_KINDS.get(person.kind, person.kind)),
        relation=person.relation or "",
        id_number=person.id_number or "",
        phone=person.phone or "",
        powers=tuple(str(POWERS.get(one, one)) for one in person.powers or ()) if person.scope == "special" else (),
        kind=person.kind,
        from_on=person.from_on,
        to_on=person.to_on,
        key=str(person.id),
    )


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _share(party: Party, rows: _Rows) -> int | None:
    """An applicant's part of the agreed sum: as entered with its claims, as the payments to it say where they name more
    than one creditor, or its claim where all were agreed in full.
    """
    own = [one for one in rows.claims if one.party_id == party.id]
    if any(one.agreed_fen is not None for one in rows.claims):
        return _sum(one.agreed_fen for one in own)
    plan = rows.agreement.instalments if rows.agreement is not None else []
    if len({one.creditor_party_id for one in plan}) > 1:
        return _sum(one.amount_fen for one in plan if one.creditor_party_id == party.id)
    is_in_full = rows.agreement is not None and rows.agreement.total_fen == _sum(one.amount_fen for one in rows.claims)
    return _sum(one.amount_fen for one in own) if is_in_full else None


def _claims(rows: _Rows) -> tuple[f.ClaimFacts, ...]:
    """The requests; the same one of many applicants is one line with the sum, their own sums stand in the roll."""
    names = {one.id: one.name for one in rows.parties if one.side == f.APPLICANT}
    if len(names) >= 4:
        items: dict[str, list[Claim]] = {}
        for claim in rows.claims:
            items.setdefault(claim.item, []).append(claim)
        if len(items) < len(rows.claims):
            return tuple(_claim_of_many(item, claims) for item, claims in items.items())
    return tuple(_claim(one, names.get(one.party_id or 0, "") if len(names) > 1 else "") for one in rows.claims)


def _claim(claim: Claim, applicant: str = "") -> f.ClaimFacts:
    return f.ClaimFacts(claim.item, claim.amount_fen, claim.amount_text or "", applicant)


def _claim_of_many(item: str, claims: Sequence[Claim]) -> f.ClaimFacts:
    count = len({one.party_id for one in claims})
    return f.ClaimFacts(f"{item}（{count}人合计）" if count > 1 else item, _sum(one.amount_fen for one in claims))


def _sessions(
    case: Case, shown: Sequence[MediationSession], rows: _Rows, *, is_ahead: bool
) -> tuple[f.SessionFacts, ...]:
    facts = tuple(_session(one, rows) for one in shown)
    return casemeetings.with_arrangements(case, shown, facts) if is_ahead else facts


def _session(session: MediationSession, rows: _Rows) -> f.SessionFacts:
    attendees = tuple(f.AttendeeFacts(one.name, one.capacity) for one in session.attendance if one.was_present)
    is_held = session.status == "held"
    return f.SessionFacts(
        number=session.seq,
        held_on=clock.civil_date(session.starts_at),
        from_time=_clock_time(session.starts_at),
        to_time=_clock_time(session.ends_at),
        place=session.place or "",
        mode_label=MODES.get(session.mode, ""),
        matter=session.matter or "",
        attendees=attendees,
        is_rights_told=session.rights_told,
        statements=_statements(session.record or "", {one.name for one in attendees}),
        proposals=(SEE_RECORD,) if is_held else (),
        result=session.result or "",
        recorder=rows.users.get(session.recorder_id or 0, ""),
    )


def _clock_time(instant: datetime | None) -> str:
    return instant.astimezone(clock.SHANGHAI).strftime("%-H:%M") if instant else ""


def _statements(record: str, names: set[str]) -> tuple[f.StatementFacts, ...]:
    """The joint record line by line; a line that begins with a person of the meeting and a colon is what they said."""
    result = []
    for line in filter(None, map(str.strip, record.splitlines())):
        spoken = _SPOKEN.match(line)
        is_said = spoken is not None and (spoken[1] in names or spoken[1].split("（")[0].startswith(_SPEAKERS))
        result.append(f.StatementFacts(spoken[2], spoken[1]) if spoken and is_said else f.StatementFacts(line))
    return tuple(result)


def terms_of(text: str) -> tuple[str, ...]:
    """The terms as typed, one for each line that holds anything; the paper numbers them itself."""
    return tuple(_ENUMERATOR.sub("", line.strip()) for line in text.splitlines() if line.strip())


def _agreement(rows: _Rows) -> f.AgreementFacts | None:
    agreement = rows.agreement
    if agreement is None:
        return None
    return f.AgreementFacts(
        terms=terms_of(agreement.terms),
        facts_text=agreement.facts,
        total_fen=agreement.total_fen or None,
        instalments=_instalments(agreement, rows),
        has_early_maturity=agreement.early_maturity and len(agreement.instalments) > 1,
        confirms_relationship=agreement.confirms_relationship,
        effective_on=agreement.effective_on,
        sealed_on=next((act.signed_on for act in agreement.signatures if act.actor_kind == "seal"), None),
        is_oral=agreement.form == "oral",
        left_open=terms_of(agreement.left_open or "") if agreement.is_partial else (),
    )


def _instalments(agreement: Agreement, rows: _Rows) -> tuple[f.InstalmentFacts, ...]:
    names = {one.id: one.name for one in rows.parties}
    creditors = {one.creditor_party_id for one in agreement.instalments}
    applicants = [one.id for one in rows.parties if one.side == f.APPLICANT]
    # Entered without a creditor, a payment stands under the first applicant; of many, each has a share in it.
    is_shared = len(applicants) >= 4 and creditors <= {applicants[0], None}

    def creditor(one: Instalment) -> str:
        return EVERY_APPLICANT if is_shared else names.get(one.creditor_party_id or 0, "")

    return tuple(
        f.InstalmentFacts(
            number=one.seq,
            debtor=names.get(one.debtor_party_id or 0, ""),
            creditor=creditor(one),
            amount_fen=one.amount_fen,
            due_on=one.due_on,
            way=one.manner or agreement.payment_method or "",
            paid_fen=one.paid_fen or 0,
            creditor_key="" if is_shared else str(one.creditor_party_id or ""),
        )
        for one in agreement.instalments
    )


def _outcome(case: Case) -> f.OutcomeFacts | None:
    if case.outcome not in TOLD_WITH_REASON:
        return None
    cause = (case.outcome_note or "").strip()
    if cause and cause[-1] not in "。！？；.":
        cause += "。"
    return f.OutcomeFacts(kind=case.outcome, cause=cause, ended_on=case.settled_on)


def _deadlines(rows: Sequence[Deadline]) -> tuple[f.DeadlineFacts, ...]:
    """One period per rule: the newest that counted, else the newest that was ended early."""
    chosen: dict[str, Deadline] = {}
    for row in sorted(rows, key=lambda one: (one.status != "cancelled", one.id)):
        if row.status != "replaced":
            chosen[row.rule_code] = row
    return tuple(
        f.DeadlineFacts(row.rule_code, row.basis, row.raw_last_day, row.last_day, row.is_provisional)
        for row in chosen.values()
    )
