"""The secret calendar addresses of a person: made, renewed, revoked, and who stands behind one.

Whoever knows an address reads the calendar, so it is a random secret of 256 bits, shown once, kept as a digest, and
taken back at any time. It dies with the account.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts.models import FeedAddress, User
from mediation.audit import queries as audit
from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound

MOST_ADDRESSES = 5
_BYTES = 32


def addresses_for(actor: Actor) -> Sequence[FeedAddress]:
    """The person's addresses that work, oldest first."""
    return db.session.scalars(_mine(actor).order_by(FeedAddress.id)).all()


def days_of_use(addresses: Sequence[FeedAddress]) -> dict[int, date]:
    """The last day on which each was read, by id: the trail knows, so that reading a calendar writes nothing else."""
    found = audit.last_looks(AuditEvent.FEED_READ, "feed_address", [one.id for one in addresses])
    return {key: clock.civil_date(at) for key, at in found.items()}


def get_for(actor: Actor, address_id: int) -> FeedAddress:
    """One of the person's own that works. Raises NotFound."""
    found = db.session.scalar(_mine(actor).where(FeedAddress.id == address_id))
    if found is None:
        raise NotFound()
    return found


def _mine(actor: Actor) -> Any:
    return select(FeedAddress).where(
        FeedAddress.user_id == actor.user_id,
        FeedAddress.committee_id == actor.committee_id,
        FeedAddress.revoked_at.is_(None),
    )


def make(actor: Actor) -> str:
    """A new address. Returns its secret, which cannot be shown again. Raises DomainError when there are enough."""
    if len(addresses_for(actor)) >= MOST_ADDRESSES:
        raise DomainError(_("最多 %(n)s 个订阅地址，请先作废不用的", n=MOST_ADDRESSES))
    secret = secrets.token_urlsafe(_BYTES)
    address = FeedAddress(committee_id=actor.committee_id, user_id=actor.user_id, token_digest=_digest(secret))
    db.session.add(address)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("feed_address", address.id))
    return secret


def revoke(actor: Actor, *, address: FeedAddress) -> None:
    """Take an address back, from this moment."""
    change(actor, address, revoked_at=clock.now())
    db.session.flush()


def renew(actor: Actor, *, address: FeedAddress) -> str:
    """A new secret in place of an address that somebody else may know. Returns it."""
    revoke(actor, address=address)
    return make(actor)


def reader_of(secret: str) -> tuple[FeedAddress, User]:
    """The address and the person behind a secret. Raises NotFound for an unknown or revoked one and a closed account."""
    digest = _digest(secret)
    row = db.session.execute(
        select(FeedAddress, User).join(User, User.id == FeedAddress.user_id).where(FeedAddress.token_digest == digest)
    ).one_or_none()
    if row is None:
        raise NotFound()
    address, user = row
    is_same = hmac.compare_digest(address.token_digest, digest)
    if not is_same or address.revoked_at is not None or not user.is_active:
        raise NotFound()
    return address, user


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
