"""Invitations: the administrator's list, and the public pages on which somebody takes one up."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from mediation.accounts import invitations, passwords, queries, service, sessions
from mediation.accounts.forms import InvitationCodeForm, InvitationForm, JoinForm
from mediation.accounts.invitations import Made
from mediation.accounts.labels import INVITATION_STATES, ROLES
from mediation.accounts.models import Invitation, UserCompany, UserStation
from mediation.accounts.throttle import TooManyTries
from mediation.core import clock
from mediation.core.actor import Role, current_actor, system
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.core.permissions import P, granted, requires
from mediation.notifications import mail

bp = Blueprint("joining", __name__)
log = logging.getLogger(__name__)
# The session of somebody whose link and code were right: the invitation, and when.
JOINING = "joining"


@bp.get("/admin/invitations")
@requires(P.USER_MANAGE)
def index():
    rows = invitations.listed_for(current_actor())
    return render_template("accounts/invitations.html", roles=ROLES, **listing(rows))


def listing(rows: Any) -> dict[str, Any]:
    """What the table of invitations needs."""
    actor = current_actor()
    return {
        "rows": rows,
        "states": {row.id: invitations.state_of(row) for row in rows},
        "state_names": INVITATION_STATES,
        "inviters": queries.names_for(actor, {row.invited_by for row in rows if row.invited_by}),
        "company_names": queries.company_names(actor, {key for row in rows for key in row.company_ids}),
    }


@bp.route("/admin/invitations/new", methods=["GET", "POST"])
@requires(P.USER_MANAGE)
def new():
    actor, form = current_actor(), InvitationForm()
    form.offer(actor)
    if form.validate_on_submit():
        try:
            with transaction():
                made = invitations.invite(actor, **form.person(), **form.scope())
        except DomainError as error:
            form.take(error)
        else:
            return made_page(made)
    return render_template("accounts/invitation_new.html", form=form), _status()


@bp.post("/accounts/invitations/<int:invitation_id>/renew")
@requires(P.SIGNED_IN)
def renew(invitation_id: int):
    actor = current_actor()
    try:
        with transaction():
            made = invitations.renew(actor, invitation=invitations.get_for(actor, invitation_id))
    except DomainError as error:
        if error.status == 404:
            raise
        flash(str(error.message), "danger")
        return redirect(_list_of(actor), 303)
    return made_page(made)


@bp.post("/accounts/invitations/<int:invitation_id>/revoke")
@requires(P.SIGNED_IN)
def revoke(invitation_id: int):
    actor = current_actor()
    try:
        invitations.revoke(actor, invitation=invitations.get_for(actor, invitation_id))
    except DomainError as error:
        if error.status == 404:
            raise
        flash(str(error.message), "danger")
    else:
        flash(_("邀请已撤销，链接和邀请码立即失效。"), "success")
    return redirect(_list_of(actor), 303)


def _list_of(actor: Any) -> str:
    return url_for("joining.index" if granted(actor, P.USER_MANAGE) else "colleagues.index")


def made_page(made: Made) -> str:
    """The answer to the click is the only page that ever shows link and code. Mails the link where that is set up."""
    link, invitation = link_to(made.token), made.invitation
    return render_template(
        "accounts/invitation_made.html",
        invitation=invitation,
        link=link,
        code=f"{made.code[:4]} {made.code[4:]}",
        mailed=_mail_link(invitation, link),
        back=_list_of(current_actor()),
    )


def link_to(token: str) -> str:
    """The address that goes to the person invited."""
    base = current_app.config["BASE_URL"]
    return (
        f"{base}{url_for('joining.join', token=token)}"
        if base
        else url_for("joining.join", token=token, _external=True)
    )


def _mail_link(invitation: Invitation, link: str) -> bool | None:
    """Mail the link at once: it is kept nowhere, so no outbox can. None: no mail server, or no mail address."""
    config, contact = current_app.config, invitation.contact or ""
    if not config["SMTP_URL"] or "@" not in contact:
        return None
    message = mail.compose(
        sender=config["MAIL_FROM"],
        to=contact,
        subject=_("【调解案件】开通账号的邀请"),
        body=_(
            "%(name)s：您好。%(by)s邀请您开通账号，请在 %(until)s 之前打开：\n\n%(link)s\n\n"
            "打开后要填 8 位邀请码，由邀请人另行告诉您。链接只能用一次，请不要转发。",
            name=invitation.name,
            by=current_actor().name,
            until=clock.civil_date(invitation.expires_at).isoformat(),
            link=link,
        ),
        message_id=f"<invitation-{invitation.id}@{mail.domain_of(config['MAIL_FROM'])}>",
        at=clock.now(),
    )
    db.session.rollback()  # the invitation is stored; a slow mail server must not hold the only writer
    try:
        with mail.Mailbox(config["SMTP_URL"]) as mailbox:
            mailbox.send(message)
    except (mail.MailError, mail.MailRefused) as error:
        log.warning("the link of invitation %s was not mailed: %s", invitation.id, type(error).__name__)
        return False
    return True


@bp.route("/join/<token>", methods=["GET", "POST"])
@requires(P.PUBLIC)
def join(token: str):
    form, status, headers = InvitationCodeForm(), _status(), {"Referrer-Policy": "no-referrer"}
    if form.validate_on_submit():
        try:
            found = invitations.open_with(token=token, code=form.code.data, address=request.remote_addr or "")
        except DomainError as error:
            form.take(error)
            status = error.status
            if isinstance(error, TooManyTries):
                headers["Retry-After"] = str(error.seconds)
        else:
            sessions.end()
            session[JOINING] = {"invitation": found, "at": int(clock.now().timestamp())}
            return redirect(url_for("joining.account"), 303)
    return render_template("accounts/join.html", form=form), status, headers


@bp.route("/join", methods=["GET", "POST"])
@requires(P.PUBLIC)
def account():
    held = session.get(JOINING)
    if not held or not sessions.is_recent(held.get("at")):
        flash(_("请重新打开邀请链接，再输入邀请码。"), "info")
        return redirect(url_for("accounts.login"), 303)
    form = JoinForm()
    try:
        invitation = invitations.offered(held["invitation"])
        if form.validate_on_submit():
            return _joined(form, invitation.id)
    except invitations.InvitationRefused as error:
        session.pop(JOINING)
        flash(str(error.message), "danger")
        return redirect(url_for("accounts.login"), 303)
    except DomainError as error:
        db.session.rollback()
        form.take(error)
    return render_template("accounts/join_account.html", form=form, **_offer(invitation)), _status()


def _joined(form: JoinForm, invitation_id: int) -> Any:
    username = service.normal_username(form.username.data)
    service.check_username(username)
    passwords.check_strength(form.new_password.data, username=username)
    db.session.rollback()  # Argon2 must not keep the only writer waiting
    password_hash = passwords.hash_password(form.new_password.data)
    user = invitations.accept(invitation_id=invitation_id, username=username, password_hash=password_hash)
    sessions.start(user)
    flash(_("账号已开通，您已登录。"), "success")
    if form.with_factor.data:
        return redirect(url_for("second_factor.index"), 303)
    return redirect(sessions.home(sessions.actor_of(user)), 303)


def _offer(invitation: Invitation) -> dict[str, Any]:
    """What the account will hold, in words."""
    everything = system(invitation.committee_id)
    companies = queries.survivors(invitation.company_ids)
    stations = frozenset(invitation.station_ids)
    return {
        "invitation": invitation,
        "roles": [ROLES[role] for role in Role if role.value in invitation.roles],
        "companies": queries.chosen_names(everything, UserCompany.company_id, companies),
        "stations": queries.chosen_names(everything, UserStation.station_id, stations),
    }


def _status() -> int:
    return 422 if request.method == "POST" else 200
