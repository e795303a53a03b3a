"""What a case page holds, and the small questions its templates ask of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mediation.attachments.models import Attachment
from mediation.cases import limitation, service, timeline
from mediation.cases.invitations import Notice
from mediation.cases.lifecycle import CaseFacts
from mediation.cases.limitation import ClaimDays
from mediation.cases.models import (
    Agreement,
    Answer,
    Case,
    Claim,
    Consent,
    EnforcementStep,
    FollowUp,
    Instalment,
    LegalAct,
    MediationSession,
    Offer,
    Payment,
    PrivateNote,
)
from mediation.cases.service import Authority, Report
from mediation.cases.session_replies import Said
from mediation.cases.steps import Acts
from mediation.cases.ways import Way
from mediation.core import clock
from mediation.deadlines import queries as deadlines
from mediation.deadlines.models import Deadline
from mediation.parties.policy import MaskedParty

RUNNING = ("open", "paused", "met", "missed")


@dataclass(frozen=True)
class Viewer:
    """How much of a case is for this actor."""

    is_staff: bool
    is_company: bool
    is_police: bool


@dataclass
class Names:
    """Labels of what rows refer to, by key."""

    users: dict[int, str] = field(default_factory=dict)
    companies: dict[int, str] = field(default_factory=dict)
    category: str = ""
    station: str = ""


@dataclass
class CasePage:
    """Everything on the page. Lists that are not for the viewer are empty."""

    case: Case
    viewer: Viewer
    facts: CaseFacts
    acts: Acts
    names: Names
    parties: list[MaskedParty]
    claims: Sequence[Claim] = ()
    consents: Sequence[Consent] = ()
    sessions: Sequence[MediationSession] = ()
    replies: Mapping[int, Sequence[Said]] = field(default_factory=dict)
    notices: Sequence[Notice] = ()
    answers: Sequence[Answer] = ()
    agreement: Agreement | None = None
    payments: Sequence[Payment] = ()
    offers: Sequence[Offer] = ()
    authorities: Sequence[Authority] = ()
    reports: Sequence[Report] = ()
    own_companies: frozenset[int] = frozenset()
    steps: Sequence[EnforcementStep] = ()
    visits: Sequence[FollowUp] = ()
    files: Sequence[Attachment] = ()
    notes: Sequence[PrivateNote] = ()
    deadlines: Sequence[Deadline] = ()
    limited_by: Deadline | None = None
    ways: Sequence[Way] = ()
    timeline: Sequence[timeline.Entry] = ()
    conflict: bool = False
    shows_facts: bool = True
    legal_acts: Sequence[LegalAct] = ()
    standing: service.Standing | None = None

    def party(self, party_id: int | None) -> str:
        """A party's name."""
        return next((one.name for one in self.parties if one.id == party_id), "")

    @property
    def own_parties(self) -> frozenset[int]:
        """The parties that are companies of the viewer's own."""
        return frozenset(one.id for one in self.parties if one.company_id in self.own_companies)

    def of_side(self, side: str) -> list[MaskedParty]:
        """The parties of one side."""
        return [one for one in self.parties if one.side == side]

    def notices_of(self, session: MediationSession) -> list[tuple[MaskedParty, Notice | None]]:
        """Each party with the notice by which it was asked to a session."""
        found = {one.party_id: one for one in self.notices if one.session_seq == session.seq}
        return [(one, found.get(one.id)) for one in self.parties]

    def replies_to(self, session: MediationSession) -> list[Said]:
        """What the companies said to a session; while it lies ahead also those that said nothing yet."""
        said = self.replies.get(session.id, ())
        return [one for one in said if one.reply is not None or session.status == "planned"]

    def payments_of(self, instalment: Instalment) -> list[Payment]:
        """The payments on one instalment."""
        return [one for one in self.payments if one.instalment_id == instalment.id]

    def reports_of(self, instalment: Instalment) -> list[Report]:
        """What the company told of payments on one instalment."""
        return [one for one in self.reports if one.instalment_id == instalment.id]

    def claim(self, claim_id: int | None) -> str:
        """What a claim asks for."""
        return next((one.item for one in self.claims if one.id == claim_id), "")

    @property
    def standing_answers(self) -> list[Answer]:
        """The newest answer of each company to each claim, in the order of the claims."""
        order = {one.id: place for place, one in enumerate(self.claims)}
        found = service.newest(self.answers).values()
        return sorted(found, key=lambda one: (order.get(one.claim_id or 0, -1), one.id))

    @property
    def threads(self) -> list[tuple[int | None, list[Offer]]]:
        """The offers by claim, each thread oldest first."""
        found: dict[int | None, list[Offer]] = {}
        for one in self.offers:
            found.setdefault(one.claim_id, []).append(one)
        return list(found.items())

    def offer_status(self, offer: Offer) -> str:
        """How an offer stands today."""
        return service.status_of(offer, clock.today())

    @property
    def limits(self) -> list[ClaimDays]:
        """The last days of limitation, one line for claims of one name with the same days."""
        days = limitation.days_of(self.claims, self.deadlines)
        alike = {
            (one.claim.item, *(row and row.raw_last_day for row in (one.current, one.earliest))): one for one in days
        }
        return list(alike.values())

    @property
    def running(self) -> list[Deadline]:
        """The deadlines that run, stand still or have been settled; replaced and cancelled ones are history."""
        return [one for one in self.deadlines if one.status in RUNNING and not limitation.is_kept_here(one)]

    @property
    def nearest(self) -> Deadline | None:
        """Of the deadlines that the reader sees, the one the case is worked by."""
        worked_by = (
            one for one in self.running if one.status == "open" and one.rule_code not in deadlines.NOT_WORKED_BY
        )
        return min(worked_by, key=lambda one: (one.last_day, one.id), default=None)

    @property
    def past(self) -> list[Deadline]:
        """Replaced and cancelled deadlines."""
        return [one for one in self.deadlines if one.status not in RUNNING and not limitation.is_kept_here(one)]
