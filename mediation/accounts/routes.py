"""Log-in, the own account, and the administrator's pages of accounts."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from mediation.accounts import absences as away
from mediation.accounts import (
    delegation_pages,
    feed_pages,
    invitation_pages,
    invitations,
    passwords,
    queries,
    second_factor,
    second_factor_pages,
    service,
    sessions,
)
from mediation.accounts.forms import AbsenceForm, AbsenceOfForm, LoginForm, NewUserForm, PasswordForm, UserForm
from mediation.accounts.labels import ROLES
from mediation.accounts.models import User, UserCompany, UserStation
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core.actor import Role, current_actor
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.i18n import COOKIE
from mediation.core.permissions import P, requires

bp = Blueprint("accounts", __name__)
blueprints = (bp, feed_pages.bp, second_factor_pages.bp, invitation_pages.bp, delegation_pages.bp)


def install(app: Flask) -> None:
    """Sessions come before the permission guard."""
    sessions.install(app)


@bp.route("/login", methods=["GET", "POST"])
@requires(P.PUBLIC)
def login():
    form = LoginForm(next=request.args.get("next"))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(sessions.home(current_actor()))
    status = 200
    if form.validate_on_submit():
        try:
            user = service.log_in(
                username=form.username.data, password=form.password.data, address=request.remote_addr or ""
            )
        except service.TooManyTries as error:
            form.take(error)
            return render_template("accounts/login.html", form=form), 429, {"Retry-After": str(error.seconds)}
        except DomainError as error:
            form.take(error)
            status = 422
        else:
            if second_factor.of(user.id) is not None:
                sessions.begin_second_step(user, leads_to=form.next.data)
                return redirect(url_for("second_factor.log_in"), 303)
            sessions.start(user)
            target = sessions.local_path(form.next.data)
            return redirect(target if target not in (None, "/") else sessions.home(sessions.actor_of(user)), 303)
    elif request.method == "POST":
        status = 422
    return render_template("accounts/login.html", form=form), status


@bp.route("/logout", methods=["POST"])
@requires(P.SIGNED_IN)
def logout():
    actor = current_actor()
    record(actor, AuditEvent.LOGOUT, subject=("user_account", actor.user_id))
    sessions.end()
    flash(_("已退出登录。"), "success")
    return redirect(url_for("accounts.login"), 303)


@bp.route("/language", methods=["POST"])
@requires(P.PUBLIC)
def switch_language():
    language = request.form.get("lang")
    if language not in ("zh", "en"):
        abort(400)
    session[COOKIE] = language
    if current_user.is_authenticated:
        service.set_locale(current_actor(), locale=language)
    return redirect(sessions.page_at(request.form.get("next")) or sessions.home(current_actor()), 303)


@bp.route("/profile")
@requires(P.SIGNED_IN)
def profile():
    actor = current_actor()
    user = queries.get_for(actor, actor.user_id or 0)
    return render_template("accounts/profile.html", user=user, factor=second_factor.of(user.id), **_names(user))


@bp.route("/profile/password", methods=["GET", "POST"])
@requires(P.SIGNED_IN)
def password():
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            _change_own_password(form)
        except service.TooManyTries as error:
            form.take(error)
            return _password_page(form), 429, {"Retry-After": str(error.seconds)}
        except DomainError as error:
            form.take(error)
        else:
            flash(_("密码已修改，其他设备上的登录已全部失效。"), "success")
            return redirect(sessions.home(current_actor()), 303)
    return _password_page(form), 422 if request.method == "POST" else 200


def _change_own_password(form: PasswordForm) -> None:
    actor = current_actor()
    username = queries.get_for(actor, actor.user_id or 0).username
    service.confirm_password(actor, password=form.current_password.data)
    passwords.check_strength(form.new_password.data, username=username)
    if form.new_password.data == form.current_password.data:
        raise DomainError(_("新密码要与现在的不同"), field="new_password")
    password_hash = _hash_between_transactions(form.new_password.data)
    user = queries.get_for(actor, actor.user_id or 0)
    service.set_password(actor, user=user, password_hash=password_hash)
    sessions.renew(user)


def _password_page(form: PasswordForm) -> str:
    return render_template("accounts/password.html", form=form, forced=current_user.must_change_password)


@bp.route("/profile/absences", methods=["GET", "POST"])
@requires(P.SIGNED_IN)
def absences():
    actor = current_actor()
    user = queries.get_for(actor, actor.user_id or 0)
    form = AbsenceForm()
    form.deputy.choices = _people(away.deputies_for(actor, user))
    if form.validate_on_submit():
        try:
            away.enter(actor, user=user, **form.values())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("已登记，已通知代理人。"), "success")
            return redirect(url_for(".absences"), 303)
    rows = away.upcoming_for(actor, user_id=actor.user_id)
    return _absences_page("accounts/absences.html", form, rows, deputising=away.deputising_for(actor)), _status()


@bp.route("/roster/absences", methods=["GET", "POST"])
@requires(P.ROSTER_MANAGE)
def team_absences():
    actor = current_actor()
    form = AbsenceOfForm()
    everybody = queries.users_for(actor)
    form.user.choices = form.deputy.choices = _people(everybody)
    if form.validate_on_submit():
        try:
            away.enter(actor, user=queries.get_for(actor, form.user.data), **form.values())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("已登记，已通知代理人。"), "success")
            return redirect(url_for(".team_absences"), 303)
    return _absences_page("accounts/team_absences.html", form, away.upcoming_for(actor)), _status()


@bp.route("/absences/<int:absence_id>/cancel", methods=["POST"])
@requires(P.SIGNED_IN)
def absence_cancel(absence_id: int):
    actor = current_actor()
    absence = away.get_for(actor, absence_id)
    away.cancel(actor, absence=absence)
    flash(_("已取消，代理随即结束。"), "success")
    return redirect(url_for(".absences" if absence.user_id == actor.user_id else ".team_absences"), 303)


@bp.route("/admin/users")
@requires(P.USER_MANAGE)
def users():
    role = request.args.get("role")
    chosen = Role(role) if role in {one.value for one in Role} else None
    closed = request.args.get("closed") == "1"
    rows = queries.users_for(current_actor(), role=chosen, include_inactive=closed)
    offices = dict(queries.choices_for(current_actor(), User.office_id, chosen=_offices(rows)))
    return render_template(
        "accounts/users.html",
        rows=rows,
        roles=ROLES,
        chosen=chosen,
        closed=closed,
        offices=offices,
        factors=second_factor.holders_for(current_actor()),
    )


@bp.route("/admin/users/new", methods=["GET", "POST"])
@requires(P.USER_MANAGE)
def user_new():
    actor = current_actor()
    form = NewUserForm()
    form.offer(actor)
    if form.validate_on_submit():
        secret = passwords.generate_password()
        password_hash = _hash_between_transactions(secret)
        try:
            user = service.create_user(
                actor,
                username=form.username.data,
                password_hash=password_hash,
                must_change_password=True,
                **form.person(),
                **form.scope(),
            )
        except DomainError as error:
            form.take(error)
        else:
            return render_template("accounts/secret.html", user=user, secret=secret, is_new=True)
    return render_template("accounts/user_edit.html", form=form, user=None), _status()


@bp.route("/admin/users/<int:user_id>", methods=["GET", "POST"])
@requires(P.USER_MANAGE)
def user_edit(user_id: int):
    actor = current_actor()
    user = queries.get_for(actor, user_id)
    form = UserForm(data=_form_data(user))
    form.offer(actor, user)
    if form.validate_on_submit():
        try:
            service.change_user(actor, user=user, **form.person(), **form.scope())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for("accounts.users"), 303)
    if request.method == "POST":
        db.session.rollback()  # the page shows the account as it is stored beside what was typed
        user = queries.get_for(actor, user_id)
    return render_template("accounts/user_edit.html", form=form, user=user, factor=second_factor.of(user.id)), _status()


@bp.route("/admin/users/<int:user_id>/password", methods=["POST"])
@requires(P.USER_MANAGE)
def user_reset_password(user_id: int):
    actor = current_actor()
    queries.get_for(actor, user_id)
    if user_id == actor.user_id:
        return redirect(url_for("accounts.password"), 303)
    secret = passwords.generate_password()
    password_hash = _hash_between_transactions(secret)
    user = queries.get_for(actor, user_id)
    service.set_password(actor, user=user, password_hash=password_hash)
    return render_template("accounts/secret.html", user=user, secret=secret, is_new=False)


@bp.route("/admin/users/<int:user_id>/active", methods=["POST"])
@requires(P.USER_MANAGE)
def user_set_active(user_id: int):
    actor = current_actor()
    user = queries.get_for(actor, user_id)
    active = request.form.get("active") == "1"
    service.set_active(actor, user=user, active=active)
    if not active:
        invitations.revoke_of(actor, user=user)
    flash(_("账号已启用。") if active else _("账号已停用，登录已全部失效。"), "success")
    return redirect(url_for("accounts.user_edit", user_id=user_id), 303)


@bp.route("/admin/users/<int:user_id>/second-factor", methods=["POST"])
@requires(P.USER_MANAGE)
def user_reset_second_factor(user_id: int):
    actor = current_actor()
    user = queries.get_for(actor, user_id)
    if user_id == actor.user_id:
        return redirect(url_for("second_factor.index"), 303)
    if second_factor.of(user_id) is not None:
        second_factor.reset(actor, user=user)
        flash(_("两步验证已解除，登录已全部失效；请先核实对方身份再告知。"), "success")
    return redirect(url_for("accounts.user_edit", user_id=user_id), 303)


def _hash_between_transactions(secret: str) -> str:
    """End the request's transaction first: while Argon2 works nobody else could write (SQLite)."""
    db.session.rollback()
    return passwords.hash_password(secret)


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _offices(rows) -> frozenset[int]:
    return frozenset(row.office_id for row in rows if row.office_id)


def _names(user) -> dict[str, object]:
    """Names of stations, companies and the office of an account, for show."""
    actor = current_actor()
    stations = frozenset(row.station_id for row in user.stations)
    companies = frozenset(row.company_id for row in user.companies)
    offices = dict(queries.choices_for(actor, User.office_id, chosen=_offices([user])))
    return {
        "office": offices.get(user.office_id),
        "stations": queries.chosen_names(actor, UserStation.station_id, stations),
        "companies": queries.chosen_names(actor, UserCompany.company_id, companies),
        "roles": [ROLES[role] for role in Role if role.value in {row.role for row in user.roles}],
    }


def _form_data(user) -> dict[str, object]:
    return {
        "name": user.name,
        "title": user.title,
        "email": user.email,
        "roles": [row.role for row in user.roles],
        "office": user.office_id,
        "stations": [row.station_id for row in user.stations],
        "companies": [row.company_id for row in user.companies] or [None],
    }


def _people(users) -> list[tuple[int, str]]:
    return [(user.id, f"{user.name} · {user.title}" if user.title else user.name) for user in users]


def _absences_page(template: str, form: AbsenceForm, rows, deputising=()) -> str:
    ids = {user_id for row in (*rows, *deputising) for user_id in (row.user_id, row.deputy_id)}
    names = queries.names_for(current_actor(), ids)
    return render_template(template, form=form, rows=rows, deputising=deputising, names=names)
