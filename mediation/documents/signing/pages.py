"""The page on which a paper is signed, by hand on the screen or with a scan of the signed original."""

from __future__ import annotations

import io

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from mediation.accounts import queries as accounts
from mediation.cases import queries as case_queries
from mediation.cases.models import Case
from mediation.core import clock
from mediation.core.actor import Actor, current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.core.web.forms import ChecksField, ChoiceField, DayField, Form, not_in_future
from mediation.documents import labels, policy, queries
from mediation.documents.answers import PDF_POLICY
from mediation.documents.models import Document
from mediation.documents.signing import copies, service

bp = Blueprint("signing", __name__)


class ScreenForm(Form):
    """A signature drawn on the screen."""

    chosen = ChoiceField(_l("签名人"), [DataRequired(_l("请选择签名人"))])
    name = StringField(
        _l("签名人姓名"),
        [Length(max=60, message=_l("最多 %(max)d 个字"))],
        description=_l("名单里没有姓名的（负责人、记录人等）在此填写。"),
    )
    identified_by = ChoiceField(_l("身份核对"), choices=[])
    drawn = HiddenField(_l("手写签名"))


class PaperForm(Form):
    """A scan of the signed original, and whose signatures it shows."""

    keys = ChecksField(_l("已经签名的人"), [DataRequired(_l("请勾选这份签署件上已经签名的人"))])
    signed_on = DayField(_l("签名日期"), [DataRequired(_l("请填写签名日期")), not_in_future], default=clock.today)
    file = FileField(
        _l("签署件"),
        [FileRequired(_l("请选择文件"))],
        description=_l("签名后的扫描件或照片：PDF、JPG、PNG、HEIC，最多 20 MB。"),
    )


@bp.route("/cases/<number>/documents/<int:document_id>/sign", methods=["GET", "POST"])
@requires(P.CASE_READ)
def sign(number: str, document_id: int):
    actor = current_actor()
    case, document = _load(actor, number, document_id)
    lines = service.lines_for(actor, case, document)
    form = _screen_form(actor, lines, is_sent=request.method == "POST")
    if form.validate_on_submit():
        given = {name: (form[name].data or "") for name in ("chosen", "name", "identified_by", "drawn")}
        try:
            service.sign_on_screen(actor, case=case, document=document, **given)
        except (Forbidden, NotFound, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            case, document = _load(actor, number, document_id)
        else:
            flash(_("签名已登记。"), "success")
            return redirect(url_for(".sign", number=number, document_id=document_id), 303)
    return _page(actor, case, document, form, None)


@bp.post("/cases/<number>/documents/<int:document_id>/sign/paper")
@requires(P.DOCUMENT_MAKE)
def sign_paper(number: str, document_id: int):
    actor = current_actor()
    case, document = _load(actor, number, document_id)
    form = _paper_form(service.lines_for(actor, case, document), is_sent=True)
    if form.validate_on_submit():
        upload = form.file.data
        try:
            service.sign_on_paper(
                actor,
                case=case,
                document=document,
                keys=form.keys.data,
                on=form.signed_on.data,
                filename=upload.filename,
                content=upload.read(),
            )
        except (Forbidden, NotFound, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            case, document = _load(actor, number, document_id)
        else:
            flash(_("签署件已保存，签名已登记。"), "success")
            return redirect(url_for(".sign", number=number, document_id=document_id), 303)
    return _page(actor, case, document, None, form)


@bp.get("/cases/<number>/documents/<int:document_id>/signed.pdf")
@requires(P.CASE_READ)
def download(number: str, document_id: int):
    """The paper with its sheet of signatures. The look is recorded."""
    actor = current_actor()
    case, document = _load(actor, number, document_id)
    signed = [(one.place, one.signature) for one in service.lines(case, document)]
    answer = send_file(
        io.BytesIO(copies.signed_copy(actor, document, signed)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{document.title} {document.number}（签名页）.pdf",
    )
    answer.headers["Content-Security-Policy"] = PDF_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _load(actor: Actor, number: str, document_id: int) -> tuple[Case, Document]:
    case = case_queries.get_for(actor, number, lock=request.method == "POST")
    return case, queries.get_for(actor, case, document_id)


def _screen_form(actor: Actor, lines: list[service.Line], *, is_sent: bool) -> ScreenForm:
    form = ScreenForm() if is_sent else ScreenForm(formdata=None)
    form.chosen.choices = [
        (f"{line.place.key}/{signer.key}", _words(line, signer)) for line in lines if line.is_open
        for signer in line.place.signers
    ]  # fmt: skip
    ways = service.IDENTIFIED if policy.may_make(actor) else {service.OWN_ACCOUNT}
    form.identified_by.choices = [(key, words) for key, words in labels.IDENTIFIED.items() if key in ways]
    return form


def _words(line: service.Line, signer) -> str:
    capacity = str(labels.CAPACITIES[line.place.capacity])
    if not signer.name:
        who = f"{line.place.holder} {signer.relation}".strip()
        return f"{capacity}　{who}" + _("（另填姓名）")
    if signer.relation:
        return f"{capacity}　{signer.name}（{line.place.holder} {signer.relation}）"
    return f"{capacity}　{signer.name}"


def _paper_form(lines: list[service.Line], *, is_sent: bool) -> PaperForm:
    form = PaperForm() if is_sent else PaperForm(formdata=None)
    form.keys.choices = [
        (one.place.key, f"{labels.CAPACITIES[one.place.capacity]} {one.place.holder}".strip())
        for one in lines
        if one.signature is None
    ]
    return form


def _page(actor: Actor, case: Case, document: Document, screen: ScreenForm | None, paper: PaperForm | None):
    lines = service.lines_for(actor, case, document)
    may_make = policy.may_make(actor)
    is_refused = bool((screen and screen.errors) or (paper and paper.errors))
    page = render_template(
        "documents/sign.html",
        case=case,
        document=document,
        lines=lines,
        is_possible=service.may_sign(actor, case, document),
        screen_form=screen or _screen_form(actor, lines, is_sent=False),
        paper_form=(paper or _paper_form(lines, is_sent=False)) if may_make else None,
        capacities=labels.CAPACITIES,
        identified=labels.IDENTIFIED,
        ways=labels.WAYS_OF_SIGNING,
        names=accounts.names_for(actor, {one.signature.recorded_by for one in lines if one.signature} - {None}),
        has_drawn=any(one.signature and one.signature.way == service.SCREEN for one in lines),
    )
    return page, 422 if is_refused else 200
