"""What a document needs to know about a case: frozen values, no database, no clock.

Money is integer fen, dates are Asia/Shanghai civil dates. Empty text means "not known": the form then leaves a line to
write on, or the document is refused as incomplete. Nothing of the internal file (private notes, separate talks) has a
place here.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date

from mediation.documents.course import NOT_CLOSED, ClosingFacts, ForceFacts, PaperFacts, PaymentFacts, VisitFacts

APPLICANT, RESPONDENT, THIRD_PARTY = "applicant", "respondent", "third_party"
PERSON, ORGANISATION = "person", "organisation"
_COLLECTIVE_FROM = 4  # from so many on one side, parties are listed in a table and not one by one


@dataclass(frozen=True)
class RepresentativeFacts:
    """Who acts for a party. `powers` are the special powers one by one; empty with a general authority."""

    name: str
    kind_label: str = "委托代理人"
    relation: str = ""
    id_number: str = ""
    phone: str = ""
    powers: tuple[str, ...] = ()
    kind: str = "agent"
    from_on: date | None = None
    to_on: date | None = None
    key: str = ""


@dataclass(frozen=True)
class PartyFacts:
    """One party. `role_label` is its place in the dispute (快递员, 加盟网点); `born` as precise as known (1991年).

    `claims`, `claimed_fen` and `agreed_fen` are this applicant's own share in a case of several. `key` tells parties
    apart.
    """

    side: str
    kind: str
    name: str
    role_label: str = ""
    gender: str = ""
    ethnicity: str = ""
    born: str = ""
    age: int | None = None
    occupation: str = ""
    id_number: str = ""
    credit_code: str = ""
    phone: str = ""
    address: str = ""
    legal_representative: str = ""
    legal_representative_post: str = ""
    service_wish: str = ""
    service_address: str = ""
    claimed_fen: int | None = None
    agreed_fen: int | None = None
    representatives: tuple[RepresentativeFacts, ...] = ()
    is_migrant: bool | None = None
    key: str = ""
    claims: "tuple[ClaimFacts, ...]" = ()

    @property
    def is_person(self) -> bool:
        return self.kind == PERSON


@dataclass(frozen=True)
class ClaimFacts:
    """One request; `amount_text` is what was said where there is no exact sum."""

    item: str
    amount_fen: int | None = None
    amount_text: str = ""
    applicant: str = ""


@dataclass(frozen=True)
class AttendeeFacts:
    name: str
    capacity: str


@dataclass(frozen=True)
class StatementFacts:
    """A passage of the joint record; `speaker` is empty for the record's own voice."""

    text: str
    speaker: str = ""


@dataclass(frozen=True)
class SessionFacts:
    """One meeting. Times are printed as they come (9:30), already in Shanghai time. Holds the joint record only.

    `moved_from_on` and `moved_from_time` are when it was to be before it was postponed.
    """

    number: int
    held_on: date | None = None
    from_time: str = ""
    to_time: str = ""
    place: str = ""
    mode_label: str = ""
    matter: str = ""
    attendees: tuple[AttendeeFacts, ...] = ()
    is_rights_told: bool = False
    statements: tuple[StatementFacts, ...] = ()
    proposals: tuple[str, ...] = ()
    result: str = ""
    recorder: str = ""
    planned_minutes: int = 0
    moved_from_on: date | None = None
    moved_from_time: str = ""


@dataclass(frozen=True)
class InstalmentFacts:
    """One due payment. `creditor_key` is the key of the party that gets it, empty for one to all applicants."""

    number: int
    debtor: str = ""
    creditor: str = ""
    amount_fen: int | None = None
    due_on: date | None = None
    way: str = ""
    paid_fen: int = 0
    creditor_key: str = ""


@dataclass(frozen=True)
class AgreementFacts:
    """`terms` are the duties as agreed, one each. `effective_on` is the last of the required signatures and the seal;
    an oral agreement takes effect when it is reached (PML Art 30). `left_open` are the requests it does not settle;
    empty where it settles all.
    """

    terms: tuple[str, ...] = ()
    facts_text: str = ""
    total_fen: int | None = None
    instalments: tuple[InstalmentFacts, ...] = ()
    has_early_maturity: bool = False
    default_interest: str = ""
    confirms_relationship: bool = False
    effective_on: date | None = None
    sealed_on: date | None = None
    is_oral: bool = False
    left_open: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeadlineFacts:
    """A computed period. Raw: where the count ends; last: after the roll to a working day."""

    rule: str
    basis: str
    raw_last_day: date
    last_day: date
    is_provisional: bool = False


@dataclass(frozen=True)
class OutcomeFacts:
    """How a mediation without agreement ended. `kind` is failed, withdrawn or terminated."""

    kind: str
    cause: str
    ended_on: date | None = None
    detail: str = ""


@dataclass(frozen=True)
class LimitationFacts:
    """Until when the claim can be brought elsewhere. Provisional until a known calendar or a person has settled it."""

    last_day: date
    basis: str = ""
    explanation: str = ""
    is_provisional: bool = False
    kind: str = ""


@dataclass(frozen=True)
class ClaimLimitationFacts:
    """The limitation of one request. Days are those on which the period ends, before any roll: no calendar moves them.

    ``since`` is what the period runs from. `earliest` counts only what is proved and undisputed; the two are the same
    where nothing is in doubt. `current` None: `reason` says why no day can be named. `rolled_to` is the legal last day
    after `current` where the calendar is known and it is another.
    """

    item: str
    kind: str
    basis: str
    current: date | None = None
    earliest: date | None = None
    since: str = ""
    earliest_since: str = ""
    rolled_to: date | None = None
    is_rolling: bool = True
    reason: str = ""


@dataclass(frozen=True)
class CaseFacts:
    """Everything a form may print about one case.

    `number` is the register number given at intake, `case_no` the one given at acceptance. `legal_basis` lists what the
    committee is in law (law.md 1.2). `session_number` selects the meeting a record is made of; None takes the last.
    `held` are the numbers of the meetings that were held. `document_number` and `issued_on` are those of the paper itself, set when it is issued. `subject` says which of
    several the paper is made of (a party's key, the number of a payment), `typed` what was typed for it alone as (key,
    text), dates in ISO form and sums as fen. `titles` are the committee's own titles as (code, title).
    """

    number: str
    committee_name: str
    track: str
    track_label: str = ""
    case_no: str = ""
    legal_basis: tuple[str, ...] = ()
    committee_address: str = ""
    committee_phone: str = ""
    station_name: str = ""
    arbitration_commission: str = ""
    court: str = ""
    relationship: str = ""
    relationship_label: str = ""
    category_label: str = ""
    is_collective: bool = False
    application_mode: str = ""
    received_on: date | None = None
    accepted_on: date | None = None
    parties: tuple[PartyFacts, ...] = ()
    claims: tuple[ClaimFacts, ...] = ()
    facts_text: str = ""
    evidence: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    recorder: str = ""
    sessions: tuple[SessionFacts, ...] = ()
    held: tuple[int, ...] = ()
    session_number: int | None = None
    agreement: AgreementFacts | None = None
    outcome: OutcomeFacts | None = None
    limitation: LimitationFacts | None = None
    claim_limitations: tuple[ClaimLimitationFacts, ...] = ()
    deadlines: tuple[DeadlineFacts, ...] = ()
    document_number: str = ""
    issued_on: date | None = None
    state: str = ""
    subject: str = ""
    typed: tuple[tuple[str, str], ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    headcount: int | None = None
    source_label: str = ""
    application_mode_label: str = ""
    handler: str = ""
    referral_label: str = ""
    payments: tuple[PaymentFacts, ...] = ()
    visits: tuple[VisitFacts, ...] = ()
    force: tuple[ForceFacts, ...] = ()
    papers: tuple[PaperFacts, ...] = ()
    closing: ClosingFacts = NOT_CLOSED

    @property
    def applicants(self) -> tuple[PartyFacts, ...]:
        return self._on(APPLICANT)

    @property
    def respondents(self) -> tuple[PartyFacts, ...]:
        return self._on(RESPONDENT)

    def _on(self, side: str) -> tuple[PartyFacts, ...]:
        return tuple(party for party in self.parties if party.side == side)

    @property
    def is_peoples(self) -> bool:
        """Whether the People's Mediation Law governs, and with it the forms of 司发通〔2010〕239号."""
        return self.track == "peoples"

    @property
    def has_many_applicants(self) -> bool:
        return len(self.applicants) >= _COLLECTIVE_FROM

    @property
    def claimed_fen(self) -> int | None:
        """The sum of all requests with an exact amount; None when there is none."""
        amounts = [claim.amount_fen for claim in self.claims if claim.amount_fen is not None]
        return sum(amounts) if amounts else None

    @property
    def session(self) -> SessionFacts | None:
        """The meeting that a record is made of."""
        if self.session_number is None:
            return self.sessions[-1] if self.sessions else None
        return next((session for session in self.sessions if session.number == self.session_number), None)

    @property
    def invited_session(self) -> SessionFacts | None:
        """The meeting that a notice asks to; its subject is the meeting's number and the party's key: 2-17."""
        number = self.subject.partition("-")[0]
        return next((one for one in self.sessions if str(one.number) == number), None)

    @property
    def invited_party(self) -> PartyFacts | None:
        """The party that is asked to a meeting."""
        key = self.subject.partition("-")[2]
        return next((party for party in self.parties if key and party.key == key), None)

    @property
    def subject_party(self) -> PartyFacts | None:
        """The party that the paper is made of."""
        return next((party for party in self.parties if party.key == self.subject), None)

    @property
    def subject_representative(self) -> tuple[PartyFacts, RepresentativeFacts] | None:
        """The representative that the paper is made of, with the party represented."""
        return next(
            ((party, one) for party in self.parties for one in party.representatives if one.key == self.subject), None
        )

    @property
    def principal(self) -> PartyFacts | None:
        return self.subject_representative[0] if self.subject_representative else None

    @property
    def agent(self) -> RepresentativeFacts | None:
        return self.subject_representative[1] if self.subject_representative else None

    @property
    def subject_payment(self) -> PaymentFacts | None:
        return next((payment for payment in self.payments if str(payment.number) == self.subject), None)

    @property
    def subject_visit(self) -> VisitFacts | None:
        return next((visit for visit in self.visits if str(visit.number) == self.subject), None)

    @property
    def subject_paper(self) -> PaperFacts | None:
        return next((paper for paper in self.papers if paper.key == self.subject), None)

    @property
    def agreement_number(self) -> str:
        """The number of the agreement in force, as issued; of several, that of the paper's own applicant, or how many."""
        found = [paper for paper in reversed(self.papers) if paper.code == "D13"]
        own = next((paper.number for paper in found if self.subject and paper.subject == self.subject), "")
        more = f"等{len(found)}份" if len(found) > 1 else ""
        return own or (f"{found[0].number}{more}" if found else "")

    def typed_text(self, key: str) -> str:
        """What was typed for this paper; empty when nothing was."""
        return dict(self.typed).get(key, "")

    def typed_day(self, key: str) -> date | None:
        text = self.typed_text(key)
        return date.fromisoformat(text) if text else None

    def typed_fen(self, key: str) -> int | None:
        text = self.typed_text(key)
        return int(text) if text else None

    def deadline(self, rule: str) -> DeadlineFacts | None:
        return next((deadline for deadline in self.deadlines if deadline.rule == rule), None)

    def issued_as(self, number: str, issued_on: date | None) -> "CaseFacts":
        """The same facts on a paper with this number and day of issue."""
        return replace(self, document_number=number, issued_on=issued_on)


def snapshot(facts: CaseFacts) -> str:
    """The facts as canonical JSON (sorted keys, ISO dates), to be stored with an issued document.

    An agreement that leaves nothing open says nothing of it, so that its hash is the one of before there was a word for it.
    """
    said = asdict(facts)
    if facts.agreement is not None and not facts.agreement.left_open:
        del said["agreement"]["left_open"]
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=date.isoformat)


def digest(facts: CaseFacts) -> str:
    """SHA-256 of the snapshot, in hexadecimal."""
    return hashlib.sha256(snapshot(facts).encode()).hexdigest()
