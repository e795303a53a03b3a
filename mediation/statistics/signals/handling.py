"""What the committee does with a signal: look at it, set it aside with a reason, take that back."""

from __future__ import annotations

from flask_babel import gettext as _

from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError
from mediation.core.permissions import P, check
from mediation.statistics.models import Signal

LONGEST_REASON = 300


def mark_seen(actor: Actor, *, signal: Signal) -> None:
    """Somebody of the committee has looked at a new signal. Nothing happens to one that is not new."""
    check(actor, P.SIGNAL_HANDLE)
    if signal.status == "new":
        _set(actor, signal, "seen", None)


def dismiss(actor: Actor, *, signal: Signal, reason: str) -> None:
    """Set a signal aside: what it showed counts as history from now on. Raises DomainError at ``reason``, Conflict when
    a recommendation was drafted from it."""
    check(actor, P.SIGNAL_HANDLE)
    if signal.status == "taken_up":
        raise Conflict(_("已经据此起草建议书，不能再搁置"))
    reason = reason.strip()
    if len(reason) < 2:
        raise DomainError(_("请写明搁置的理由"), field="reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("理由最多 %(most)d 字", most=LONGEST_REASON), field="reason")
    _set(actor, signal, "dismissed", reason)
    record(actor, AuditEvent.SIGNAL_SET_ASIDE, subject=("signal", signal.id), kind=signal.kind)


def restore(actor: Actor, *, signal: Signal) -> None:
    """Take back that a signal was set aside; the reason stays in the history of changes. Raises Conflict."""
    check(actor, P.SIGNAL_HANDLE)
    if signal.status != "dismissed":
        raise Conflict(_("这条信号没有被搁置"))
    _set(actor, signal, "seen", None)


def _set(actor: Actor, signal: Signal, status: str, reason: str | None) -> None:
    change(actor, signal, status=status, reason=reason, handled_by=actor.user_id, handled_at=clock.now())
    db.session.flush()
