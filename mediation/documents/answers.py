"""How the pages of papers answer: with a draft, or with the paper that was just issued."""

from __future__ import annotations

import io

from flask import Response, flash, redirect, send_file, url_for
from flask_babel import gettext as _

from mediation.cases.models import Case
from mediation.documents.models import Document

# The browser's own PDF viewer is an embedded object with styles of its own; nothing else may run in it.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def as_draft(case: Case, code: str, content: bytes) -> Response:
    answer = send_file(
        io.BytesIO(content), mimetype="application/pdf", download_name=f"{code} {case.number} {_('草稿')}.pdf"
    )
    answer.headers["Content-Security-Policy"] = PDF_POLICY
    answer.headers["Cache-Control"] = "no-store"  # a draft prints sealed data
    return answer


def as_word(case: Case, code: str, content: bytes) -> Response:
    answer = send_file(
        io.BytesIO(content), mimetype=WORD, as_attachment=True, download_name=f"{code} {case.number} {_('草稿')}.docx"
    )
    answer.headers["Cache-Control"] = "no-store"  # a draft prints sealed data
    return answer


def after_issue(case: Case, document: Document) -> Response:
    flash(_("已出具《%(title)s》，编号 %(number)s。", title=document.title, number=document.number), "success")
    return redirect(url_for("documents.show", number=case.number, document_id=document.id), 303)
