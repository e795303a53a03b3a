"""Pages of recommendations: list and page, drafts, acts of the committee, the company's reply."""

from flask import Blueprint

bp = Blueprint("recommendations", __name__, url_prefix="/recommendations")

from mediation.recommendations import desk  # noqa: E402, F401  (it puts itself on the officers' home page)
from mediation.recommendations.routes import acts, drafts, pages, replies  # noqa: E402

blueprints = (bp,)
__all__ = ["acts", "blueprints", "bp", "drafts", "pages", "replies"]
