"""Merge a duplicate into the company it is, and take it back within thirty days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts.models import UserCompany
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.companies.models import Company, CompanyMerge
from mediation.companies.service.followers import followers, tell
from mediation.companies.service.upkeep import replace
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, NotFound
from mediation.core.permissions import P, check

UNDO_PERIOD = timedelta(days=30)


def merge(actor: Actor, *, source: Company, target: Company, reason: str) -> CompanyMerge:
    """Make ``source`` a second name of ``target``: whatever names it names the target from now on.

    Children, aliases, firm clients, HR scopes and the rows of whoever subscribed with ``follow_merges`` are moved and
    listed, so that :func:`undo_merge` can put them back. The source keeps its row and its name stays findable. Needs
    company:manage. Raises DomainError at ``target_id`` or ``reason``.
    """
    check(actor, P.COMPANY_MANAGE)
    _check(source, target)
    reason = (reason or "").strip()
    if not reason:
        raise DomainError(_("请写明合并理由"), field="reason")
    changed = [target]
    moved: dict[str, Any] = {"children": [], "scopes": []}
    children = select(Company).where(Company.parent_id == source.id).order_by(Company.id)
    for child in list(db.session.scalars(children)):
        moved["children"].append([child.id, child.level])
        changed += replace(child, target, child.level if child.level > target.level else None)
    moved["scopes"] = _move_scopes(source, target)
    for follower in followers:
        keys = follower.move(source, target)
        if keys:
            moved[follower.name] = keys
    source.merged_into_id = target.id
    row = CompanyMerge(
        committee_id=source.committee_id,
        source_id=source.id,
        target_id=target.id,
        reason=reason[:200],
        moved=moved,
        merged_by=actor.user_id,
        merged_at=clock.now(),
    )
    db.session.add(row)
    tell(changed)
    record(actor, AuditEvent.RECORDS_MERGED, subject=("company", source.id), into_id=target.id)
    return row


def _check(source: Company, target: Company) -> None:
    if source.committee_id != target.committee_id:
        raise NotFound()
    if source.id == target.id:
        raise DomainError(_("请选择另一家公司"), field="target_id")
    if source.merged_into_id is not None or target.merged_into_id is not None:
        raise DomainError(_("其中一家公司已被合并"), field="target_id")
    if f"/{source.id}/" in target.path:
        raise DomainError(_("不能并入自己的下级公司"), field="target_id")


def _move_scopes(source: Company, target: Company) -> list[int]:
    """Let the HR accounts of the source see the target, too. Returns the accounts that did not before."""
    accounts = select(UserCompany.user_id)
    already = accounts.where(UserCompany.company_id == target.id)
    wanted = accounts.where(UserCompany.company_id == source.id, UserCompany.user_id.not_in(already))
    added = list(db.session.scalars(wanted))
    db.session.add_all(UserCompany(user_id=user, company_id=target.id, level=target.level) for user in added)
    return added


def undo_merge(actor: Actor, *, merged: CompanyMerge) -> Company:
    """Part two companies again, within thirty days of the merge. Returns the source.

    Rows made since the merge stay with the target; rows pointed elsewhere since are left alone. Needs company:manage.
    Raises Conflict when it was undone already, is too old, or the target was merged itself since.
    """
    check(actor, P.COMPANY_MANAGE)
    if merged.undone_at is not None:
        raise Conflict(_("这次合并已经撤销"))
    if clock.now() - merged.merged_at > UNDO_PERIOD:
        raise Conflict(_("合并已超过 30 天，不能再撤销"))
    source, target = db.session.get_one(Company, merged.source_id), db.session.get_one(Company, merged.target_id)
    if target.merged_into_id is not None:
        raise Conflict(_("合并后的公司又被合并了，请先撤销后来的合并"))
    source.merged_into_id = None
    changed = [source, target]
    for child_id, level in merged.moved["children"]:
        child = db.session.get_one(Company, child_id)
        if child.parent_id == target.id:
            changed += replace(child, source, level)
    for account in merged.moved["scopes"]:
        scope = db.session.get(UserCompany, (account, target.id))
        if scope is not None:
            db.session.delete(scope)
    db.session.flush()
    for follower in followers:
        follower.restore(merged.moved.get(follower.name, []), source, target)
    merged.undone_at, merged.undone_by = clock.now(), actor.user_id
    tell(changed)
    record(actor, AuditEvent.MERGE_UNDONE, subject=("company", source.id), into_id=target.id)
    return source
