"""Keyset paging, answers to bad input, error pages."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Flask, g, jsonify, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from mediation.core.errors import DomainError

Row = TypeVar("Row")
PAGE_SIZE = 50
STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list. ``next`` and ``previous`` are cursors for the URL, None at the ends."""

    rows: Sequence[Row]
    next: str | None = None
    previous: str | None = None


def encode_cursor(*key: Any) -> str:
    """A position in a sorted list, for the URL (dates as ISO text)."""
    text = json.dumps([value.isoformat() if hasattr(value, "isoformat") else value for value in key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> list[Any] | None:
    """The position of a cursor; None for none or for one that was typed by hand."""
    if not cursor:
        return None
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        return None
    return value if isinstance(value, list) else None


def keyset_page(
    fetched: Sequence[Row], key: Callable[[Row], tuple], *, backwards: bool, started: bool, size: int = PAGE_SIZE
) -> Page[Row]:
    """Cut ``size + 1`` fetched rows to a page.

    ``fetched`` stands in reading direction (reversed for ``backwards``); ``started`` says that a cursor was given.
    """
    more = len(fetched) > size
    rows = list(fetched[:size])
    if backwards:
        rows.reverse()
    if not rows:
        return Page(rows)
    has_next = more if not backwards else True
    has_previous = started if not backwards else more
    return Page(
        rows,
        next=encode_cursor(*key(rows[-1])) if has_next else None,
        previous=encode_cursor(*key(rows[0])) if has_previous else None,
    )


def wants_json() -> bool:
    """Whether a script of ours asked (type-ahead, autosave), not a person."""
    return request.headers.get("X-Requested-With") == "fetch" or request.accept_mimetypes.best == "application/json"


def error_page(status: int, message: object = "") -> tuple[Any, int]:
    """The page of a status, in the user's language."""
    request_id = getattr(g, "request_id", "")
    if wants_json():
        return jsonify(error=str(message), status=status, request_id=request_id), status
    shown = status if status in STATUSES else (500 if status >= 500 else 400)
    return render_template(f"errors/{shown}.html", message=message, request_id=request_id), status


def install(app: Flask) -> None:
    """Map errors of the trade and of HTTP to pages. Domain errors that a form did not catch get a page, too."""

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError):
        return error_page(error.status, error.message)

    @app.errorhandler(CSRFError)
    def csrf_error(_error: CSRFError):
        # The library's words are English. A script whose user was logged out meanwhile has to know that it was that.
        return error_page(401 if wants_json() and not current_user.is_authenticated else 400)

    @app.errorhandler(IntegrityError)
    @app.errorhandler(StaleDataError)
    def overtaken(_error: Exception):
        # Two people did the same at the same moment; the rule of the database let one through.
        log.warning("a conflict in request %s", getattr(g, "request_id", ""), exc_info=True)
        return error_page(409)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException):
        code = error.code or 500
        if code < 400:
            return error
        return error_page(code)

    @app.errorhandler(Exception)
    def unexpected(error: Exception):
        # The traceback goes to the log with the id the user can read out; personal values never do (no form data).
        log.exception("unexpected error, request %s", getattr(g, "request_id", ""))
        if app.config.get("PROPAGATE_EXCEPTIONS") or (app.testing and not app.config.get("SHOW_ERROR_PAGES")):
            raise error
        return error_page(500)
