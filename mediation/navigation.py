"""The menu: which pages there are, and what every layout needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, request, url_for
from flask_babel import lazy_gettext as _l

from mediation.core.actor import current_actor
from mediation.core.permissions import P, granted


@dataclass(frozen=True)
class Entry:
    """One line of the menu: endpoint, label, permission, and the endpoints' prefix that marks it as active."""

    endpoint: str
    label: object
    permission: P
    prefix: str


ENTRIES = (
    Entry("cases.today", _l("今日"), P.CASE_READ, "cases.today"),
    Entry("cases.index", _l("案件"), P.CASE_READ, "cases.index"),
    Entry("cases.new", _l("登记"), P.CASE_OPEN, "cases.new"),
    Entry("stations.roster", _l("值班"), P.CASE_OPEN, "stations.roster"),
    Entry("companies.index", _l("公司"), P.COMPANY_READ, "companies."),
    Entry("statistics.index", _l("统计"), P.STATISTICS_READ, "statistics.index"),
    Entry("statistics.reports", _l("月报"), P.REPORT_READ, "statistics.report"),
    Entry("ledger.index", _l("导入"), P.LEDGER_IMPORT, "ledger."),
    Entry("accounts.users", _l("设置"), P.USER_MANAGE, "accounts.user"),
)


def menu(app: Flask) -> list[tuple[object, str, bool, int]]:
    """(label, address, active, badge) of what the actor may open."""
    actor = current_actor()
    if not actor.is_authenticated:
        return []
    here = request.endpoint or ""
    return [
        (entry.label, url_for(entry.endpoint), here.startswith(entry.prefix), 0)
        for entry in ENTRIES
        if entry.endpoint in app.view_functions and granted(actor, entry.permission)
    ]


def install(app: Flask) -> None:
    """Give every template the menu, the actor and what it may do."""

    @app.context_processor
    def layout():
        actor = current_actor()
        return {
            "actor": actor,
            "can": lambda permission: granted(actor, P(permission)),
            "nav_items": menu(app) if request else [],
            "search_url": url_for("cases.index") if "cases.index" in app.view_functions else None,
            "locale_switch_url": url_for("accounts.switch_language"),
            "request_id": getattr(g, "request_id", ""),
        }
