"""What a connection is told before anybody uses it."""

from __future__ import annotations

from mediation.core.db import db


def test_every_connection_knows_how_this_database_is_read(app, engine):
    wanted = {
        "sqlite": {"PRAGMA journal_mode": "wal", "PRAGMA foreign_keys": 1, "PRAGMA synchronous": 2},
        "postgresql": {"SHOW random_page_cost": "1.1", "SHOW jit": "off"},
    }[engine]
    with app.app_context():
        for _fresh in range(2):
            db.engine.dispose()
            with db.engine.connect() as connection:
                connection.rollback()
                assert {ask: connection.exec_driver_sql(ask).scalar() for ask in wanted} == wanted
