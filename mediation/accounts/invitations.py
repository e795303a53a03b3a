"""An account by invitation: a link that travels one way, a code that travels another, and the person does the rest.

Of both only digests are kept; they are shown once, to whoever invites. A wrong code counts against the invitation and
against the address, and the answer never tells whether there is such an invitation. Whoever invites gives no more than
they could give themselves, also at the moment the invitation is taken: an administrator any role, a company's HR only
the role of HR for companies of their own tree.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import IntegrityError

from mediation.accounts import languages, queries, second_factor, service, sessions, throttle
from mediation.accounts.models import Invitation, User
from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.core import clock
from mediation.core.actor import PUBLIC, Actor, Role, system
from mediation.core.crypto import blind
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, check, granted
from mediation.notifications.service import notify

DAYS, MOST_DAYS = 7, 30
MOST_ATTEMPTS = 10
MOST_SETTLED = 50
_MOST_LOOKED_AT = 500  # settled ones, of which a company sees its own
CODE_DIGITS = 8
_BYTES = 32


class State(StrEnum):
    """What became of an invitation. ``locked``: too many wrong codes."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    LOCKED = "locked"


class InvitationRefused(DomainError):
    """Link and code do not open an invitation: the answer never says why."""

    def __init__(self) -> None:
        super().__init__(_("链接或邀请码不对，或者邀请已经失效；请向邀请您的人核对"), field="code")


@dataclass(frozen=True)
class Made:
    """A new invitation with its two secrets, which cannot be shown again."""

    invitation: Invitation
    token: str
    code: str


def state_of(invitation: Invitation) -> State:
    """The state at this moment."""
    if invitation.used_at is not None:
        return State.USED
    if invitation.revoked_at is not None:
        return State.REVOKED
    if invitation.expires_at <= clock.now():
        return State.EXPIRED
    return State.LOCKED if invitation.attempts >= MOST_ATTEMPTS else State.OPEN


def listed_for(actor: Actor) -> Sequence[Invitation]:
    """The invitations the actor may manage: all that wait, and the latest of the others; newest first."""
    ours = select(Invitation).where(Invitation.committee_id == actor.committee_id).order_by(Invitation.id.desc())
    waiting = _manageable(actor, db.session.scalars(ours.where(_waits())).all())
    settled = _manageable(actor, db.session.scalars(ours.where(~_waits()).limit(_MOST_LOOKED_AT)).all())
    return sorted((*waiting, *settled[:MOST_SETTLED]), key=lambda row: -row.id)


def _waits() -> ColumnElement[bool]:
    return and_(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > clock.now())


def get_for(actor: Actor, invitation_id: int) -> Invitation:
    """One the actor may manage. Raises NotFound."""
    row = db.session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.committee_id == actor.committee_id)
    )
    if row is None or not _manageable(actor, [row]):
        raise NotFound()
    return row


def _manageable(actor: Actor, rows: Sequence[Invitation]) -> Sequence[Invitation]:
    if granted(actor, P.USER_MANAGE):
        return rows
    if not granted(actor, P.COMPANY_STAFF):
        return []
    ours = queries.of_tree(actor, {company_id for row in rows for company_id in row.company_ids})
    return [row for row in rows if row.roles == [Role.HR.value] and row.company_ids and ours >= set(row.company_ids)]


def invite(
    actor: Actor,
    *,
    name: str,
    roles: Collection[Role],
    station_ids: Collection[int] = (),
    company_ids: Collection[int] = (),
    office_id: int | None = None,
    title: str | None = None,
    contact: str | None = None,
    days: int = DAYS,
) -> Made:
    """Invite somebody to an account. ``contact`` is a mail address or a phone number; ``days`` 1 to 30.

    Needs user:manage, or company:staff for HR of the own tree. Raises Forbidden for another role, DomainError at
    ``roles``, ``stations``, ``companies``, ``office`` or ``days``.
    """
    if not 1 <= days <= MOST_DAYS:
        raise DomainError(_("请填写 1 至 %(most)s 的整数", most=MOST_DAYS), field="days")
    _check_right(actor, roles=roles, station_ids=station_ids, company_ids=company_ids, office_id=office_id)
    service.check_scope(actor, roles=roles, station_ids=station_ids, company_ids=company_ids, office_id=office_id)
    token = secrets.token_urlsafe(_BYTES)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    invitation = Invitation(
        committee_id=actor.committee_id,
        name=name,
        title=title,
        contact=contact,
        roles=[role.value for role in Role if role in roles],
        station_ids=sorted(set(station_ids)),
        company_ids=sorted(set(company_ids)),
        office_id=office_id,
        token_digest=_digest(token),
        code_digest=_code_digest(_digest(token), code),
        attempts=0,
        expires_at=clock.now() + timedelta(days=days),
        invited_by=actor.user_id,
    )
    db.session.add(invitation)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("invitation", invitation.id))
    return Made(invitation, token, code)


def revoke(actor: Actor, *, invitation: Invitation) -> None:
    """Take an invitation back, from this moment. Raises Conflict when it was used."""
    if invitation.used_at is not None:
        raise Conflict(_("邀请已经用过，账号已开通；请停用账号"))
    if invitation.revoked_at is None:
        change(actor, invitation, revoked_at=clock.now())
        db.session.flush()


def revoke_of(actor: Actor, *, user: User) -> int:
    """Take back what a person who leaves has invited and nobody has taken yet. Returns how many there were."""
    rows = db.session.scalars(select(Invitation).where(Invitation.invited_by == user.id, _waits())).all()
    for row in rows:
        revoke(actor, invitation=row)
    return len(rows)


def renew(actor: Actor, *, invitation: Invitation) -> Made:
    """The same invitation with a new link and a new code, for as long as the first; the old one is revoked.

    The actor is who invites now. Raises Conflict when it was used, else as :func:`invite`.
    """
    revoke(actor, invitation=invitation)
    span = invitation.expires_at - (invitation.created_at or clock.now())
    return invite(
        actor,
        name=invitation.name,
        roles=[Role(role) for role in invitation.roles],
        station_ids=invitation.station_ids,
        company_ids=queries.survivors(invitation.company_ids),
        office_id=invitation.office_id,
        title=invitation.title,
        contact=invitation.contact,
        days=min(max(round(span / timedelta(days=1)), 1), MOST_DAYS),
    )


def open_with(*, token: str, code: str, address: str) -> int:
    """Look at link and code, counting tries. Commits by itself. Returns the invitation's id.

    Raises InvitationRefused, whatever is wrong, or TooManyTries.
    """
    token_digest = _digest(token)
    keys = (throttle.key("invitation", token_digest), throttle.key("address", address))
    throttle.take(keys)
    with transaction():
        row = db.session.scalar(select(Invitation).where(Invitation.token_digest == token_digest).with_for_update())
        wanted = row.code_digest if row is not None else ""
        fits = hmac.compare_digest(wanted, _code_digest(token_digest, _digits(code)))
        if row is not None and fits and _stands(row):
            throttle.succeeded(keys)
            return row.id
        if row is not None and not fits and state_of(row) is State.OPEN:
            row.attempts += 1
        nobody = Actor(user_id=None, name="", committee_id=row.committee_id if row else None)
        record(nobody, AuditEvent.LOGIN_FAILED, subject=("invitation", row.id if row else None), reason="invitation")
    raise InvitationRefused()


def offered(invitation_id: int) -> Invitation:
    """The invitation whose link and code were shown just now. Raises InvitationRefused once it is void."""
    row = db.session.get(Invitation, invitation_id)
    if row is None or not _stands(row):
        raise InvitationRefused()
    return row


def accept(*, invitation_id: int, username: str, password_hash: str) -> User:
    """Open the account, once, and count the log-in. Commits by itself; tells whoever invited.

    Of two at the same moment one wins. Raises InvitationRefused, or DomainError at ``username``.
    """
    try:
        with transaction():
            now = clock.now()
            taken = db.session.execute(
                update(Invitation)
                .where(Invitation.id == invitation_id, Invitation.used_at.is_(None))
                .values(used_at=now)
                .execution_options(synchronize_session=False)
            )
            row = db.session.get(Invitation, invitation_id, populate_existing=True)
            if row is None or taken.rowcount != 1 or not _stands(row, but_used=True):
                raise InvitationRefused()
            user = service.open_account(
                Actor(user_id=None, name=row.name, committee_id=row.committee_id),
                username=username,
                name=row.name,
                password_hash=password_hash,
                roles=[Role(role) for role in row.roles],
                station_ids=row.station_ids,
                company_ids=queries.survivors(row.company_ids),
                office_id=row.office_id,
                title=row.title,
                email=row.contact if row.contact and "@" in row.contact else None,
            )
            row.user_id, row.contact = user.id, None  # of no more use (law.md 7.2: no longer than needed)
            actor = Actor(user_id=user.id, name=user.name, committee_id=user.committee_id)
            record(actor, AuditEvent.INVITATION_USED, subject=("invitation", row.id), account=user.id)
            second_factor.count_log_in(user)
            _tell_inviter(row)
            return user
    except IntegrityError as error:  # somebody took the name between our look and our write
        raise DomainError(_("这个用户名已有人使用"), field="username") from error


def _tell_inviter(row: Invitation) -> None:
    by_company = row.roles == [Role.HR.value] and not granted(_inviter(row) or PUBLIC, P.USER_MANAGE)
    for inviter_id in languages.each_reading([row.invited_by]):
        notify(
            committee_id=row.committee_id,
            user_id=inviter_id,
            kind="account",
            key=f"invitation:{row.id}",
            title=_("%(name)s 已凭您的邀请开通账号", name=row.name),
            url="/accounts/colleagues" if by_company else "/admin/invitations",
        )


def _stands(row: Invitation, *, but_used: bool = False) -> bool:
    """Whether the invitation can be taken now: open, and nothing in it has become more than the inviter may give."""
    state = state_of(row)
    if but_used and state is State.USED:
        state = State.OPEN if row.revoked_at is None and row.expires_at > clock.now() else State.REVOKED
    inviter = _inviter(row)
    if state is not State.OPEN or inviter is None:
        return False
    scope = {
        "roles": [Role(role) for role in row.roles],
        "station_ids": row.station_ids,
        "company_ids": queries.survivors(row.company_ids),
        "office_id": row.office_id,
    }
    try:
        _check_right(inviter, **scope)
        service.check_scope(inviter, **scope)
    except DomainError:
        return False
    return True


def _inviter(row: Invitation) -> Actor | None:
    """Whoever invited, with what they hold today; None when their account is closed. A command's is the system."""
    if row.invited_by is None:
        return system(row.committee_id)
    user = db.session.get(User, row.invited_by)
    return sessions.actor_of(user) if user is not None and user.is_active else None


def _check_right(
    actor: Actor,
    *,
    roles: Collection[Role],
    station_ids: Collection[int],
    company_ids: Collection[int],
    office_id: int | None,
) -> None:
    if granted(actor, P.USER_MANAGE):
        return
    check(actor, P.COMPANY_STAFF)
    if set(roles) != {Role.HR} or station_ids or office_id is not None:
        raise Forbidden()
    if not company_ids or queries.of_tree(actor, company_ids) != set(company_ids):
        raise DomainError(_("没有这个公司"), field="companies")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _code_digest(token_digest: str, code: str) -> str:
    """Keyed: eight digits are guessed in no time by whoever has a copy of the table."""
    digest = blind("invitation.code", f"{token_digest}:{code}")
    return digest.hex() if digest else ""


def _digits(typed: str) -> str:
    """The digits of a code as people type it, full-width ones too."""
    return "".join(str(int(mark)) for mark in typed if mark.isdecimal())
