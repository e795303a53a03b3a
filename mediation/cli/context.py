"""What the commands share: the application, the acting committee, output as JSON."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from sqlalchemy import select

from mediation.committees.models import Committee
from mediation.core import instance
from mediation.core.actor import Actor, system
from mediation.core.db import db
from mediation.core.errors import DomainError


def build_app() -> Flask:
    """The application of the environment, with its instance folder made if need be."""
    from config import instance_folder
    from mediation.app import create_app

    instance.ensure(instance_folder())
    return create_app()


def with_app(command: Callable) -> Callable:
    """Run a command inside the application (in Chinese, whatever the terminal says)."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        app = build_app()
        with app.app_context():
            try:
                return command(*args, **kwargs)
            finally:
                db.session.remove()

    return run


def committee_option(command: Callable) -> Callable:
    """``--committee NAME``; needed only where several share the deployment."""
    return click.option("--committee", default=None, help="Name of the committee, where there are several.")(command)


def acting(committee: str | None) -> Actor:
    """The system acting for a committee. Raises DomainError when none or several fit."""
    statement = select(Committee).order_by(Committee.id)
    if committee:
        statement = statement.where((Committee.name == committee) | (Committee.short_name == committee))
    found = db.session.scalars(statement).all()
    if not found:
        raise DomainError("no such committee; load data first (mediation demo load)")
    if len(found) > 1:
        raise DomainError("several committees: say --committee " + " | ".join(one.name for one in found))
    return system(found[0].id)


def as_json(value: Any) -> None:
    """Print one JSON document; dates as ISO text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))
