"""Who is behind a request: Flask-Login's session turned into the plain actor.

The session cookie holds account id and session version. Raising the version in the database ends all sessions, and
closing an account does so too, with the next request. A session that passed the second step of the log-in is marked;
one without the mark is worth nothing to an account that has a second factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import literal, select, union_all

from mediation.accounts import absences, second_factor
from mediation.accounts.labels import ROLES
from mediation.accounts.models import Absence, SecondFactor, User, UserCompany, UserRole, UserStation
from mediation.accounts.queries import target
from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.actor import PUBLIC, Actor, Role, current_actor
from mediation.core.db import db
from mediation.core.i18n import COOKIE, listed
from mediation.core.permissions import P, granted

# What somebody may still do who must first set a password of their own.
BEFORE_NEW_PASSWORD = frozenset({"accounts.password", "accounts.logout", "accounts.switch_language"})
# And somebody of whom the committee asks a second factor and who has none yet.
BEFORE_SECOND_FACTOR = frozenset(
    {"second_factor.index", "second_factor.begin", "second_factor.enrol", "accounts.logout", "accounts.switch_language"}
)
# Keys of the session: the mark of the second step, when the person logged in, a log-in between its two steps.
PASSED, SINCE, BETWEEN = "second_step", "since", "between_steps"
STEP_WITHIN = timedelta(minutes=10)
FRESH_FOR = timedelta(minutes=10)
JOIN_WITHIN = timedelta(minutes=30)
HOMES = (("cases.today", P.CASE_READ), ("accounts.users", P.USER_MANAGE), ("accounts.profile", P.SIGNED_IN))


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """A person with a valid session. Not a database object: it outlives any transaction."""

    actor: Actor
    session_version: int
    must_change_password: bool
    station_names: tuple[str, ...]
    has_second_factor: bool = False
    needs_second_factor: bool = False

    def get_id(self) -> str:
        """What the cookie holds."""
        return f"{self.actor.user_id}.{self.session_version}"


def install(app: Flask) -> None:
    """Set ``g.actor`` before every request. Must come before the permission guard."""
    manager = LoginManager(app)
    manager.user_loader(_of_session)

    @app.before_request
    def know_the_actor():
        if request.endpoint in ("static", "bootstrap.static"):
            return None
        g.actor = current_user.actor if current_user.is_authenticated else PUBLIC
        return _led_elsewhere(current_user) if current_user.is_authenticated else None

    app.jinja_env.globals["has_page"] = lambda endpoint: endpoint in current_app.view_functions

    @app.context_processor
    def person():
        actor = current_actor()
        if not actor.is_authenticated or not current_user.is_authenticated:
            return {"home_url": "/"}
        return {
            "home_url": home(actor),
            "user_name": actor.name,
            "user_role": listed(ROLES[role] for role in Role if role in actor.roles),
            "user_station": listed(current_user.station_names),
            "user_items": [(_("我的账号"), url_for("accounts.profile")), (_("修改密码"), url_for("accounts.password"))],
            "logout_url": url_for("accounts.logout"),
        }


def _led_elsewhere(person: SignedIn) -> Any:
    """To the password or the second factor that must come first; None for everybody else."""
    if person.must_change_password:
        return None if request.endpoint in BEFORE_NEW_PASSWORD else redirect(url_for("accounts.password"), 303)
    if person.needs_second_factor and not person.has_second_factor and request.endpoint not in BEFORE_SECOND_FACTOR:
        return redirect(url_for("second_factor.index"), 303)
    return None


def _of_session(cookie_id: str) -> SignedIn | None:
    person = load(cookie_id)
    return None if person is not None and person.has_second_factor and not session.get(PASSED) else person


def load(cookie_id: str) -> SignedIn | None:
    """The person of a session, or None when it was revoked. Two small queries, on every request."""
    user_id, _dot, version = cookie_id.partition(".")
    if not (user_id.isdecimal() and version.isdecimal()):
        return None
    user = db.session.execute(
        select(
            User.id,
            User.name,
            User.committee_id,
            User.office_id,
            User.session_version,
            User.must_change_password,
            Committee.settings,
            SecondFactor.confirmed_at,
        )
        .join(Committee, Committee.id == User.committee_id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(User.id == int(user_id), User.session_version == int(version), User.is_active.is_(True))
    ).one_or_none()
    if user is None:
        return None
    actor, station_names = _actor(user)
    return SignedIn(
        actor,
        user.session_version,
        user.must_change_password,
        station_names,
        has_second_factor=user.confirmed_at is not None,
        needs_second_factor=second_factor.is_required(user.settings, actor.roles),
    )


def actor_of(user: User) -> Actor:
    """The actor for an account, as a request of that person would have it (for commands, demo data and tests)."""
    return _actor(user)[0]


def start(user: User, *, passed: bool = False) -> None:
    """Begin a session: a fresh one, so that one planted before log-in is worth nothing. Keeps the language.

    ``passed``: the second step was passed.
    """
    language = user.locale or session.get(COOKIE)
    _fresh_session(load(f"{user.id}.{user.session_version}"), language)
    session[SINCE] = int(clock.now().timestamp())
    if passed:
        session[PASSED] = True


def renew(user: User, *, passed: bool | None = None) -> None:
    """Keep this session over a change of password or of the second factor, which ends all others."""
    db.session.flush()
    start(user, passed=bool(session.get(PASSED)) if passed is None else passed)


def is_fresh() -> bool:
    """Whether the person logged in within the last minutes: the password need not be asked for again."""
    return _is_within(session.get(SINCE), FRESH_FOR)


def begin_second_step(user: User, *, leads_to: str | None) -> None:
    """The password was right: remember whose, in a fresh session in which nobody is logged in yet."""
    _fresh_session(None, user.locale or session.get(COOKIE))
    now = int(clock.now().timestamp())
    session[BETWEEN] = {"user": user.id, "version": user.session_version, "at": now, "next": leads_to}


def between_steps() -> dict[str, Any] | None:
    """``user``, ``version`` and ``next`` of a log-in that waits for its code; None for none or after ten minutes."""
    held = session.get(BETWEEN)
    return held if held and _is_within(held.get("at"), STEP_WITHIN) else None


def is_recent(since: int | None) -> bool:
    """Whether an instant (seconds) that this session holds lies within the time a step of joining may take."""
    return _is_within(since, JOIN_WITHIN)


def _is_within(since: int | None, span: timedelta) -> bool:
    return since is not None and 0 <= clock.now().timestamp() - since <= span.total_seconds()


def end() -> None:
    """Log out on this device. The language stays."""
    language = session.get(COOKIE)
    logout_user()
    _forget(language)


def local_path(address: str | None) -> str | None:
    """The address when it stays on this site, else None: a log-in must not lead on to a stranger's page."""
    if not address or not address.startswith("/") or address[1:2] in ("/", "\\"):
        return None
    # Browsers drop control characters and read a backslash as a slash.
    if "\\" in address or any(ord(mark) < 32 for mark in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def page_at(address: str | None) -> str | None:
    """The page to go on to from an address of this site, None where there is none.

    An address that only takes what is sent to it shows its errors as a page, but cannot be opened: then it is the nearest
    one above it that can.
    """
    path = local_path(address)
    if path is None or _opens(urlsplit(path).path):
        return path
    above = urlsplit(path).path.rpartition("/")[0]
    while above and not _opens(above):
        above = above.rpartition("/")[0]
    return above or None


def _opens(path: str) -> bool:
    return current_app.url_map.bind("").test(path, method="GET")


def home(actor: Actor) -> str:
    """The first page of the actor's role."""
    for endpoint, permission in HOMES:
        if endpoint in current_app.view_functions and granted(actor, permission):
            return url_for(endpoint)
    return "/"


def _fresh_session(person: SignedIn | None, language: str | None) -> None:
    _forget(language)
    if person is not None:
        login_user(person)
        session.permanent = True


def _forget(language: str | None) -> None:
    session.clear()
    if language:
        session[COOKIE] = language


def _actor(user: Any) -> tuple[Actor, tuple[str, ...]]:
    roles, stations, companies, absent = _scopes(user.id)
    actor = Actor(
        user_id=user.id,
        name=user.name,
        committee_id=user.committee_id,
        roles=roles,
        station_ids=frozenset(stations),
        company_levels=companies,
        office_id=user.office_id,
        deputises_for=absent,
    )
    return actor, tuple(stations.values())


def _scopes(
    user_id: int,
) -> tuple[frozenset[Role], dict[int, str], tuple[tuple[int, int], ...], frozenset[int]]:
    """Roles, stations with names, companies with levels, people stood in for: one query for the four tables."""
    station = target(UserStation.station_id)
    rows = db.session.execute(
        union_all(
            select(literal("role"), UserRole.role, literal(0), literal(0)).where(UserRole.user_id == user_id),
            select(literal("station"), station.c.name, station.c.id, literal(0))
            .join(UserStation, UserStation.station_id == station.c.id)
            .where(UserStation.user_id == user_id),
            select(literal("company"), literal(""), UserCompany.company_id, UserCompany.level).where(
                UserCompany.user_id == user_id
            ),
            absences.deputised_by(user_id).with_only_columns(
                literal("absent"), literal(""), Absence.user_id, literal(0)
            ),
        )
    ).all()
    known = {role.value for role in Role}  # an unknown role grants nothing
    return (
        frozenset(Role(text) for kind, text, _id, _level in rows if kind == "role" and text in known),
        {row_id: text for kind, text, row_id, _level in rows if kind == "station"},
        tuple(sorted((row_id, level) for kind, _text, row_id, level in rows if kind == "company")),
        frozenset(row_id for kind, _text, row_id, _level in rows if kind == "absent"),
    )
