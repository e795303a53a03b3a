"""What a case's own history does to the limitation of its claims, and the last days kept for them.

The application, the starts that were registered, the other side's agreement and payments enter their limitation events by
themselves, each once; people add the others (``service.limitation``). From the events the current and the earliest
plausible last day of each claim are counted (``deadlines.limitation``) and kept as deadlines, so that they are explained,
reminded of and counted anew like any other. Nothing here checks permissions: it follows from acts that did.
"""

from mediation.cases.limitation.counting import (
    STANDING,
    WITHDRAWN,
    ClaimLimitation,
    claims_of,
    events_of,
    limitations_of,
    rule_of,
)
from mediation.cases.limitation.entering import follow
from mediation.cases.limitation.keeping import (
    URGENT_AID,
    ClaimDays,
    days_of,
    is_kept_here,
    propose_anew,
    refresh,
    relied_on,
)

__all__ = [
    "STANDING",
    "URGENT_AID",
    "WITHDRAWN",
    "ClaimDays",
    "ClaimLimitation",
    "claims_of",
    "days_of",
    "events_of",
    "follow",
    "is_kept_here",
    "limitations_of",
    "propose_anew",
    "refresh",
    "relied_on",
    "rule_of",
]
