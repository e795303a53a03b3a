"""Jobs that belong to no feature: the audit trail is read through, and what is of no more use is removed."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from mediation.accounts.models import LoginThrottle
from mediation.accounts.notices import tell_administrators
from mediation.attachments import service as attachments
from mediation.audit.models import AuditHead
from mediation.audit.record import verify
from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.db import count_for_planner, db, transaction
from mediation.core.errors import DomainError


def verify_audit(_run_key: str) -> str:
    """Walk every chain of audit rows. Raises DomainError, and tells the administrators, when one is damaged."""
    with transaction() as session:
        chains = session.scalars(select(AuditHead.chain).order_by(AuditHead.chain)).all()
    damaged = {}
    for chain in chains:
        problems = verify(chain)
        db.session.rollback()
        if problems:
            damaged[chain] = problems
    if not damaged:
        return f"{len(chains)} chains, all whole"
    said = "; ".join(f"chain {chain}: {', '.join(problems[:3])}" for chain, problems in damaged.items())
    with transaction():
        for committee_id in db.session.scalars(select(Committee.id)).all():
            tell_administrators(
                committee_id,
                kind="audit_damaged",
                key="audit:{day}:damaged",
                say=lambda: (_("审计记录校验未通过"), said),
            )
    raise DomainError(said)


def count_for_planning(_run_key: str) -> str:
    """Count anew what the indexes hold, as the database grows."""
    return "counted" if count_for_planner(db.session.connection()) else "the database counts by itself"


def sweep_files(_run_key: str) -> str:
    """Remove stored files that no row names."""
    return f"{attachments.sweep()} removed"


def sweep_logins(_run_key: str) -> str:
    """Forget failed log-ins that are older than a day."""
    old = LoginThrottle.last_at < clock.now() - timedelta(days=1)
    forgotten = db.session.scalars(delete(LoginThrottle).where(old).returning(LoginThrottle.key)).all()
    return f"{len(forgotten)} forgotten"
