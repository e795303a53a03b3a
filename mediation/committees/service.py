"""Change the committee's data and the causes of dispute."""

from __future__ import annotations

import re
from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.committees import queries
from mediation.committees.categories import CATEGORIES, PM_TYPES, YEARBOOK_CAUSES
from mediation.committees.labels import LEGAL_BASIS, SECOND_FACTOR_OF
from mediation.committees.models import (
    COLLECTIVE_DAYS,
    COMPANY_SIGNING,
    ESCALATE_AFTER,
    REPEAT_CASES,
    REPEAT_DAYS,
    REPLY_DAYS,
    SECOND_FACTOR,
    Category,
    Committee,
)
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.permissions import P, check

# Room between two causes, for branches added later.
STEP = 10


def seed_categories() -> int:
    """Add the causes of law.md 5.3 that are missing; what somebody changed stays. Returns how many were added."""
    there = set(db.session.scalars(select(Category.code)))
    missing = [
        Category(
            code=seed.code,
            parent_code=seed.parent,
            label=seed.label,
            yearbook_cause=seed.yearbook_cause,
            pm_type=seed.pm_type,
            sort=place * STEP,
            is_active=True,
        )
        for place, seed in enumerate(CATEGORIES, 1)
        if seed.code not in there
    ]
    # Main causes first: their branches refer to them.
    for is_main in (True, False):
        db.session.add_all(row for row in missing if (row.parent_code is None) is is_main)
        db.session.flush()
    return len(missing)


def create_committee(*, name: str, short_name: str | None = None) -> Committee:
    """A new committee with the causes of dispute: for commands that set up an installation. Raises DomainError."""
    if db.session.scalar(select(Committee.id).where(Committee.name == name)):
        raise DomainError(_("已有同名的调解组织"), field="name")
    committee = Committee(
        name=name,
        short_name=(short_name or name)[:40],
        legal_basis=["industry_labour"],
        case_prefix="沪快调字",
        document_prefix="沪快调",
        settings={},
    )
    db.session.add(committee)
    seed_categories()
    db.session.flush()
    return committee


def change_committee(
    actor: Actor,
    *,
    name: str,
    short_name: str,
    legal_basis: Collection[str],
    case_prefix: str,
    document_prefix: str,
    address: str | None,
    phone: str | None,
    escalate_after: int | None = None,
    company_signing: bool | None = None,
    second_factor: Collection[str] | None = None,
    repeat_cases: int | None = None,
    repeat_days: int | None = None,
    collective_days: int | None = None,
    reply_days: int | None = None,
) -> None:
    """Change the actor's committee. Numbers already given keep their prefix. Raises DomainError.

    ``escalate_after``: on which working day after a missed last day its secretaries are told.
    ``company_signing``: whether a company's account may sign for its company. ``second_factor``: of whom a second
    factor is asked (labels.SECOND_FACTOR_OF). ``repeat_cases`` in ``repeat_days`` days are a signal; workers of one cause
    within ``collective_days`` days may be one collective case. ``reply_days``: how far ahead the draft of a recommendation
    proposes the reply day. None leaves a setting as it is.
    """
    check(actor, P.SETTING_MANAGE)
    committee = queries.committee_of(actor)
    if not legal_basis or not set(legal_basis) <= LEGAL_BASIS.keys():
        raise DomainError(_("至少选择一种法律性质"), field="legal_basis")
    _check_prefixes(case_prefix=case_prefix, document_prefix=document_prefix)
    if db.session.scalar(select(Committee.id).where(Committee.name == name, Committee.id != committee.id)):
        raise DomainError(_("已有同名的调解组织"), field="name")
    if not set(second_factor or ()) <= SECOND_FACTOR_OF.keys():
        raise DomainError(_("没有这个选项"), field="second_factor")
    own = {
        ESCALATE_AFTER: escalate_after,
        COMPANY_SIGNING: company_signing,
        SECOND_FACTOR: None if second_factor is None else [one for one in SECOND_FACTOR_OF if one in second_factor],
        REPEAT_CASES: repeat_cases,
        REPEAT_DAYS: repeat_days,
        COLLECTIVE_DAYS: collective_days,
        REPLY_DAYS: reply_days,
    }
    change(
        actor,
        committee,
        name=name,
        short_name=short_name,
        legal_basis=[key for key in LEGAL_BASIS if key in legal_basis],
        case_prefix=case_prefix,
        document_prefix=document_prefix,
        address=address,
        phone=phone,
        settings=committee.settings | {key: value for key, value in own.items() if value is not None},
    )


def _check_prefixes(**prefixes: str) -> None:
    for field, prefix in prefixes.items():
        # The brackets, the year and the running number are added to it.
        if re.search(r"[\d〔〕\[\]()（）\s第号]", prefix):
            raise DomainError(_("字头不含年份、括号和序号"), field=field)


def change_category(
    actor: Actor, *, category: Category, label: str, yearbook_cause: str, pm_type: str, is_active: bool
) -> None:
    """Change how a cause is called and counted. Its code stays, and with it all cases. Raises DomainError."""
    check(actor, P.SETTING_MANAGE)
    _check_words(category.parent_code, label, yearbook_cause, pm_type, except_code=category.code)
    values = {"label": label, "yearbook_cause": yearbook_cause, "pm_type": pm_type, "is_active": is_active}
    changed = sorted(name for name, value in values.items() if getattr(category, name) != value)
    for name in changed:
        setattr(category, name, values[name])
    if changed:
        # The key of a cause is its code, so the code goes where other rows have a number.
        record(
            actor,
            AuditEvent.RECORD_CHANGED,
            subject=("category", None),
            changed=[f"{category.code}.{c}" for c in changed],
        )


def add_branch(actor: Actor, *, parent: Category, label: str, yearbook_cause: str, pm_type: str) -> Category:
    """A further branch of a main cause. Raises DomainError for a branch of a branch or a name that is there."""
    check(actor, P.SETTING_MANAGE)
    if parent.parent_code is not None:
        raise DomainError(_("只能在一级案由下增加"), field="parent")
    _check_words(parent.code, label, yearbook_cause, pm_type)
    siblings = db.session.scalars(select(Category).where(Category.parent_code == parent.code)).all()
    number = sum(1 for row in siblings if row.code.startswith(f"{parent.code}.local")) + 1
    branch = Category(
        code=f"{parent.code}.local{number}",
        parent_code=parent.code,
        label=label,
        yearbook_cause=yearbook_cause,
        pm_type=pm_type,
        sort=max((row.sort for row in siblings), default=parent.sort) + 1,
        is_active=True,
    )
    db.session.add(branch)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("category", None), changed=[branch.code])
    return branch


def _check_words(
    parent_code: str | None, label: str, yearbook_cause: str, pm_type: str, *, except_code: str | None = None
) -> None:
    if yearbook_cause not in YEARBOOK_CAUSES:
        raise DomainError(_("没有这个选项"), field="yearbook_cause")
    if pm_type not in PM_TYPES:
        raise DomainError(_("没有这个选项"), field="pm_type")
    same = select(Category.code).where(Category.label == label, Category.parent_code == parent_code)
    if except_code is not None:
        same = same.where(Category.code != except_code)
    if db.session.scalar(same) is not None:
        raise DomainError(_("已有同名的案由"), field="label")
