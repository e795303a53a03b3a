"""The page on which the services of a paper are recorded, one recipient at a time."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from mediation.cases import queries as case_queries
from mediation.cases.models import Case
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.core.permissions import P, requires
from mediation.core.web.forms import ChoiceField, DayField, Form, not_in_future
from mediation.core.web.requests import key
from mediation.documents import labels, policy, queries, serving
from mediation.documents.models import Document, ServiceRecord
from mediation.documents.serving import ServiceIn
from mediation.parties import queries as party_queries

bp = Blueprint("serving", __name__)


def _short(most: int) -> Length:
    return Length(max=most, message=_l("最多 %(max)d 个字"))


class ServiceForm(Form):
    """One service."""

    party_id = ChoiceField(_l("受送达人"), coerce=lambda value: int(value) if value else None, empty=_l("其他人"))
    recipient = StringField(_l("其他受送达人"), [_short(120)], description=_l("不是当事人的，写姓名和身份。"))
    manner = ChoiceField(_l("送达方式"), [DataRequired(_l("请选择送达方式"))], choices=list(labels.MANNERS.items()))
    served_on = DayField(_l("送达日期"), [DataRequired(_l("请填写送达日期")), not_in_future], default=clock.today)
    place = StringField(_l("送达地点或地址"), [_short(200)])
    taken_by = StringField(_l("签收人"), [_short(120)], description=_l("本人，或者代收人及与受送达人的关系。"))
    tracking = StringField(_l("邮件编号"), [_short(60)])
    refusal_note = StringField(_l("拒收事由"), [_short(300)])
    witnesses = StringField(
        _l("见证人"), [_short(200)], description=_l("留置送达：见证人的姓名和单位，或者上传现场照片。")
    )
    file = FileField(_l("回证或照片"), description=_l("PDF、JPG、PNG、HEIC，最多 20 MB。"))
    reason = StringField(_l("更正的理由"), [_short(serving.LONGEST_REASON)])


@bp.route("/cases/<number>/documents/<int:document_id>/services", methods=["GET", "POST"])
@requires(P.DOCUMENT_MAKE)
def services(number: str, document_id: int):
    case, document = _load(number, document_id)
    corrected = request.args.get("correct", type=key)
    wrong = serving.record_of(document, corrected) if corrected else None
    form = _form(case, wrong)
    if form.validate_on_submit():
        try:
            serving.serve(
                current_actor(),
                document=document,
                given=_given(form),
                proof=_upload(form),
                instead_of=wrong,
                reason=form.reason.data or "",
            )
        except (Forbidden, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            case, document = _load(number, document_id)
            wrong = serving.record_of(document, corrected) if corrected else None
        else:
            flash(_("送达记录已更正。") if corrected else _("送达已登记。"), "success")
            return redirect(url_for(".services", number=number, document_id=document_id), 303)
    page = render_template(
        "documents/services.html",
        case=case,
        document=document,
        form=form,
        records=serving.records_of(document),
        manners=labels.MANNERS,
        wrong=wrong,
        withdrawn=serving.WITHDRAWN,
    )
    return page, 422 if form.errors else 200


@bp.post("/cases/<number>/documents/<int:document_id>/services/<int:service_id>/withdraw")
@requires(P.DOCUMENT_MAKE)
def withdraw(number: str, document_id: int, service_id: int):
    """A record that is wrong altogether."""
    _case, document = _load(number, document_id)
    row = serving.record_of(document, service_id)
    try:
        serving.withdraw(current_actor(), document=document, row=row, reason=request.form.get("reason", ""))
    except (Forbidden, Conflict):
        raise
    except DomainError as error:
        db.session.rollback()
        flash(str(error.message), "danger")
    else:
        flash(_("送达记录已撤回，原记录保留。"), "success")
    return redirect(url_for(".services", number=number, document_id=document_id), 303)


def _load(number: str, document_id: int) -> tuple[Case, Document]:
    actor = current_actor()
    if not policy.may_make(actor):
        raise Forbidden()
    case = case_queries.get_for(actor, number)
    return case, queries.get_for(actor, case, document_id)


def _form(case: Case, wrong: ServiceRecord | None) -> ServiceForm:
    """The form, filled with the record that is corrected."""
    form = ServiceForm(obj=wrong)
    form.party_id.choices = [(party.id, party.name) for party in party_queries.for_case(case.id)]
    return form


def _given(form: ServiceForm) -> ServiceIn:
    typed = {
        name: (form[name].data or "").strip()
        for name in ("recipient", "place", "taken_by", "tracking", "refusal_note", "witnesses")
    }
    return ServiceIn(manner=form.manner.data, served_on=form.served_on.data, party_id=form.party_id.data, **typed)


def _upload(form: ServiceForm) -> tuple[str, bytes] | None:
    upload = form.file.data
    return (upload.filename, upload.read()) if upload else None
