"""Days out of office and who answers for a person then.

A deputy sees the cases of the person for as long as the absence lasts (``Actor.deputises_for``, read in
``cases.policy``), and gets their reminders. A deputy who is away, too, does not pass them on: the committee is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select

from mediation.accounts import languages, queries
from mediation.accounts.models import Absence, User
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, check, granted
from mediation.notifications.service import notify

LONGEST = timedelta(days=366)
# Who may stand in for whom: people who may read the same kind of cases.
STAFF = frozenset({Role.LAWYER.value, Role.JUDICIAL.value, Role.COMMITTEE.value})
POLICE = frozenset({Role.POLICE.value})


def enter(
    actor: Actor, *, user: User, from_on: date, to_on: date, deputy_id: int | None, note: str | None = None
) -> Absence:
    """Enter days out of office (both included), for oneself or, with the right to plan the roster, for another.

    Raises DomainError on ``from_on``, ``to_on`` or ``deputy``; Forbidden.
    """
    if user.id != actor.user_id:
        check(actor, P.ROSTER_MANAGE)
    if to_on < from_on:
        raise DomainError(_("结束日早于开始日"), field="to_on")
    if to_on < clock.today():
        raise DomainError(_("这些日子已经过去"), field="to_on")
    if to_on - from_on > LONGEST:
        raise DomainError(_("一次最长登记一年"), field="to_on")
    if deputy_id not in {person.id for person in deputies_for(actor, user)}:
        raise DomainError(_("请选择一位能看到同类案件的代理人"), field="deputy")
    overlapping = select(Absence).where(
        Absence.user_id == user.id,
        Absence.committee_id == user.committee_id,
        Absence.cancelled_at.is_(None),
        Absence.from_on <= to_on,
        Absence.to_on >= from_on,
    )
    other = db.session.scalars(overlapping.order_by(Absence.from_on)).first()
    if other is not None:
        span = f"{other.from_on.isoformat()} – {other.to_on.isoformat()}"
        raise DomainError(_("与已登记的外出重叠：%(span)s", span=span), field="from_on")
    absence = Absence(
        committee_id=user.committee_id, user_id=user.id, from_on=from_on, to_on=to_on, deputy_id=deputy_id, note=note
    )
    db.session.add(absence)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("absence", absence.id))
    _tell_deputy(absence, user.name)
    return absence


def cancel(actor: Actor, *, absence: Absence) -> None:
    """End an absence: its deputy sees and gets nothing more from now on. Raises Forbidden."""
    if absence.user_id != actor.user_id:
        check(actor, P.ROSTER_MANAGE)
    if absence.cancelled_at is None:
        absence.cancelled_at = clock.now()
        record(actor, AuditEvent.RECORD_CHANGED, subject=("absence", absence.id), changed=["cancelled_at"])


def deputies_for(actor: Actor, user: User) -> list[User]:
    """Who can stand in for a person: in use, and with a role (for a company: the companies) that covers theirs."""
    return [one for one in queries.users_for(actor) if one.id != user.id and _covers(one, user)]


def upcoming_for(actor: Actor, *, user_id: int | None = None) -> Sequence[Absence]:
    """Absences of the actor's committee that are not over, by day; with ``user_id`` those of one person."""
    statement = select(Absence).where(
        Absence.committee_id == actor.committee_id,
        Absence.cancelled_at.is_(None),
        Absence.to_on >= clock.today(),
    )
    if user_id is not None:
        statement = statement.where(Absence.user_id == user_id)
    return db.session.scalars(statement.order_by(Absence.from_on, Absence.id)).all()


def get_for(actor: Actor, absence_id: int) -> Absence:
    """An absence of the actor's own, or of the committee for whoever plans the roster. Raises NotFound."""
    absence = db.session.scalar(
        select(Absence).where(Absence.id == absence_id, Absence.committee_id == actor.committee_id)
    )
    if absence is None or (absence.user_id != actor.user_id and not _plans(actor)):
        raise NotFound()
    return absence


def away_on(committee_id: int, day: date) -> dict[int, int]:
    """The people out of office on a day, each with their deputy."""
    rows = db.session.execute(
        select(Absence.user_id, Absence.deputy_id).where(Absence.committee_id == committee_id, *_covering(day))
    )
    return {row.user_id: row.deputy_id for row in rows}


def deputised_by(user_id: int) -> Select[tuple[int]]:
    """The people whom a person stands in for today, as a statement: the session reads it with the roles."""
    return select(Absence.user_id).where(Absence.deputy_id == user_id, *_covering(clock.today()))


def _covering(day: date) -> tuple[ColumnElement[bool], ...]:
    return (Absence.cancelled_at.is_(None), Absence.from_on <= day, Absence.to_on >= day)


def _covers(deputy: User, user: User) -> bool:
    has, needs = ({row.role for row in one.roles} for one in (deputy, user))
    if Role.HR.value in needs:
        companies = ({row.company_id for row in one.companies} for one in (deputy, user))
        theirs, wanted = companies
        return Role.HR.value in has and wanted <= theirs
    if Role.COMMITTEE.value in needs:
        return Role.COMMITTEE.value in has
    kinds = [kind for kind in (STAFF, POLICE) if needs & kind]
    return bool(kinds) and all(has & kind for kind in kinds)


def _plans(actor: Actor) -> bool:
    return granted(actor, P.ROSTER_MANAGE)


def _tell_deputy(absence: Absence, name: str) -> None:
    span = f"{absence.from_on.isoformat()} – {absence.to_on.isoformat()}"
    for deputy_id in languages.each_reading([absence.deputy_id]):
        notify(
            committee_id=absence.committee_id,
            user_id=deputy_id,
            kind="deputy",
            key=f"absence:{absence.id}",
            title=_("%(name)s 外出（%(span)s），期间由您代理", name=name, span=span),
            url="/profile/absences",
        )


def deputising_for(actor: Actor) -> Sequence[Absence]:
    """The absences that name the actor as deputy and are not over."""
    return db.session.scalars(
        select(Absence)
        .where(
            Absence.committee_id == actor.committee_id,
            Absence.deputy_id == actor.user_id,
            Absence.cancelled_at.is_(None),
            Absence.to_on >= clock.today(),
        )
        .order_by(Absence.from_on, Absence.id)
    ).all()
