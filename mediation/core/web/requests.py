"""What people send, without what no database takes: the character NUL, and keys beyond any key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import flask
from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, Map

MOST_KEY = 2**63 - 1
_NUL = "\0"


class Sent(ImmutableMultiDict):
    """Fields of a form or an address. NUL is left out: PostgreSQL takes none in a text, and nobody means one."""

    def __init__(self, mapping: Any = None) -> None:
        if isinstance(mapping, MultiDict):
            mapping = list(mapping.items(multi=True))
        elif isinstance(mapping, dict):
            mapping = list(mapping.items())
        super().__init__(_without_nul(mapping or ()))


def _without_nul(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [
        (name.replace(_NUL, ""), value.replace(_NUL, "") if isinstance(value, str) else value) for name, value in pairs
    ]


class Request(flask.Request):
    """A request whose fields may be stored as they are."""

    parameter_storage_class = Sent


class KeyConverter(IntegerConverter):
    """A key in a path. What is larger than any key names nothing (404) instead of asking the database for it."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": MOST_KEY} | kwargs)


def key(text: str) -> int:
    """A key in a query, for ``request.args.get(name, type=key)``. Raises ValueError for what can be none."""
    number = int(text)
    if not 0 <= number <= MOST_KEY:
        raise ValueError(text)
    return number


def install(app: Flask) -> None:
    """Before any route is made: routes keep the converters they are made with."""
    app.request_class = Request
    app.url_map.converters["int"] = KeyConverter

    @app.before_request
    def name_something() -> None:
        if _NUL in request.path:
            abort(404)
