"""Create, change, move companies; name one at intake."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from mediation.accounts.models import UserCompany
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.companies import credit_code, names, queries
from mediation.companies.models import Company, CompanyAlias
from mediation.companies.service.followers import tell
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, check

LOWEST_LEVEL = 3
DETAILS = frozenset(
    {
        "name",
        "short_name",
        "uscc",
        "is_franchise",
        "district",
        "address",
        "legal_representative",
        "phone",
        "is_active",
        "is_verified",
    }
)


def create_company(
    actor: Actor, *, name: str, parent: Company | None = None, level: int | None = None, **details: Any
) -> Company:
    """Add a company: a headquarters without ``parent``, else below it.

    ``level`` is 1 headquarters, 2 region, 3 outlet; by default one below the parent, and an outlet may stand directly
    under its headquarters. ``details`` are the columns of ``DETAILS``. Needs company:manage. Raises DomainError at
    ``name``, ``uscc``, ``parent_id``, ``level``.
    """
    check(actor, P.COMPANY_MANAGE)
    return _create(actor, name=name, parent=parent, level=level, **details)


def _create(actor: Actor, *, name: str, parent: Company | None, level: int | None, **details: Any) -> Company:
    company = Company(committee_id=actor.committee_id, path="")
    _apply(company, {"name": name, **details})
    _check_parent(company, parent)
    level = _level_below(parent, level)
    _flush(company)
    _place(company, parent, level)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("company", company.id))
    return company


def change_company(actor: Actor, *, company: Company, **changes: Any) -> Company:
    """Change columns of ``DETAILS``. The old name stays findable as an alias. Needs company:manage.

    Raises DomainError at ``name`` or ``uscc``.
    """
    check(actor, P.COMPANY_MANAGE)
    before = {name: getattr(company, name) for name in changes if name in DETAILS}
    _apply(company, changes)
    changed = sorted(name for name, value in before.items() if getattr(company, name) != value)
    if changed:
        _flush(company)
        record(actor, AuditEvent.RECORD_CHANGED, subject=("company", company.id), changed=changed)
    if "name" in changed:
        _keep_alias(company, before["name"])
    return company


def _apply(company: Company, values: dict[str, Any]) -> None:
    unknown = set(values) - DETAILS
    if unknown:
        raise ValueError(f"a company has no {', '.join(sorted(unknown))}")
    for column in ("name", "short_name"):
        if column in values:
            values[column] = names.normalise(values[column]) or None
    if "name" in values and not values["name"]:
        raise DomainError(_("请填写公司名称"), field="name")
    for column, value in values.items():
        length = getattr(Company.__table__.c[column].type, "length", None)
        if column != "uscc" and length and isinstance(value, str) and len(value) > length:
            raise DomainError(_("最多 %(count)s 个字", count=length), field=column)
    if "uscc" in values:
        values["uscc"] = _checked_code(company, values["uscc"])
    for column, value in values.items():
        setattr(company, column, value)


def _checked_code(company: Company, text: str | None) -> str | None:
    code = credit_code.normalise(text)
    if code is None:
        return None
    if not credit_code.is_valid(code):
        raise DomainError(_("统一社会信用代码不正确，请核对 18 位字符和末位校验码"), field="uscc")
    with db.session.no_autoflush:
        holder = queries.by_credit_code(company.committee_id, code)
    if holder is not None and holder.id != company.id:
        raise DomainError(_("这个信用代码已登记在“%(name)s”名下", name=holder.name), field="uscc")
    return code


def _flush(company: Company) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(company)
    except IntegrityError as error:  # somebody registered the same code between our look and our write
        raise DomainError(_("这个信用代码刚刚被登记，请重新查找"), field="uscc") from error


def _check_parent(company: Company, parent: Company | None) -> None:
    if parent is None:
        return
    if parent.committee_id != company.committee_id:
        raise NotFound()
    if parent.merged_into_id is not None:
        raise DomainError(_("这个上级公司已被合并，请选择合并后的公司"), field="parent_id")
    if parent.level >= LOWEST_LEVEL:
        raise DomainError(_("网点下面不能再设公司，最多三级"), field="parent_id")


def _level_below(parent: Company | None, wanted: int | None) -> int:
    """The level under a parent, one below it unless another is wanted. Raises DomainError at ``level``."""
    if parent is None:
        return 1
    level = wanted or parent.level + 1
    if not parent.level < level <= LOWEST_LEVEL:
        raise DomainError(_("级别须低于上级公司，最多三级"), field="level")
    return level


def _place(company: Company, parent: Company | None, level: int) -> None:
    ids = [parent.level1_id, parent.level2_id, parent.level3_id] if parent else [None, None, None]
    ids[level - 1] = company.id
    company.level1_id, company.level2_id, company.level3_id = ids
    company.parent_id, company.level = (parent.id if parent else None), level
    company.path = f"{parent.path if parent else '/'}{company.id}/"


def move(actor: Actor, *, company: Company, parent: Company | None, level: int | None = None) -> Company:
    """Hang a company, with everything below it, under another parent (None: it becomes a headquarters).

    Level ids of the subtree follow, and of the rows of whoever subscribed with ``on_tree_change``, and the level in
    the scopes of HR accounts. Needs company:manage. Raises DomainError at ``parent_id`` or ``level``.
    """
    check(actor, P.COMPANY_MANAGE)
    if parent is not None and f"/{company.id}/" in parent.path:
        raise DomainError(_("不能移到自己或自己的下级公司之下"), field="parent_id")
    _check_parent(company, parent)
    tell(replace(company, parent, level))
    record(actor, AuditEvent.RECORD_CHANGED, subject=("company", company.id), changed=["parent_id"])
    return company


def replace(company: Company, parent: Company | None, level: int | None = None) -> list[Company]:
    """Place a company and its subtree anew. Returns all of them, the company first.

    Raises DomainError at ``level`` or ``parent_id`` before anything is changed.
    """
    rows = sorted(
        db.session.scalars(select(Company).where(Company.path.startswith(company.path, autoescape=True))),
        key=lambda row: row.path.count("/"),
    )
    levels = {company.id: _level_below(parent, level)}
    for row in rows[1:]:
        levels[row.id] = max(row.level, levels[row.parent_id] + 1)
    if max(levels.values()) > LOWEST_LEVEL:
        raise DomainError(_("移过去后会超过三级，请先调整它的下级公司"), field="parent_id")
    placed: dict[int | None, Company | None] = {company.parent_id: parent}
    for row in rows:
        before, above = row.level, placed[row.parent_id]
        _place(row, above, levels[row.id])
        placed[row.id] = row
        if row.level != before:  # an HR account keeps the level of its company beside it
            scope = update(UserCompany).where(UserCompany.company_id == row.id)
            db.session.execute(scope.values(level=row.level))
    return rows


def add_alias(actor: Actor, *, company: Company, name: str) -> CompanyAlias:
    """Give a company another name to be found by. Needs company:manage. Raises DomainError at ``alias``."""
    check(actor, P.COMPANY_MANAGE)
    name = names.normalise(name)
    if not name or len(name) > CompanyAlias.__table__.c.name.type.length:
        raise DomainError(_("请填写别名，最多 120 个字"), field="alias")
    if name == company.name:
        raise DomainError(_("这就是公司的名称"), field="alias")
    alias = _keep_alias(company, name)
    if alias is None:
        raise DomainError(_("已经有这个别名"), field="alias")
    record(actor, AuditEvent.RECORD_CHANGED, subject=("company", company.id), changed=["alias"])
    return alias


def _keep_alias(company: Company, name: str) -> CompanyAlias | None:
    known = select(CompanyAlias.id).where(CompanyAlias.company_id == company.id, CompanyAlias.name == name)
    if db.session.scalar(known) is not None:
        return None
    alias = CompanyAlias(committee_id=company.committee_id, company_id=company.id, name=name)
    db.session.add(alias)
    db.session.flush()
    return alias


def remove_alias(actor: Actor, *, alias: CompanyAlias) -> None:
    """Take a wrong alias away again. Needs company:manage."""
    check(actor, P.COMPANY_MANAGE)
    db.session.delete(alias)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("company", alias.company_id), changed=["alias"])


def name_at_intake(actor: Actor, name: str) -> Company:
    """The company of exactly this name, short name or alias; a new, unverified one where there is none.

    Intake is never stopped by an unknown company; the committee checks and merges later. Needs case:open. Raises
    DomainError at ``name`` for an empty or too long one.
    """
    check(actor, P.CASE_OPEN)
    found = queries.by_exact_name(actor.committee_id or 0, names.normalise(name))
    return found or _create(actor, name=name, parent=None, level=None, is_verified=False)
