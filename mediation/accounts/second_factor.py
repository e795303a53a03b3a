"""The second factor at log-in: a code of the person's authenticator (TOTP, RFC 6238), or one of ten recovery codes.

A code serves once: ``last_step`` moves with it, under the lock of the row, so that of two at the same moment one wins.
The clock of a phone may be one step (30 seconds) off either way. Tries are counted as for passwords, but apart from
them. Recovery codes are kept as keyed digests; the authenticator's secret is sealed.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any

import pyotp
from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts import passwords, queries, throttle
from mediation.accounts.languages import in_language
from mediation.accounts.models import SecondFactor, User
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.committees.models import SECOND_FACTOR
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.crypto import blind
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError
from mediation.core.permissions import P, check
from mediation.notifications.service import notify

STEP_SECONDS = 30
DRIFT = 1  # steps
RECOVERY_CODES = 10
EVERYBODY = "all"


class CodeRefused(DomainError):
    """The code does not fit, or has served already: the answer never says which."""

    def __init__(self) -> None:
        super().__init__(_("验证码不对或已经用过，请等应用显示下一个"), field="code")


def of(user_id: int | None) -> SecondFactor | None:
    """The authenticator that is in force for an account."""
    factor = db.session.get(SecondFactor, user_id) if user_id is not None else None
    return factor if factor is not None and factor.confirmed_at is not None else None


def pending_of(actor: Actor) -> SecondFactor | None:
    """The authenticator the actor is setting up."""
    factor = db.session.get(SecondFactor, actor.user_id) if actor.user_id is not None else None
    return factor if factor is not None and factor.confirmed_at is None else None


def holders_for(actor: Actor) -> dict[int, datetime]:
    """Since when each person of the actor's committee who has a second factor has it, by account."""
    rows = db.session.execute(
        select(SecondFactor.user_id, SecondFactor.confirmed_at)
        .join(User, User.id == SecondFactor.user_id)
        .where(User.committee_id == actor.committee_id, SecondFactor.confirmed_at.isnot(None))
    )
    return {row.user_id: row.confirmed_at for row in rows}


def is_required(settings: dict[str, Any], roles: Collection[Role]) -> bool:
    """Whether a committee's settings ask a second factor of somebody with these roles."""
    wanted = settings.get(SECOND_FACTOR) or ()
    return EVERYBODY in wanted or any(role.value in wanted for role in roles)


def begin(actor: Actor) -> SecondFactor:
    """A new secret for the actor, in force once :func:`confirm` has seen a code of it.

    Raises Conflict where one is in force: it must be taken off first.
    """
    factor = db.session.get(SecondFactor, actor.user_id)
    if factor is None:
        factor = SecondFactor(user_id=actor.user_id)
        db.session.add(factor)
    elif factor.confirmed_at is not None:
        raise Conflict(_("两步验证已经开启"))
    factor.secret, factor.last_step, factor.recovery = pyotp.random_base32(), 0, []
    db.session.flush()
    return factor


def address(factor: SecondFactor, *, username: str, issuer: str) -> str:
    """The ``otpauth:`` address that an authenticator reads from the QR code."""
    return pyotp.TOTP(factor.secret).provisioning_uri(name=username, issuer_name=issuer)


def confirm(actor: Actor, *, code: str) -> list[str]:
    """Put the new authenticator in force with its first code. Ends all sessions. Returns the recovery codes, once.

    Raises CodeRefused, or Conflict where nothing is being set up.
    """
    factor = _locked(actor.user_id)
    if factor is None or factor.confirmed_at is not None:
        raise Conflict(_("请重新开始设置两步验证"))
    step = _step_of(factor, _tidy(code))
    if step is None:
        raise CodeRefused()
    factor.last_step, factor.confirmed_at = step, clock.now()
    queries.get_for(actor, actor.user_id or 0).session_version += 1
    record(actor, AuditEvent.SECOND_FACTOR_ON, subject=("user_account", actor.user_id))
    return _new_recovery(factor)


def pass_step(*, user_id: int, session_version: int, code: str, address: str) -> User:
    """The second step of a log-in, counting tries. Commits by itself.

    Raises CodeRefused (also for an account that was closed or changed since the first step) or TooManyTries.
    """
    keys = (throttle.key("code", str(user_id)), throttle.key("address", address))
    throttle.take(keys)
    with transaction():
        user, factor = db.session.get(User, user_id), _locked(user_id)
        usable = user is not None and user.is_active and user.session_version == session_version
        if user is not None and usable and factor is not None and _serves(factor, code):
            throttle.succeeded(keys)
            count_log_in(user)
            return user
        nobody = Actor(user_id=None, name="", committee_id=user.committee_id if user else None)
        record(nobody, AuditEvent.LOGIN_FAILED, subject=("user_account", user_id), reason="code")
    raise CodeRefused()


def count_first_step(user: User) -> None:
    """The password was right. Without a second factor the person is in; with one the trail tells of a right password
    that no code may ever follow."""
    if of(user.id) is None:
        count_log_in(user)
        return
    nobody = Actor(user_id=None, name="", committee_id=user.committee_id)
    record(nobody, AuditEvent.LOGIN_FIRST_STEP, subject=("user_account", user.id))


def count_log_in(user: User) -> None:
    """The person is in: nothing further is asked."""
    user.last_login_at = clock.now()
    actor = Actor(user_id=user.id, name=user.name, committee_id=user.committee_id)
    record(actor, AuditEvent.LOGIN_SUCCEEDED, subject=("user_account", user.id))


def confirm_code(actor: Actor, *, code: str) -> None:
    """Ask for a code again before a change that hangs on it. Commits by itself. Raises CodeRefused or TooManyTries."""
    keys = (throttle.key("code", str(actor.user_id)),)
    throttle.take(keys)
    with transaction():
        factor = _locked(actor.user_id)
        if factor is None or not _serves(factor, code):
            raise CodeRefused()
        throttle.succeeded(keys)


def renew_recovery(actor: Actor) -> list[str]:
    """Ten new recovery codes in place of those that are left. Ask for a code first. Raises Conflict without a factor."""
    factor = of(actor.user_id)
    if factor is None:
        raise Conflict(_("两步验证没有开启"))
    record(actor, AuditEvent.RECORD_CHANGED, subject=("second_factor", actor.user_id), changed=["recovery"])
    return _new_recovery(factor)


def take_off(actor: Actor) -> None:
    """The actor's own factor, after password and code were asked for. Ends all sessions."""
    _remove(actor, queries.get_for(actor, actor.user_id or 0))


def reset(actor: Actor, *, user: User) -> None:
    """Take off the factor of somebody who has lost the phone. Ends all sessions, and tells the person.

    Needs user:manage. Raises DomainError for the own one (it takes password and code) and where there is none.
    """
    check(actor, P.USER_MANAGE)
    if user.id == actor.user_id:
        raise DomainError(_("自己的两步验证请在“我的账号”里解除"))
    if of(user.id) is None:
        raise DomainError(_("这个账号没有开启两步验证"))
    _remove(actor, user)
    with in_language(user.locale):
        notify(
            committee_id=user.committee_id,
            user_id=user.id,
            kind="account",
            key=f"second_factor:off:{clock.now().isoformat()}",
            title=_("您的两步验证已由管理员解除，请尽快重新设置"),
            url="/profile/second-factor",
        )


def _remove(actor: Actor, user: User) -> None:
    factor = of(user.id)
    if factor is None:
        return
    db.session.delete(factor)  # the secret is of no use to anybody any more; the trail keeps that there was one
    user.session_version += 1
    db.session.flush()
    by_other = user.id != actor.user_id
    record(actor, AuditEvent.SECOND_FACTOR_OFF, subject=("user_account", user.id), by_other=by_other)


def _locked(user_id: int | None) -> SecondFactor | None:
    statement = select(SecondFactor).where(SecondFactor.user_id == user_id).with_for_update()
    return db.session.scalar(statement.execution_options(populate_existing=True))


def _serves(factor: SecondFactor, typed: str) -> bool:
    """Whether the code fits and has not served; from now on it has. The row must be locked."""
    if factor.confirmed_at is None:
        return False
    code = _tidy(typed)
    step = _step_of(factor, code)
    if step is not None:
        factor.last_step = step
        return True
    digest = _digest(factor, code)
    left = [one for one in factor.recovery if not hmac.compare_digest(one, digest)]
    if len(left) == len(factor.recovery):
        return False
    factor.recovery = left
    _tell_of_recovery(factor, len(left))
    return True


def _tell_of_recovery(factor: SecondFactor, left: int) -> None:
    user = db.session.get_one(User, factor.user_id)
    actor = Actor(user_id=user.id, name=user.name, committee_id=user.committee_id)
    record(actor, AuditEvent.RECOVERY_CODE_USED, subject=("user_account", user.id), left=left)
    with in_language(user.locale):
        notify(
            committee_id=user.committee_id,
            user_id=user.id,
            kind="account",
            key=f"recovery:{clock.now().isoformat()}",
            title=_("您用掉了一个恢复码，还剩 %(left)s 个", left=left),
            url="/profile/second-factor",
        )


def _step_of(factor: SecondFactor, code: str) -> int | None:
    """The step that a code of six digits belongs to, within the drift and later than the last that served."""
    totp, now = pyotp.TOTP(factor.secret), int(clock.now().timestamp()) // STEP_SECONDS
    fitting = None
    # All are compared, whichever fits: the time must not tell.
    for step in range(now - DRIFT, now + DRIFT + 1):
        same = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        if same and step > factor.last_step:
            fitting = step
    return fitting


def _new_recovery(factor: SecondFactor) -> list[str]:
    codes = [passwords.generate_password() for _number in range(RECOVERY_CODES)]
    factor.recovery = [_digest(factor, _tidy(code)) for code in codes]
    db.session.flush()
    return codes


def _digest(factor: SecondFactor, code: str) -> str:
    digest = blind("second_factor.recovery", f"{factor.user_id}:{code}")
    return digest.hex() if digest else ""


def _tidy(typed: str | None) -> str:
    """As people type codes: full-width digits, capitals, blanks and dashes in between do not matter."""
    plain = unicodedata.normalize("NFKC", typed or "").lower()
    return "".join(mark for mark in plain if mark.isalnum())
