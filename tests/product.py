"""The product under test: one application per engine and worker, its database put back before each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from config import Testing
from mediation import create_app
from mediation.core import instance
from mediation.core.db import db
from tests.databases import Databases, open_databases

KEY = "0f" * 32


@dataclass(frozen=True)
class Content:
    """What a test finds in its database: a name for keeping it, and who fills the migrated tables (None: nobody).

    ``fill`` runs once per worker and engine inside an application context, and commits what it made.
    """

    name: str
    fill: Callable[[Flask], None] | None = None


MIGRATED = Content("migrated")


def settings(url: str, folder: Path) -> Testing:
    """The product's settings for tests: fixed keys, a database and an instance folder of their own."""
    values = Testing()
    values.SQLALCHEMY_DATABASE_URI = url
    values.INSTANCE = str(folder)
    values.SECRET_KEY = values.INDEX_KEY = values.AUDIT_KEY = KEY
    values.DATA_KEYS = {"1": KEY}
    return values


class Product:
    """An application on one engine."""

    def __init__(self, engine: str, folder: Path) -> None:
        self._instance = folder / "instance"
        (folder / "databases").mkdir(parents=True)
        self.databases: Databases = open_databases(engine, folder / "databases")
        try:
            self.app = create_app(settings(self.databases.url, self._instance))
            self._make_migrated()
        except BaseException:
            self.databases.close()
            raise
        self._kept = {MIGRATED.name}

    def reset(self, content: Content) -> Flask:
        """The application, with exactly this content in its database and no stored file."""
        shutil.rmtree(self._instance, ignore_errors=True)
        instance.ensure(self._instance)
        self._disconnect()
        if content.name not in self._kept:
            self._keep(content)
        self.databases.restore(content.name)
        return self.app

    def empty(self) -> Flask:
        """The application on a database without any table, for tests of the migrations."""
        self._disconnect()
        self.databases.clear()
        return self.app

    def close(self) -> None:
        """Disconnect and stop the server."""
        self._disconnect()
        self.databases.close()

    def _make_migrated(self) -> None:
        instance.ensure(self._instance)
        with self.empty().app_context():
            upgrade()
        self._disconnect()
        self.databases.save(MIGRATED.name)

    def _keep(self, content: Content) -> None:
        self.databases.restore(MIGRATED.name)
        with self.app.app_context():
            assert content.fill
            content.fill(self.app)
        self._disconnect()
        self.databases.save(content.name)
        self._kept.add(content.name)

    def _disconnect(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
