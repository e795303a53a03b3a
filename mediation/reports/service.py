"""Issue the month's report: frozen figures, stored PDFs, a new version only when a figure has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from mediation.attachments.models import Attachment
from mediation.attachments.service import read, store
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.permissions import P, check
from mediation.documents.proof import codes
from mediation.documents.proof.keys import paper_keys
from mediation.documents.service import proof_address
from mediation.reports import deliveries, differences, links, monthly_report, queries, snapshots
from mediation.reports.frozen import LAYOUT, PAGES, cell, find, shown, title_of
from mediation.reports.models import CompanyReport, MonthlyReport
from mediation.statistics.period import Period, month, month_before, month_key, month_label

COMPARED = ("months", "outcomes")  # tables of several months: what the last issue said of the earlier ones


@dataclass(frozen=True)
class Prepared:
    """A month read and rendered, with nothing written yet. ``last`` is the version before it, 0 for none.

    ``figures`` is None where nothing has changed since that version.
    """

    period: Period
    last: int
    figures: dict[str, Any] | None = None
    differences: Sequence[dict[str, Any]] = ()
    content: bytes = b""


def prepare(actor: Actor, period: Period) -> Prepared:
    """Freeze and render a month that is over: what takes long, and reads only, so best in ``reading()``.

    Raises DomainError for a month that is not over, Forbidden.
    """
    check(actor, P.REPORT_MAKE)
    today = clock.today()
    if period.last >= today:
        raise DomainError(_("这个月还没有结束，只能看草稿"), field="month")
    figures = snapshots.take(actor, period, today=today)
    last = queries.latest_report(actor, month_key(period))
    changed = differences.between(figures, last.figures) if last else []
    if last is not None and _is_unchanged(figures, last, changed):
        return Prepared(period, last.version)
    version = last.version if last else 0
    figures["issue"] = _issue(actor, figures, version + 1, changed, last)
    figures["issue"]["parts_for"] = [company.id for company in queries.headquarters_of(actor, period)]
    return Prepared(period, version, figures, changed, rendered(figures))


def issue(actor: Actor, prepared: Prepared) -> tuple[MonthlyReport, bool]:
    """Issue what was prepared. Returns the report, and whether it is new.

    The parts of the headquarters are made after it (:mod:`parts`); whom the whole is sent to is queued with it. Where
    somebody else has issued the month meanwhile it is prepared anew, now that nobody else can. Raises Forbidden.
    """
    check(actor, P.REPORT_MAKE)
    committee_id, key = _committee(actor), month_key(prepared.period)
    queries.lock(committee_id)
    last = queries.latest_report(actor, key)
    if (last.version if last else 0) != prepared.last:
        prepared = prepare(actor, prepared.period)
    if prepared.figures is None:
        assert last is not None
        return last, False
    version = prepared.last + 1
    attachment = kept(actor, committee_id, file_name(prepared.period, version), prepared.content)
    report = MonthlyReport(
        committee_id=committee_id,
        month=key,
        version=version,
        figures=prepared.figures,
        differences=list(prepared.differences),
        attachment_id=attachment.id,
        sha256=attachment.sha256,
        made_by=actor.user_id,
        made_at=clock.now(),
    )
    db.session.add(report)
    db.session.flush()
    deliveries.queue(actor, report)
    record(
        actor,
        AuditEvent.REPORT_MADE,
        subject=("monthly_report", report.id),
        month=report.month,
        version=version,
        sha256=report.sha256,
    )
    return report, True


def make_report(actor: Actor, period: Period) -> tuple[MonthlyReport, bool]:
    """Prepare and issue in one transaction, the caller's. Raises as :func:`prepare`.

    Unchanged figures give the version there is; so does a version of an earlier layout whose figures still hold.
    """
    return issue(actor, prepare(actor, period))


def _is_unchanged(figures: Mapping[str, Any], last: MonthlyReport, changed: list[dict[str, Any]]) -> bool:
    if last.figures.get("layout", 1) < LAYOUT:
        return not changed
    return snapshots.content_of(last.figures) == figures


def rendered(figures: Mapping[str, Any]) -> bytes:
    """The PDF of a snapshot, with the fonts of this installation."""
    return monthly_report.render(figures, instance_fonts=_fonts())


def kept(actor: Actor, committee_id: int, name: str, content: bytes) -> Attachment:
    """Store a PDF of a month; ``name`` without its ending."""
    return store(actor, committee_id=committee_id, case_id=None, kind="report", filename=f"{name}.pdf", content=content)


def _issue(
    actor: Actor, figures: Mapping[str, Any], version: int, changed: list[dict[str, Any]], last: MonthlyReport | None
) -> dict[str, Any]:
    """What belongs to this version alone; see :mod:`snapshots`."""
    before = queries.latest_report(actor, month_key(month_before(month(figures["month"]))))
    whole, parts = queries.addressees(actor)
    return proven(figures, version, changed) | {
        "path": links.page_of(figures["month"], version),
        "is_new_layout": last is not None and last.figures.get("layout", 1) < PAGES,
        "sent_to": whole,
        "parts_to": parts,
        **({"since_last": _since(figures, before)} if before and before.figures.get("layout", 1) >= PAGES else {}),
    }


def _since(figures: Mapping[str, Any], before: MonthlyReport) -> list[dict[str, Any]]:
    """What the last issue said of earlier months and is no longer so."""

    def shared(found: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
        """The lines of the compared tables that the other issue has as well."""
        tables = []
        for key in COMPARED:
            one, two = find(found, key), find(other, key)
            known = {row["key"] for row in two["rows"]} if two else set()
            if one:
                tables.append({**one, "rows": [row for row in one["rows"] if row["key"] in known]})
        return {"layout": found["layout"], "pages": [{"blocks": tables}]}

    counted = {"收案", "达成协议", "全部达成", "部分达成", "调解不成", "撤回", "终止", "移送转办", "有结果"}
    found = differences.between(shared(figures, before.figures), shared(before.figures, figures))
    return [one for one in found if one["code"] in counted]


def proven(figures: Mapping[str, Any], version: int, changed: list[dict[str, Any]]) -> dict[str, Any]:
    """Number, day and signed code of a version: the code holds the digest of its figures, not of the file it stands in."""
    period = month(figures["month"])
    today, sha256 = clock.today(), snapshots.digest(figures)
    headline = find(figures, "headline")
    assert headline is not None
    said = [(row["cells"][0], shown(row["unit"], cell(headline, row["key"], "value"))) for row in headline["rows"]]
    claims = {
        "v": 1,
        "n": f"{period.first.year}年第{period.first.month}期 第{version}版",
        "t": f"{title_of(figures)} {month_label(period)}",
        "d": today.isoformat(),
        "b": figures["committee"],
        "c": figures["month"],
        "y": [list(pair) for pair in said[:6]],
        "h": sha256,
    }
    return {
        "version": version,
        "issued_on": today.isoformat(),
        "differences": changed,
        "sha256": sha256,
        "proof": codes.sign(claims, paper_keys().seed),
        "proof_address": proof_address(),
        "address": current_app.config.get("BASE_URL") or "",
    }


def pdf_of(actor: Actor, report: MonthlyReport) -> bytes:
    """The bytes as issued. The report was loaded through the actor's scope. Raises DamagedFile, Forbidden."""
    check(actor, P.REPORT_READ)
    opened(actor, report)
    return read(db.session.get_one(Attachment, report.attachment_id))


def part_pdf_of(actor: Actor, report: MonthlyReport, part: CompanyReport) -> bytes:
    """The bytes of a headquarters' part as issued, loaded through the actor's scope. Raises DamagedFile."""
    opened(actor, report)
    return read(db.session.get_one(Attachment, part.attachment_id))


def opened(actor: Actor, report: MonthlyReport) -> None:
    """Record that somebody looked at a version."""
    record(
        actor,
        AuditEvent.REPORT_OPENED,
        subject=("monthly_report", report.id),
        month=report.month,
        version=report.version,
    )


def draft(actor: Actor, period: Period) -> tuple[Mapping[str, Any], bytes]:
    """(figures, PDF) of a month as it stands today; nothing is kept but that it was looked at. Raises Forbidden."""
    check(actor, P.REPORT_READ)
    record(actor, AuditEvent.REPORT_OPENED, subject=("monthly_report", None), month=month_key(period), version=0)
    figures = snapshots.take(actor, period, today=clock.today())
    return figures, rendered(figures)


def file_name(period: Period, version: int | None) -> str:
    """The name of a report's file, without its ending."""
    issue = f"第{version}版" if version else "草稿"
    return f"调解月报-{month_key(period)}-{issue}"


def _committee(actor: Actor) -> int:
    if actor.committee_id is None:
        raise DomainError(_("没有所属的调解委员会"))
    return actor.committee_id


def _fonts() -> Path:
    return Path(current_app.config["INSTANCE"]) / "fonts"
