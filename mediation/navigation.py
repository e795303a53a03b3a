"""The menu: which pages there are, and what every layout needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

from mediation.core.actor import Role, current_actor
from mediation.core.i18n import listed
from mediation.core.permissions import P, granted


@dataclass(frozen=True)
class Entry:
    """One line of the menu: endpoint, label, permission, and the endpoints' prefix that marks it as active."""

    endpoint: str
    label: object
    permission: P
    prefix: str | tuple[str, ...]


SETTINGS = (
    "accounts.user",
    "joining.",
    "stations.station",
    "stations.office",
    "committees.",
    "audit.",
    "deadlines.",
    "notifications.outbox",
)
ENTRIES = (
    Entry("cases.today", _l("今日"), P.CASE_READ, "cases.today"),
    Entry("cases.index", _l("案件"), P.CASE_READ, "cases.index"),
    Entry("cases.new", _l("登记"), P.CASE_OPEN, "cases.new"),
    Entry("stations.roster", _l("值班"), P.ROSTER_READ, "stations.roster"),
    Entry("companies.index", pgettext("many", "公司"), P.COMPANY_READ, "companies."),
    Entry("colleagues.index", _l("同事"), P.COMPANY_STAFF, "colleagues."),
    Entry("statistics.index", _l("统计"), P.STATISTICS_READ, "statistics."),
    Entry("signals.index", _l("信号"), P.SIGNAL_READ, "signals."),
    Entry("recommendations.index", pgettext("many", "建议书"), P.RECOMMENDATION_READ, "recommendations."),
    Entry("reports.index", _l("月报"), P.REPORT_READ, "reports."),
    Entry("reports.company_list", _l("月报"), P.COMPANY_REPORT_READ, "reports."),
    Entry("ledger.index", _l("导入"), P.LEDGER_IMPORT, "ledger."),
    Entry("accounts.users", _l("设置"), P.USER_MANAGE, SETTINGS),
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


ROLE_NAMES = {
    Role.LAWYER: _l("驻站律师"),
    Role.POLICE: _l("民警"),
    Role.JUDICIAL: _l("司法所工作人员"),
    Role.HR: _l("公司人事"),
    Role.COMMITTEE: _l("调解委员会"),
    Role.ADMIN: _l("系统管理员"),
}


def _address(app: Flask, endpoint: str, permission: P) -> str | None:
    """The address of a page the actor may open, None otherwise."""
    allowed = endpoint in app.view_functions and granted(current_actor(), permission)
    return url_for(endpoint) if allowed else None


def user_items(app: Flask) -> list[tuple[object, str]]:
    """The user menu: own inbox and profile."""
    entries = (("notifications.inbox", _l("收件箱")), ("accounts.profile", _l("我的账号")))
    return [(label, url_for(endpoint)) for endpoint, label in entries if endpoint in app.view_functions]


def home_endpoint(app: Flask) -> str:
    """Where a person lands: today for those with cases, the users page for an administrator."""
    actor = current_actor()
    if granted(actor, P.CASE_READ) and "cases.today" in app.view_functions:
        return "cases.today"
    return "accounts.users" if granted(actor, P.USER_MANAGE) else "accounts.profile"


def install(app: Flask) -> None:
    """Give every template the menu, the actor and what it may do."""

    @app.context_processor
    def layout():
        actor = current_actor()
        shared = {
            "actor": actor,
            "can": lambda permission: granted(actor, P(permission)),
            "product_name": _("快递物流行业劳动争议调解"),
            "locale_switch_url": url_for("accounts.switch_language"),
            "request_id": getattr(g, "request_id", ""),
        }
        if not actor.is_authenticated:
            return shared
        return shared | {
            "nav_items": menu(app),
            "search_url": _address(app, "cases.index", P.CASE_READ),
            "new_case_url": _address(app, "cases.new", P.CASE_OPEN),
            "home_url": url_for(home_endpoint(app)),
            "logout_url": url_for("accounts.logout"),
            "user_name": actor.name,
            "user_role": listed(ROLE_NAMES[role] for role in Role if role in actor.roles),
            "user_items": user_items(app),
        }
