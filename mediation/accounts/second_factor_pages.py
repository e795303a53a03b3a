"""The second step of a log-in, and the page on which a person sets up or takes off the own second factor."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from mediation.accounts import queries, second_factor, service, sessions
from mediation.accounts.forms import BeginFactorForm, CodeForm, FactorForm
from mediation.accounts.throttle import TooManyTries
from mediation.committees.queries import committee_of
from mediation.core.actor import current_actor
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires

bp = Blueprint("second_factor", __name__)


@bp.route("/login/code", methods=["GET", "POST"])
@requires(P.PUBLIC)
def log_in():
    held = sessions.between_steps()
    if held is None:
        if request.method == "POST":
            flash(_("等待时间太长，请重新登录。"), "info")
        return redirect(url_for("accounts.login"), 303)
    form, refusal = CodeForm(), None
    if form.validate_on_submit():
        try:
            user = second_factor.pass_step(
                user_id=held["user"],
                session_version=held["version"],
                code=form.code.data,
                address=request.remote_addr or "",
            )
        except DomainError as error:
            refusal = error
        else:
            sessions.start(user, passed=True)
            target = sessions.local_path(held["next"])
            return redirect(target if target not in (None, "/") else sessions.home(sessions.actor_of(user)), 303)
    return _answer("accounts/login_code.html", form, refusal)


@bp.get("/profile/second-factor")
@requires(P.SIGNED_IN)
def index():
    return _page(FactorForm() if second_factor.of(current_actor().user_id) else BeginFactorForm())


@bp.post("/profile/second-factor/begin")
@requires(P.SIGNED_IN)
def begin():
    actor, form = current_actor(), BeginFactorForm()
    if second_factor.of(actor.user_id) is None:
        if not sessions.is_fresh():
            if not form.validate():
                return _page(form)
            try:
                service.confirm_password(actor, password=form.current_password.data)
            except DomainError as error:
                return _page(form, error)
        second_factor.begin(actor)
    return redirect(url_for("second_factor.enrol"), 303)


@bp.route("/profile/second-factor/enrol", methods=["GET", "POST"])
@requires(P.SIGNED_IN)
def enrol():
    actor, form, refusal = current_actor(), CodeForm(), None
    factor = second_factor.pending_of(actor)
    if factor is None:
        return redirect(url_for("second_factor.index"), 303)
    user = queries.get_for(actor, actor.user_id or 0)
    if form.validate_on_submit():
        try:
            codes = second_factor.confirm(actor, code=form.code.data)
        except DomainError as error:
            refusal = error
        else:
            sessions.renew(user, passed=True)
            return _codes(codes, is_new=True)
    address = second_factor.address(factor, username=user.username, issuer=committee_of(actor).short_name)
    return _answer(
        "accounts/second_factor_enrol.html",
        form,
        refusal,
        address=address,
        picture=Markup(segno.make_qr(address, error="m").svg_inline(scale=4, border=4)),  # noqa: S704 (escaped by segno)
        groups=" ".join(factor.secret[place : place + 4] for place in range(0, len(factor.secret), 4)),
    )


@bp.post("/profile/second-factor/recovery")
@requires(P.SIGNED_IN)
def recovery():
    """Ten new recovery codes."""
    form = FactorForm()
    return _refusal(form) or _codes(second_factor.renew_recovery(current_actor()), is_new=False)


@bp.post("/profile/second-factor/off")
@requires(P.SIGNED_IN)
def off():
    form = FactorForm()
    refused = _refusal(form)
    if refused:
        return refused
    actor = current_actor()
    second_factor.take_off(actor)
    sessions.renew(queries.get_for(actor, actor.user_id or 0), passed=False)
    flash(_("两步验证已解除，其他设备上的登录已全部失效。"), "success")
    return redirect(url_for("second_factor.index"), 303)


def _refusal(form: FactorForm) -> Any:
    """The page with what is wrong with password and code; None when both are right."""
    actor = current_actor()
    if second_factor.of(actor.user_id) is None:
        return redirect(url_for("second_factor.index"), 303)
    if not form.validate():
        return _page(form)
    try:
        service.confirm_password(actor, password=form.current_password.data)
        second_factor.confirm_code(actor, code=form.code.data)
    except DomainError as error:
        return _page(form, error)
    return None


def _page(form: Any, refusal: DomainError | None = None) -> Any:
    factor = second_factor.of(current_actor().user_id)
    return _answer(
        "accounts/second_factor.html",
        form,
        refusal,
        factor=factor,
        left=len(factor.recovery) if factor else 0,
        is_forced=current_user.needs_second_factor,
        asks_password=not sessions.is_fresh(),
    )


def _answer(template: str, form: Any, refusal: DomainError | None = None, **values: Any) -> Any:
    if refusal is not None:
        form.take(refusal)
    status = refusal.status if refusal else 422 if request.method == "POST" else 200
    headers = {"Retry-After": str(refusal.seconds)} if isinstance(refusal, TooManyTries) else {}
    return render_template(template, form=form, **values), status, headers


def _codes(codes: list[str], *, is_new: bool) -> str:
    """The answer to the click is the only page that ever shows the recovery codes."""
    return render_template(
        "accounts/recovery_codes.html", codes=codes, is_new=is_new, home=sessions.home(current_actor())
    )
