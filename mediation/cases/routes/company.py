"""A company's desk: what waits for its officers, what it owes and when, with the export."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_babel import gettext as _

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import company_desk, labels, queries_company, tables
from mediation.cases.models import NO_DEADLINE
from mediation.cases.routes import bp
from mediation.core import clock
from mediation.core.actor import Actor, current_actor
from mediation.core.permissions import P, requires

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def desk_page(actor: Actor) -> str:
    """The home page of a company's officer."""
    return render_template("cases/company/home.html", desk=company_desk.desk_for(actor), no_deadline=NO_DEADLINE)


@bp.get("/cases/company/")
@requires(P.CASE_ANSWER)
def company_home():
    """The same as the officer's home page, under an address of its own."""
    return desk_page(current_actor())


@bp.get("/cases/company/instalments")
@requires(P.CASE_ANSWER)
def company_instalments():
    """What the own companies owe under agreements in force, by day; ``?all=1`` with what is paid."""
    actor = current_actor()
    is_all = request.args.get("all") == "1"
    rows = queries_company.instalments_for(actor, only_open=not is_all)
    shown = rows[: queries_company.MOST]
    return render_template(
        "cases/company/instalments.html",
        months=_by_month(shown),
        reports=company_desk.reports_by_instalment({row.case_id for row in shown}),
        is_all=is_all,
        count=_("%(n)d 期以上", n=queries_company.MOST) if len(rows) > len(shown) else _("%(n)d 期", n=len(shown)),
        labels=labels,
    )


@bp.get("/cases/company/instalments.xlsx")
@requires(P.CASE_ANSWER)
def export_instalments():
    """All of it as a spreadsheet; the export is logged with its row count."""
    actor = current_actor()
    rows = queries_company.instalments_for(actor, only_open=False, limit=None)
    reports = company_desk.reports_by_instalment({row.case_id for row in rows})
    waiting = {key: sum(one.amount_fen for one in said if one.status == "pending") for key, said in reports.items()}
    content, count = tables.instalments_as_xlsx((row, waiting.get(row.instalment_id, 0)) for row in rows)
    name = f"instalments-{clock.today().isoformat()}.xlsx"
    record(
        actor,
        AuditEvent.LIST_EXPORTED,
        subject=("case_file", None),
        list="instalments",
        rows=count,
        format="xlsx",
        filters={},
    )
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=XLSX, headers=headers)


def _by_month(rows):
    """[(first day of the month, its rows)], in order."""
    found: dict = {}
    for row in rows:
        found.setdefault(row.on.replace(day=1), []).append(row)
    return list(found.items())
