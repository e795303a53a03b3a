"""The pages of the month: the committee's reports, whom they are sent to, and the part of a headquarters."""

from flask import Blueprint

bp = Blueprint("reports", __name__)
blueprints = (bp,)

from mediation.reports.routes import company, months, recipients  # noqa: E402, F401  (they hang their views on bp)
