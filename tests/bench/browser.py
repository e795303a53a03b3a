"""A signed-in reader who calls the WSGI application directly: no network, no test client in the measured time."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import EnvironBuilder

from tests.bench.ground import PASSWORD


class Browser:
    """Keeps the cookies of one person. Raises RuntimeError for an answer that is not the expected one."""

    def __init__(self, app: Flask, username: str) -> None:
        self._call = app.wsgi_app
        self._cookies: dict[str, str] = {}
        token = self.csrf_token("/login")
        self.request("/login", {"username": username, "password": PASSWORD, "csrf_token": token}, status=303)

    def request(self, address: str, form: Mapping[str, Any] | None = None, *, status: int = 200) -> bytes:
        """GET an address, or POST a form to it. Returns the body."""
        return self.run(self.prepared(address, form), status)

    @property
    def cookie(self) -> str:
        """What the browser sends along."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def prepared(self, address: str, form: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The request as the server hands it to the application."""
        path, _mark, query = address.partition("?")
        content = {"data": urlencode(form), "content_type": "application/x-www-form-urlencoded"} if form else {}
        return EnvironBuilder(
            path=path, query_string=query, method="POST" if form else "GET", headers={"Cookie": self.cookie}, **content
        ).get_environ()

    def run(self, environ: dict[str, Any], status: int = 200) -> bytes:
        """Hand a request to the application and read the whole answer."""
        seen: dict[str, Any] = {}

        def start_response(line: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            seen.update(status=int(line[:3]), headers=headers)
            return BytesIO().write

        answer = self._call(environ, start_response)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        for name, value in seen["headers"]:
            if name == "Set-Cookie":
                self._cookies.update({key: one.value for key, one in SimpleCookie(value).items()})
        if seen["status"] != status:
            raise RuntimeError(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} answered {seen['status']}")
        return body

    def csrf_token(self, address: str) -> str:
        """The token of a page with a form."""
        text = self.request(address).decode()
        return text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
