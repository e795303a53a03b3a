"""Pages of recommendations: list and page, drafts, acts of the committee, the company's reply."""

from flask import Blueprint

bp = Blueprint("recommendations", __name__, url_prefix="/recommendations")

from mediation.recommendations import desk, reminders  # noqa: E402, F401  (they put themselves on the home page, in the digest)
from mediation.recommendations.routes import acts, drafts, pages, replies  # noqa: E402

blueprints = (bp,)
__all__ = ["acts", "blueprints", "bp", "drafts", "pages", "replies"]
