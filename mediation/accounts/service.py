"""Create and change accounts, set passwords, log in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts import passwords, queries, second_factor, throttle
from mediation.accounts.models import User, UserCompany, UserRole, UserStation
from mediation.accounts.throttle import TooManyTries
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core.actor import Actor, Role
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.core.permissions import P, check

USERNAME = re.compile(r"[\w][\w.@-]{1,59}")

__all__ = [
    "LoginRefused",
    "TooManyTries",
    "change_user",
    "check_scope",
    "check_username",
    "confirm_password",
    "create_user",
    "log_in",
    "normal_username",
    "open_account",
    "record_companies",
    "set_active",
    "set_locale",
    "set_password",
]


class LoginRefused(DomainError):
    """User name and password do not fit, or the account is closed: the answer never says which."""

    def __init__(self) -> None:
        super().__init__(_("用户名或密码不对"))


def normal_username(username: str) -> str:
    """The form in which user names are kept and compared: full-width and capital letters do not matter."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def check_username(username: str) -> None:
    """Raise DomainError at ``username`` for one that is taken or unusable; ``username`` as normal_username gives it."""
    if not USERNAME.fullmatch(username):
        raise DomainError(_("用户名为 2 至 60 个字母、数字、汉字或 . _ - @"), field="username")
    if queries.username_taken(username):
        raise DomainError(_("这个用户名已有人使用"), field="username")


def create_user(
    actor: Actor,
    *,
    username: str,
    name: str,
    password_hash: str,
    roles: Collection[Role],
    station_ids: Collection[int] = (),
    company_ids: Collection[int] = (),
    office_id: int | None = None,
    title: str | None = None,
    email: str | None = None,
    must_change_password: bool = False,
) -> User:
    """Open an account in the actor's committee. ``password_hash`` comes from ``passwords.hash_password``.

    Raises DomainError for a user name that is taken or unusable, and for roles that do not go together.
    """
    check(actor, P.USER_MANAGE)
    if actor.committee_id is None:
        raise DomainError(_("先建立调解组织，再建立账号"))
    return open_account(
        actor,
        username=username,
        name=name,
        password_hash=password_hash,
        roles=roles,
        station_ids=station_ids,
        company_ids=company_ids,
        office_id=office_id,
        title=title,
        email=email,
        must_change_password=must_change_password,
    )


def open_account(
    actor: Actor,
    *,
    username: str,
    name: str,
    password_hash: str,
    roles: Collection[Role],
    station_ids: Collection[int] = (),
    company_ids: Collection[int] = (),
    office_id: int | None = None,
    title: str | None = None,
    email: str | None = None,
    must_change_password: bool = False,
) -> User:
    """As :func:`create_user`, for whoever has looked already at who allows it: an invitation.

    An ``actor`` without account (the person invited) acts as the new account itself.
    """
    username = normal_username(username)
    check_username(username)
    user = User(
        committee_id=actor.committee_id,
        username=username,
        name=name,
        password_hash=password_hash,
        must_change_password=must_change_password,
        title=title,
        email=email,
        is_active=True,
        session_version=1,
    )
    _set_scope(actor, user, roles, station_ids, company_ids, office_id)
    db.session.add(user)
    db.session.flush()
    if not actor.is_authenticated:
        actor = Actor(user_id=user.id, name=user.name, committee_id=user.committee_id)
    record(actor, AuditEvent.RECORD_CREATED, subject=("user_account", user.id))
    _record_roles(actor, user, before=frozenset())
    record_companies(actor, user, before=frozenset())
    return user


def change_user(
    actor: Actor,
    *,
    user: User,
    name: str,
    roles: Collection[Role],
    station_ids: Collection[int],
    company_ids: Collection[int],
    office_id: int | None,
    title: str | None,
    email: str | None,
) -> None:
    """Change an account. It counts from the person's next click.

    Nobody changes the own roles, stations, companies or office: an administrator who wants to see cases needs a
    second administrator for it (law.md 7.3: no case content by default). Raises DomainError.
    """
    check(actor, P.USER_MANAGE)
    before, before_scope = _plain(user), _scope(user)
    user.name, user.title, user.email = name, title, email
    _set_scope(actor, user, roles, station_ids, company_ids, office_id)
    if user.id == actor.user_id and _scope(user) != before_scope:
        raise DomainError(_("不能更改自己的角色、驿站、公司或单位，请由另一位管理员更改"), field="roles")
    db.session.flush()
    changed = sorted(key for key, value in _plain(user).items() if before[key] != value)
    if changed:
        record(actor, AuditEvent.RECORD_CHANGED, subject=("user_account", user.id), changed=changed)
    _record_roles(actor, user, before=before_scope[0])
    record_companies(actor, user, before=before_scope[2])


def set_active(actor: Actor, *, user: User, active: bool) -> None:
    """Close an account at once, everywhere, or open it again. Raises DomainError for the own one."""
    check(actor, P.USER_MANAGE)
    if user.id == actor.user_id:
        raise DomainError(_("不能停用自己的账号"))
    if user.is_active == active:
        return
    user.is_active = active
    user.session_version += 1
    record(actor, AuditEvent.RECORD_CHANGED, subject=("user_account", user.id), changed=["is_active"])


def set_password(actor: Actor, *, user: User, password_hash: str) -> None:
    """Set a password and end all sessions of the account. One set by somebody else must be changed at the next log-in."""
    by_other = user.id != actor.user_id
    if by_other:
        check(actor, P.USER_MANAGE)
    user.password_hash = password_hash
    user.must_change_password = by_other
    user.session_version += 1
    record(actor, AuditEvent.PASSWORD_CHANGED, subject=("user_account", user.id), by_other=by_other)


def set_locale(actor: Actor, *, locale: str) -> None:
    """Remember the language a person chose (zh, en)."""
    user = queries.get_for(actor, actor.user_id or 0)
    user.locale = locale


def log_in(*, username: str, password: str, address: str) -> User:
    """Check user name and password, counting tries. Commits by itself.

    Who has a second factor is not logged in by this: see :func:`second_factor.pass_step`.
    Takes the same time and gives the same answer whether the name is unknown, the password wrong or the account closed.
    Raises LoginRefused, or TooManyTries (which leaves no audit row: the failures before it did, and a robot could fill
    the disk with them).
    """
    username = normal_username(username)
    keys = (throttle.key("user", username), throttle.key("address", address))
    throttle.take(keys)
    known = db.session.execute(
        select(User.id, User.password_hash, User.is_active).where(User.username == username)
    ).one_or_none()
    db.session.rollback()  # Argon2 must not keep the only writer waiting
    fits = passwords.verify_password(known.password_hash if known else None, password)
    fresh_hash = passwords.hash_password(password) if fits and passwords.is_outdated(known.password_hash) else None
    with transaction():
        user = db.session.get(User, known.id) if known else None
        # Read again: the account may have been closed while the password was checked.
        if user is None or not fits or not user.is_active or user.password_hash != known.password_hash:
            reason = "unknown" if user is None else "password" if not fits else "inactive"
            _record_failure(user, reason)
        else:
            throttle.succeeded(keys)
            user.password_hash = fresh_hash or user.password_hash
            second_factor.count_first_step(user)
            return user
    raise LoginRefused()


def confirm_password(actor: Actor, *, password: str) -> None:
    """Check the person's own password again before a change that hangs on it. Commits by itself.

    Raises DomainError on ``current_password`` or TooManyTries.
    """
    user = queries.get_for(actor, actor.user_id or 0)
    password_hash, keys = user.password_hash, (throttle.key("user", user.username),)
    throttle.take(keys)
    if not passwords.verify_password(password_hash, password):
        raise DomainError(_("现在的密码不对"), field="current_password")
    with transaction():
        throttle.succeeded(keys)


def _record_failure(user: User | None, reason: str) -> None:
    nobody = Actor(user_id=None, name="", committee_id=user.committee_id if user else None)
    record(nobody, AuditEvent.LOGIN_FAILED, subject=("user_account", user.id if user else None), reason=reason)


def check_scope(
    actor: Actor,
    *,
    roles: Collection[Role],
    station_ids: Collection[int],
    company_ids: Collection[int],
    office_id: int | None,
) -> dict[int, int]:
    """What an account may hold together, all of the actor's committee. Returns the level of each company.

    Raises DomainError at ``roles``, ``stations``, ``companies`` or ``office``.
    """
    wanted = frozenset(roles)
    if not wanted:
        raise DomainError(_("至少选择一个角色"), field="roles")
    if Role.HR in wanted and len(wanted) > 1:
        # A company's officer must never see the other side's notes through a second role.
        raise DomainError(_("公司人事不能兼任其他角色"), field="roles")
    if Role.HR in wanted and not company_ids:
        raise DomainError(_("公司人事须指定所代表的公司"), field="companies")
    if Role.HR not in wanted and company_ids:
        raise DomainError(_("只有公司人事可以指定公司"), field="companies")
    levels = queries.company_levels_for(actor, frozenset(company_ids))
    _check_known(actor, UserStation.station_id, station_ids, "stations")
    _check_known(actor, User.office_id, [office_id] if office_id else [], "office")
    if len(levels) != len(set(company_ids)):
        raise DomainError(_("没有这个公司"), field="companies")
    return levels


def _set_scope(
    actor: Actor,
    user: User,
    roles: Collection[Role],
    station_ids: Collection[int],
    company_ids: Collection[int],
    office_id: int | None,
) -> None:
    levels = check_scope(actor, roles=roles, station_ids=station_ids, company_ids=company_ids, office_id=office_id)
    with db.session.no_autoflush:
        _replace(user.roles, "role", {role.value for role in roles}, lambda value: UserRole(role=value))
        _replace(user.stations, "station_id", set(station_ids), lambda value: UserStation(station_id=value))
        _replace(
            user.companies,
            "company_id",
            set(company_ids),
            lambda value: UserCompany(company_id=value, level=levels[value]),
        )
        user.office_id = office_id


def _check_known(actor: Actor, column: object, ids: Collection[int], field: str) -> None:
    known = {key for key, _name in queries.choices_for(actor, column, chosen=frozenset(ids))}
    if not set(ids) <= known:
        raise DomainError(_("没有这个选项"), field=field)


def _replace(rows: list, key: str, wanted: set, make) -> None:
    """Change a list to the wanted keys without touching the rows that stay."""
    rows[:] = [row for row in rows if getattr(row, key) in wanted]
    there = {getattr(row, key) for row in rows}
    rows.extend(make(value) for value in sorted(wanted - there))


def _plain(user: User) -> dict[str, object]:
    _roles, stations, companies, office_id = _scope(user)
    return {
        "name": user.name,
        "title": user.title,
        "email": user.email,
        "stations": stations,
        "companies": companies,
        "office_id": office_id,
    }


def _scope(user: User) -> tuple[frozenset[str], frozenset[int], frozenset[int], int | None]:
    return (
        frozenset(row.role for row in user.roles),
        frozenset(row.station_id for row in user.stations),
        frozenset(row.company_id for row in user.companies),
        user.office_id,
    )


def _record_roles(actor: Actor, user: User, *, before: frozenset[str]) -> None:
    after = _scope(user)[0]
    if after != before:
        record(
            actor,
            AuditEvent.ROLES_CHANGED,
            subject=("user_account", user.id),
            added=sorted(after - before),
            removed=sorted(before - after),
        )


def record_companies(actor: Actor, user: User, *, before: frozenset[int]) -> None:
    """Record at each company whose HR the account has become or ceased to be, so that the trail of a company tells."""
    after = _scope(user)[2]
    for event, companies in ((AuditEvent.ACCESS_GIVEN, after - before), (AuditEvent.ACCESS_TAKEN, before - after)):
        for company_id in sorted(companies):
            record(actor, event, subject=("company", company_id), account=user.id)
