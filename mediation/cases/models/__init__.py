"""All tables of the cases feature."""

from mediation.cases.models.agreement import (
    Agreement,
    EnforcementStep,
    FollowUp,
    Instalment,
    Payment,
    Signature,
)
from mediation.cases.models.case import MOVES, NO_DEADLINE, Case, CaseCompany, CaseDraft, CaseEvent, CaseSearch, Claim
from mediation.cases.models.law import CasePause, CaseSpell, LegalAct, LimitationEvent
from mediation.cases.models.mediation import (
    Answer,
    Assignment,
    Attendance,
    ConflictCheck,
    Consent,
    MediationSession,
    Offer,
    PrivateNote,
    SessionReply,
)

__all__ = [
    "MOVES",
    "NO_DEADLINE",
    "Agreement",
    "Answer",
    "Assignment",
    "Attendance",
    "Case",
    "CaseCompany",
    "CaseDraft",
    "CaseEvent",
    "CasePause",
    "CaseSearch",
    "CaseSpell",
    "Claim",
    "ConflictCheck",
    "Consent",
    "EnforcementStep",
    "FollowUp",
    "Instalment",
    "LegalAct",
    "LimitationEvent",
    "MediationSession",
    "Offer",
    "Payment",
    "PrivateNote",
    "SessionReply",
    "Signature",
]
