"""What can be done with a recommendation, by the committee and by the company it was written to."""

from mediation.recommendations.service.drafting import (
    DraftIn,
    draft,
    edit,
    label_of,
    propose,
    review,
    send_back,
    signal_for,
)
from mediation.recommendations.service.following import Watched, close, declare_not_done, tell, verify, visit, watch
from mediation.recommendations.service.issuing import ServiceIn, as_response, issue, preview, seal, serve
from mediation.recommendations.service.replies import (
    ItemIn,
    MeasureIn,
    ReplyIn,
    advice_of,
    answer,
    measures_of,
    open_measures,
    supplement,
)
from mediation.recommendations.service.steps import facts_of, opened, permissions_of

__all__ = [
    "DraftIn",
    "ItemIn",
    "MeasureIn",
    "ReplyIn",
    "ServiceIn",
    "Watched",
    "advice_of",
    "answer",
    "as_response",
    "close",
    "declare_not_done",
    "draft",
    "edit",
    "facts_of",
    "issue",
    "label_of",
    "measures_of",
    "open_measures",
    "opened",
    "permissions_of",
    "preview",
    "propose",
    "review",
    "seal",
    "send_back",
    "serve",
    "signal_for",
    "supplement",
    "tell",
    "verify",
    "visit",
    "watch",
]
