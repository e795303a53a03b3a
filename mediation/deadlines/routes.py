"""The administrator's pages of working days, rules and jobs."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from mediation.core import jobs as job_runs
from mediation.core.permissions import P, requires

bp = Blueprint("deadlines", __name__, url_prefix="/settings")
blueprints = (bp,)


@bp.route("/jobs")
@requires(P.JOB_MANAGE)
def jobs() -> ResponseReturnValue:
    return render_template("deadlines/jobs.html", runs=job_runs.runs())
