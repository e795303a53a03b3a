"""Import pages: upload, look and correct the columns, import; what was imported before."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.attachments import service as attachments
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core.actor import Actor, current_actor
from mediation.core.errors import DomainError, NotFound
from mediation.core.i18n import listed
from mediation.core.permissions import P, requires
from mediation.ledger import files, queries, service, workbook
from mediation.ledger.category_words import label_of
from mediation.ledger.forms import UploadForm, as_args, choices, overrides_from
from mediation.ledger.labels import FIELDS, RESULTS, SKIPPED

bp = Blueprint("ledger", __name__, url_prefix="/ledger")
blueprints = (bp,)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ISSUES = 300
SAMPLE = 8


@bp.get("/")
@requires(P.LEDGER_IMPORT)
def index():
    """The upload and the imports so far."""
    return _index_page(UploadForm())


@bp.post("/")
@requires(P.LEDGER_IMPORT)
def upload():
    """Seal an upload and go on to its preview; what cannot be read is refused at the field."""
    actor, form = current_actor(), UploadForm()
    if form.validate_on_submit():
        data, name = form.file.data.read(), form.file.data.filename or ""
        try:
            service.preview(actor, data=data, filename=name)
        except DomainError as error:
            form.take(error)
        else:
            token = files.keep_draft(actor, data=data, filename=name)
            return redirect(url_for(".preview", token=token), 303)
    return _index_page(form), 422


def _index_page(form: UploadForm) -> str:
    actor = current_actor()
    page = queries.imports_for(actor, after=request.args.get("after"), before=request.args.get("before"))
    return render_template("ledger/index.html", form=form, page=page, names=queries.importers(page.rows))


@bp.get("/drafts/<token>")
@requires(P.LEDGER_IMPORT)
def preview(token: str):
    """What an import would make of an upload, with the columns as chosen in the address."""
    return _preview_page(token)


@bp.post("/drafts/<token>")
@requires(P.LEDGER_IMPORT)
def confirm(token: str):
    """Import the upload as it was shown."""
    actor = current_actor()
    draft = files.open_draft(actor, token)
    overrides = overrides_from(request.args)
    seen = service.preview(actor, data=draft.data, filename=draft.filename, overrides=overrides)
    if not all(sheet.is_usable for sheet in choices(seen.ledger.sheets, request.args)):
        return _preview_page(token), 422
    result = service.import_ledger(
        actor,
        data=draft.data,
        filename=draft.filename,
        overrides=overrides,
        storage_name=draft.storage_name,
    )
    flash(_("已导入 %(count)s 件。", count=result.imported), "success")
    return redirect(url_for(".show", import_id=result.import_id), 303)


def _preview_page(token: str) -> str:
    actor = current_actor()
    draft = files.open_draft(actor, token)
    overrides = overrides_from(request.args)
    seen = service.preview(actor, data=draft.data, filename=draft.filename, overrides=overrides)
    sheets = choices(seen.ledger.sheets, request.args)
    return render_template(
        "ledger/preview.html",
        token=token,
        seen=seen,
        sheets=sheets,
        usable=all(sheet.is_usable for sheet in sheets),
        args=as_args(overrides),
        fields=FIELDS,
        results=RESULTS,
        skipped=_skipped(seen),
        category_label=label_of,
        sample=[one.row for one in seen.of(service.NEW)[:SAMPLE]],
        mapping=service.mapping_of(seen.ledger),
        errors=[service.masked(issue) for issue in seen.errors],
        warnings=[service.masked(issue) for issue in seen.warnings],
        most=MOST_ISSUES,
    )


def _skipped(seen: service.Preview) -> list[tuple[str, str, str]]:
    """(sheet, reason, rows) of what is no case, blank rows left out."""
    found: dict[tuple[str, str], list[str]] = {}
    for sheet in seen.ledger.sheets:
        for row in sheet.skipped:
            if row.reason != "blank":
                found.setdefault((sheet.name, row.reason), []).append(str(row.row))
    return [(name, str(SKIPPED[reason]), listed(rows)) for (name, reason), rows in found.items()]


@bp.get("/drafts/<token>/problems.xlsx")
@requires(P.LEDGER_IMPORT)
def draft_problems(token: str):
    """The rows of an upload that cannot be imported, in their own layout."""
    actor = current_actor()
    draft = files.open_draft(actor, token)
    return _problems(actor, draft.data, draft.filename, overrides_from(request.args))


@bp.get("/<int:import_id>")
@requires(P.LEDGER_IMPORT)
def show(import_id: int):
    """One import: counts, columns, what was wrong."""
    actor = current_actor()
    row = queries.get_for(actor, import_id)
    return render_template(
        "ledger/show.html",
        row=row,
        errors=[one for one in row.errors if one["severity"] == "error"],
        warnings=[one for one in row.errors if one["severity"] != "error"],
        fields=FIELDS,
        name=queries.importers([row]).get(row.imported_by or 0),
        has_file=queries.file_of(row.committee_id, row.sha256) is not None,
        most=MOST_ISSUES,
    )


@bp.get("/<int:import_id>/file")
@requires(P.LEDGER_IMPORT)
def file(import_id: int):
    """The file as it was uploaded; the look is recorded."""
    actor = current_actor()
    return attachments.as_response(actor, _file_of(actor, import_id)[1])


@bp.get("/<int:import_id>/problems.xlsx")
@requires(P.LEDGER_IMPORT)
def problems(import_id: int):
    """The rows of an import that are still no cases, in their own layout."""
    actor = current_actor()
    row, kept = _file_of(actor, import_id)
    return _problems(actor, attachments.read(kept), row.filename, row.mapping)


def _file_of(actor: Actor, import_id: int) -> tuple[Any, Any]:
    row = queries.get_for(actor, import_id)
    kept = queries.file_of(row.committee_id, row.sha256)
    if kept is None:
        raise NotFound()
    return row, kept


def _problems(actor: Actor, data: bytes, filename: str, overrides: service.Overrides) -> Response:
    seen = service.preview(actor, data=data, filename=filename, overrides=overrides)
    content, count = workbook.faulty_rows(seen, data)
    fields = {"list": "ledger", "rows": count, "format": "xlsx", "filters": {}}
    record(actor, AuditEvent.LIST_EXPORTED, subject=("ledger_import", None), **fields)
    response = Response(content, mimetype=XLSX)
    response.headers["Content-Disposition"] = "attachment; filename=ledger-problems.xlsx"
    return response
