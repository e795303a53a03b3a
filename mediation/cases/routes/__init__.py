"""The pages of cases: one module per group, one address per act."""

from flask import Blueprint

bp = Blueprint("cases", __name__)
blueprints = (bp,)

from mediation.cases.routes import (  # noqa: E402, F401  (the modules hang their views on bp)
    acts_acceptance,
    acts_outcome,
    acts_papers,
    agreement,
    calendar,
    company,
    company_acts,
    detail,
    feed,
    files,
    handover,
    intake,
    legal_acts,
    limitation,
    list,
    offers,
    parties,
    pauses,
    performance,
    sessions,
    today,
)
