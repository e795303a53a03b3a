"""The figures of the last twelve months on a company's page."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from mediation.companies.models import Company
from mediation.companies.panels import Panel
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.permissions import P, granted
from mediation.statistics import columns, page
from mediation.statistics.period import twelve_months_to
from mediation.statistics.queries import Scope
from mediation.statistics.view import Wish

SHOWN = ("cases", "rate", "settlement_rate", "median_days", "claimed_fen", "agreed_fen", "received_fen", "on_time_rate")


def figures_panel(actor: Actor, company: Company) -> Panel | None:
    """The company with all below it: eight figures, each with the list of its cases; nothing for who reads none."""
    if not granted(actor, P.STATISTICS_READ):
        return None
    wish = Wish(twelve_months_to(clock.today()), Scope(company=company.id), by="company", preset="twelve")
    view = page.summary(actor, wish)
    return Panel(
        _("近12个月"),
        "statistics/_panel.html",
        {"cells": [view.cell(view.whole, columns.ALL[code]) for code in SHOWN]},
        sort=10,
        href=url_for("statistics.index", **view.arguments()),
        link_label=_("统计"),
    )
