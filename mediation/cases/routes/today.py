"""The home page."""

from __future__ import annotations

from flask import redirect, render_template, url_for

from mediation.cases import policy
from mediation.cases.models import NO_DEADLINE
from mediation.cases.routes import bp
from mediation.cases.routes.company import desk_page
from mediation.cases.today import today_for
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.permissions import P, granted, requires
from mediation.stations import queries as stations


@bp.get("/")
@requires(P.SIGNED_IN)
def today():
    """The day: late, due, sessions, who is on duty, what waits for me. A company's officer begins at the company's desk;
    an administrator has no cases: to the settings."""
    actor = current_actor()
    if not granted(actor, P.CASE_READ):
        return redirect(url_for("accounts.users" if granted(actor, P.USER_MANAGE) else "accounts.profile"))
    if policy.is_company(actor):
        return desk_page(actor)
    return render_template(
        "cases/today.html",
        day=today_for(actor),
        on_duty=stations.duties_for(actor, clock.today(), 1),
        no_deadline=NO_DEADLINE,
    )
