"""The jobs of no feature: whom they tell, and that people can read what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import get_domain
from sqlalchemy import select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import i18n
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.deadlines.labels import JOBS as LABELS
from mediation.notifications.models import InboxItem
from mediation.scheduler.table import JOBS
from mediation.scheduler.upkeep import count_for_planning, verify_audit
from tests import personas
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


def test_every_job_has_a_name_people_read():
    assert {job.name for job in JOBS} == set(LABELS)


@pytest.mark.parametrize(("locale", "is_chinese"), [("zh", True), ("en", False)])
def test_administrators_read_of_damage_in_their_language(
    app: Flask, monkeypatch: pytest.MonkeyPatch, locale: str, is_chinese: bool
):
    # The folder of the instance, where the catalogue is compiled, is emptied between tests.
    i18n.compile_catalogues(Path(app.config["BABEL_TRANSLATION_DIRECTORIES"]))
    with app.app_context():
        monkeypatch.setattr(get_domain(), "cache", {})
        with transaction():
            personas.user("admin").locale = locale
            record(personas.actor("committee"), AuditEvent.CASE_VIEWED, subject=("case_file", 7), case_id=7)
        with transaction() as session:
            session.execute(sa.text("UPDATE audit_row SET case_id = 8"))
        with pytest.raises(DomainError, match="chain"):
            verify_audit("2026-11-22")
        titles = select(InboxItem.title).where(InboxItem.kind == "audit_damaged")
        said = list(db.session.scalars(titles.where(InboxItem.user_id == personas.user("admin").id)))
        assert [title == "审计记录校验未通过" for title in said] == [is_chinese]


def test_sqlite_knows_what_its_indexes_hold(app: Flask, engine: str):
    with app.app_context():
        with transaction():
            said = count_for_planning("2026-11-22")
        if engine == "postgresql":
            assert said == "the database counts by itself"
            return
        counted = (
            db.session.execute(sa.text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'user_account'")).scalars().all()
        )
        people = db.session.execute(sa.text("SELECT count(*) FROM user_account")).scalar_one()
        assert said == "counted"
        assert {int(one.split()[0]) for one in counted} == {people}
