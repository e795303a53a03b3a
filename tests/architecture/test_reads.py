"""A page that is only looked at changes nothing; one that fails saves nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from mediation import create_app
from mediation.committees.models import Committee
from mediation.core.db import db
from mediation.core.errors import ConfigurationError
from mediation.core.permissions import P, requires, verify
from tests.product import settings


def _through_a_model() -> str:
    db.session.add(Committee(name="某调解委员会", short_name="某", legal_basis=["peoples_mediation"]))
    db.session.flush()
    return "written"


def _through_a_statement() -> str:
    db.session.execute(sa.update(Committee).values(name="别的"))
    return "written"


def _through_text() -> str:
    db.session.execute(sa.text("UPDATE committee SET name = '别的'"))
    return "written"


WAYS = [_through_a_model, _through_a_statement, _through_text]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application that has answered nothing yet, so that a test may still add a route."""
    app = create_app(settings(f"sqlite:///{tmp_path / 'own.sqlite3'}", tmp_path / "instance"))
    with app.app_context():
        upgrade()
    return app


def _add(app: Flask, view: Callable[[], object], method: str) -> None:
    app.add_url_rule("/written", "written", requires(P.PUBLIC)(view), methods=[method])
    app.config["WTF_CSRF_ENABLED"] = False


def _committees(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Committee)) or 0


@pytest.mark.parametrize("write", WAYS, ids=lambda write: write.__name__.strip("_"))
def test_a_get_that_writes_is_refused(app: Flask, write: Callable[[], str]):
    _add(app, write, "GET")
    with pytest.raises(RuntimeError, match="a GET must not write"):
        app.test_client().get("/written")


def test_a_post_is_saved(app: Flask):
    _add(app, _through_a_model, "POST")
    assert app.test_client().post("/written").status_code == 200
    assert _committees(app) == 1


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_post_that_answers_with_an_error_saves_nothing(app: Flask, status: int):
    _add(app, lambda: (_through_a_model(), status), "POST")
    assert app.test_client().post("/written").status_code == status
    assert _committees(app) == 0


def test_a_route_without_a_permission_stops_the_start(app: Flask):
    app.add_url_rule("/open", "open", lambda: "open")
    with pytest.raises(ConfigurationError, match="open"):
        verify(app)
