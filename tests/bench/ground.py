"""The product on a freshly filled database, with one account per kind of reader."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from flask import Flask
from flask_migrate import upgrade

from config import Production
from mediation import create_app
from mediation.accounts import passwords
from mediation.accounts.models import User, UserCompany, UserRole, UserStation
from mediation.committees.models import Committee
from mediation.committees.service import seed_categories
from mediation.core import clock, instance
from mediation.core.actor import Role
from mediation.core.crypto import key_ring
from mediation.core.db import count_for_planner, db, transaction
from mediation.deadlines import service as deadlines
from mediation.statistics.jobs import make_changed
from mediation.statistics.signals.watching import watch
from tests import postgresql
from tests.bench import fill, meter

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "bench"
PASSWORD = "right-horse-battery"
PERSONAS = ("committee", "lawyer", "hr")
KEY = "0f" * 32
# As a small installation would have it: everything confirmed is on disk, and the shared memory is not the tests' few MB.
POSTGRESQL = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "1GB"}


@dataclass(frozen=True)
class Ground:
    """A filled database behind the application."""

    engine: str
    url: str
    app: Flask
    cases: int
    fill_seconds: float
    committee_id: int


@contextmanager
def prepare(engine: str, cases: int) -> Iterator[Ground]:
    """Make a database on an engine (sqlite, postgresql), fill it, and take it away in the end.

    Raises ``postgresql.NoServer`` where PostgreSQL is not installed.
    """
    WORK.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{engine}-", dir=WORK))
    server = None
    try:
        url = f"sqlite:///{folder / 'bench.sqlite3'}"
        if engine == "postgresql":
            server = _server()
            url = server.url("postgres")
        app = create_app(settings(engine, url, folder / "instance"))
        with app.app_context():
            ground = _filled(app, engine, url, cases)
        try:
            yield ground  # outside the context: requests would share it, and with it whoever is signed in
        finally:
            with app.app_context():
                db.engine.dispose()
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _server() -> postgresql.Server:
    kept = dict(postgresql.SETTINGS)
    postgresql.SETTINGS.update(POSTGRESQL)
    try:
        return postgresql.start()
    finally:
        postgresql.SETTINGS.clear()
        postgresql.SETTINGS.update(kept)


def settings(engine: str, url: str, folder: Path) -> Production:
    """A real deployment's settings for a database, with an instance folder and fixed keys."""
    instance.ensure(folder)
    values = Production()
    values.SQLALCHEMY_DATABASE_URI = url
    values.SQLALCHEMY_ENGINE_OPTIONS = {"connect_args": meter.connect_args(engine)}
    values.INSTANCE = str(folder)
    values.SECRET_KEY = values.INDEX_KEY = values.AUDIT_KEY = KEY
    values.DATA_KEYS = {"1": KEY}
    return values


def _filled(app: Flask, engine: str, url: str, cases: int) -> Ground:
    upgrade()
    with transaction() as session:
        deadlines.seed()
        seed_categories()
        committee = Committee(
            name="示例快递物流行业劳动争议调解委员会",
            short_name="示例调委会",
            legal_basis=["industry_labour", "peoples_mediation"],
            settings={},
        )
        session.add(committee)
        session.flush()
        committee_id = committee.id
    started = perf_counter()
    fill.load(db.engine, key_ring(), cases, committee_id)
    seconds = perf_counter() - started
    _people(committee_id)
    with clock.frozen_at(fill.NOW):
        make_changed()  # the loader goes past the triggers; the scheduler would do it within minutes
        watch(fill.LAST_WATCHED)  # what was watched in the month that is reported, as every morning
    with db.engine.begin() as connection:  # by night; PostgreSQL's own would have done it by now
        if not count_for_planner(connection):
            connection.exec_driver_sql("ANALYZE")
    meter.watch(db.engine)
    return Ground(engine, url, app, cases, seconds, committee_id)


def _people(committee_id: int) -> None:
    """The committee's secretary, a lawyer of one station with cases of her own, the HR of the largest company."""
    with transaction() as session:
        secretary = User(committee_id=committee_id, username="committee", name="程鸣", password_hash="")
        hr = User(committee_id=committee_id, username="hr", name="许宁", password_hash="")
        lawyer = session.get_one(User, fill.FIRST_USER)
        lawyer.username, lawyer.name = "lawyer", "沈知言"
        session.add_all((secretary, hr))
        session.flush()
        for user, role in ((secretary, Role.COMMITTEE), (lawyer, Role.LAWYER), (hr, Role.HR)):
            user.password_hash = passwords.hash_password(PASSWORD)
            session.add(UserRole(user_id=user.id, role=role.value))
        session.add(UserStation(user_id=lawyer.id, station_id=1))
        session.add(UserCompany(user_id=hr.id, company_id=1, level=1))
