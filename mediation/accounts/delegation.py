"""A company's HR and its colleagues: who has access to which part of the own tree, changed and taken away.

Everything here stays inside the tree of the officer who acts, and touches nobody who holds more than they do. What
somebody holds elsewhere is neither shown nor changed. Leaving a company ends access the same day (law.md 7.3).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts import invitations, queries, service
from mediation.accounts.models import Invitation, User, UserCompany, UserRole
from mediation.accounts.policy import visible_to
from mediation.audit import queries as audit
from mediation.audit.events import AuditEvent
from mediation.audit.models import AuditRow
from mediation.audit.record import record
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, NotFound
from mediation.core.permissions import P, check

MOST_ACTS = 30
_ACCESS = (AuditEvent.ACCESS_GIVEN, AuditEvent.ACCESS_TAKEN)
_INVITING = (AuditEvent.RECORD_CREATED, AuditEvent.RECORD_CHANGED, AuditEvent.INVITATION_USED)


@dataclass(frozen=True)
class Colleague:
    """An HR officer with the part of the actor's tree that they hold, and whether they hold anything else."""

    user: User
    company_ids: frozenset[int]
    has_more: bool


@dataclass(frozen=True)
class Act:
    """One line of what was done: when, by whom, in words."""

    at: datetime
    who: str
    what: str


def colleagues_for(actor: Actor) -> list[Colleague]:
    """Everybody with a part of the actor's tree and nothing above it, also closed accounts (last), by name."""
    users = db.session.scalars(
        select(User)
        .where(
            visible_to(actor),
            User.roles.any(UserRole.role == Role.HR.value),
            User.companies.any(UserCompany.company_id.in_(_tree_ids(actor))),
        )
        .order_by(User.is_active.desc(), User.name, User.id)
    ).all()
    return _within(actor, users)


def colleague_for(actor: Actor, user_id: int) -> Colleague:
    """One of them. Raises NotFound."""
    user = db.session.scalar(
        select(User).where(User.id == user_id, visible_to(actor), User.roles.any(UserRole.role == Role.HR.value))
    )
    found = _within(actor, [user] if user is not None else [])
    if not found:
        raise NotFound()
    return found[0]


def _tree_ids(actor: Actor):
    return select(queries.target(UserCompany.company_id).c.id).where(queries.in_tree(actor))


def _within(actor: Actor, users: Sequence[User]) -> list[Colleague]:
    held = {user.id: frozenset(row.company_id for row in user.companies) for user in users}
    every = frozenset().union(*held.values()) if held else frozenset()
    ours, above = queries.of_tree(actor, every), queries.above_tree(actor)
    return [
        Colleague(user, held[user.id] & ours, bool(held[user.id] - ours))
        for user in users
        if held[user.id] & ours and not held[user.id] & above
    ]


def change_part(actor: Actor, *, colleague: Colleague, company_ids: Collection[int]) -> None:
    """Give a colleague another part of the actor's tree; what they hold elsewhere stays. Counts from their next click.

    Needs company:staff. Raises DomainError at ``companies``, or Conflict for the own account and a closed one.
    """
    user = _changeable(actor, colleague)
    wanted = frozenset(company_ids)
    if not wanted:
        raise DomainError(_("请选择公司；要全部收回，请用下面的按钮"), field="companies")
    if queries.of_tree(actor, wanted) != wanted:
        raise DomainError(_("没有这个公司"), field="companies")
    _set_companies(actor, user, (_companies(user) - colleague.company_ids) | wanted)


def take_away(actor: Actor, *, colleague: Colleague) -> bool:
    """End a colleague's access to the actor's tree at once, everywhere. Returns whether the account was closed with it.

    An account that holds nothing else is closed and keeps its companies, so that the trail can be read; one that
    holds companies elsewhere loses only these. Needs company:staff. Raises Conflict as :func:`change_part`.
    """
    user = _changeable(actor, colleague)
    user.session_version += 1
    if colleague.has_more:
        _set_companies(actor, user, _companies(user) - colleague.company_ids)
        return False
    user.is_active = False
    db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("user_account", user.id), changed=["is_active"])
    for company_id in sorted(colleague.company_ids):
        record(actor, AuditEvent.ACCESS_TAKEN, subject=("company", company_id), account=user.id)
    invitations.revoke_of(actor, user=user)
    return True


def _changeable(actor: Actor, colleague: Colleague) -> User:
    check(actor, P.COMPANY_STAFF)
    if colleague.user.id == actor.user_id:
        raise Conflict(_("不能更改自己的范围，请由另一位同事或系统管理员更改"))
    if not colleague.user.is_active:
        raise Conflict(_("账号已停用；需要恢复时请联系系统管理员"))
    return colleague.user


def _companies(user: User) -> frozenset[int]:
    return frozenset(row.company_id for row in user.companies)


def _set_companies(actor: Actor, user: User, wanted: frozenset[int]) -> None:
    before = _companies(user)
    levels = queries.company_levels_for(actor, wanted)
    user.companies[:] = [row for row in user.companies if row.company_id in wanted]
    user.companies.extend(UserCompany(company_id=key, level=levels[key]) for key in sorted(wanted - before))
    db.session.flush()
    if wanted != before:
        record(actor, AuditEvent.RECORD_CHANGED, subject=("user_account", user.id), changed=["companies"])
        service.record_companies(actor, user, before=before)


def acts_for(actor: Actor) -> list[Act]:
    """What was last done with accounts in the actor's tree, by whomever: headquarters see what their regions did."""
    invited = {row.id: row for row in invitations.listed_for(actor)}
    companies = set(db.session.scalars(_tree_ids(actor)))
    rows = audit.acts_on(actor, [("invitation", invited, _INVITING), ("company", companies, _ACCESS)], limit=MOST_ACTS)
    names = queries.company_names(actor, companies)
    accounts = {row.fields["account"] for row in rows if "account" in row.fields}
    people = queries.names_for(actor, accounts)
    lines = [(row, _words(row, invited, names, people)) for row in rows]
    return [Act(row.at, row.actor_name, words) for row, words in lines if words]


def _words(
    row: AuditRow, invited: dict[int, Invitation], companies: dict[int, str], people: dict[int, str]
) -> str | None:
    """The act in words; None for one that another line tells already."""
    subject = row.subject_id or 0
    if row.subject_kind == "company":
        person, company = people.get(row.fields["account"], "—"), companies.get(subject, "—")
        if row.event == AuditEvent.ACCESS_TAKEN:
            return _("收回 %(person)s 的权限：%(company)s", person=person, company=company)
        is_own = row.actor_id == row.fields["account"]  # taken up with an invitation
        return None if is_own else _("授予 %(person)s 权限：%(company)s", person=person, company=company)
    name = invited[subject].name
    if row.event == AuditEvent.RECORD_CREATED:
        return _("邀请 %(name)s", name=name)
    if row.event == AuditEvent.INVITATION_USED:
        return _("%(name)s 凭邀请开通账号", name=name)
    return _("撤销对 %(name)s 的邀请", name=name)
