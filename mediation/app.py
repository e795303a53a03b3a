"""Wiring only: which parts make the application, in which order."""

from __future__ import annotations

import importlib
import importlib.util
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask
from flask_bootstrap import Bootstrap5

from mediation import navigation, paths
from mediation.core import crypto, db, i18n, permissions
from mediation.core.permissions import P
from mediation.core.web import pages, requests, security

# Every feature package, lowest first. Each has models; those with pages have routes with a ``blueprint``.
FEATURES = (
    "audit",
    "attachments",
    "notifications",
    "committees",
    "accounts",
    "companies",
    "stations",
    "parties",
    "deadlines",
    "cases",
    "documents",
    "ledger",
    "statistics",
    "recommendations",
    "reports",
)


def create_app(config: Any = None, *, surface: str = "all") -> Flask:
    """The application for a settings object (default: what the environment says).

    ``surface`` "staff" leaves out public pages, "public" leaves out staff pages. Raises ConfigurationError when keys
    are missing or a route has no declared permission.
    """
    if config is None:
        from config import load

        config = load()
    app = Flask("mediation", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    app.config.from_object(config)
    app.config["SURFACE"] = surface
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    logging.getLogger("mediation").setLevel(logging.INFO)

    crypto.install(app)
    db.install(app)
    requests.install(app)
    security.install(app)
    i18n.install(app)
    pages.install(app)
    Bootstrap5(app)
    _install_features(app)
    permissions.guard(app)
    navigation.install(app)
    for endpoint in ("static", "bootstrap.static"):
        app.view_functions[endpoint] = _opened(app.view_functions[endpoint])
    permissions.verify(app)
    return app


def _opened(view: Callable) -> Callable:
    """A view of a library as one of ours that is open to everybody (a bound method takes no attribute)."""

    @permissions.requires(P.PUBLIC)
    @wraps(view)
    def call(**values: Any) -> Any:
        return view(**values)

    return call


def _install_features(app: Flask) -> None:
    for name in FEATURES:
        importlib.import_module(f"mediation.{name}.models")
        if importlib.util.find_spec(f"mediation.{name}.routes") is None:
            continue  # a feature without pages of its own (attachments are served by their owners)
        routes = importlib.import_module(f"mediation.{name}.routes")
        if hasattr(routes, "install"):
            routes.install(app)
        for blueprint in getattr(routes, "blueprints", ()):
            app.register_blueprint(blueprint)
