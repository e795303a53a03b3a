"""The browser tests notice what a page complains about."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page

from tests.browser import SCREENSHOTS, Complaints

HEAD = (
    "<!doctype html><html lang='zh'><head><meta name='viewport' content='width=device-width'><title>页</title></head>"
)
PAGES = {
    "/sound": "<body>你好",
    "/inline-script": "<body><script>document.title = 'x'</script>",
    "/inline-style": "<body><p style='color: red'>",
    "/foreign": "<body><img src='http://127.0.0.2:9/a.png'>",
    "/dead-part": "<body><script src='/gone.js'></script>",
    "/broken-script": "<body><script src='/broken.js'></script>",
    "/wide": "<body><img src='/wide.svg' width='900' height='10'>",
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        scripts = {
            "/broken.js": "nothing.here()",
            "/favicon.ico": " ",
            "/wide.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        }
        body = scripts.get(self.path) or PAGES.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Security-Policy", "default-src 'self' http://127.0.0.2:9")
        kind = (
            "text/javascript" if self.path.endswith(".js") else "image/svg+xml" if ".svg" in self.path else "text/html"
        )
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write((body if self.path in scripts else HEAD + (body or "没有")).encode())

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def live_server() -> Iterator[SimpleNamespace]:
    """Pages with one fault each, in place of the product."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/sound", "/missing-page"])
def test_a_sound_page_and_a_missing_one_are_no_complaint(page: Page, complaints: Complaints, path: str):
    page.goto(path, wait_until="networkidle")
    assert complaints.found == []


@pytest.mark.parametrize(
    "path, words",
    [
        ("/inline-script", "Content Security Policy"),
        ("/inline-style", "Content Security Policy"),
        ("/foreign", "a request leaves the server"),
        ("/dead-part", "404"),
        ("/broken-script", "script error"),
    ],
)
def test_a_fault_is_noticed(page: Page, complaints: Complaints, path: str, words: str):
    page.goto(path, wait_until="networkidle")
    assert any(words in complaint for complaint in complaints.unexpected()), complaints.found
    complaints.expected = [""]


def test_a_page_is_photographed_at_both_widths(page: Page, look_at):
    page.goto("/sound")
    for width in (375, 1280):
        (SCREENSHOTS / f"sound-{width}.png").unlink(missing_ok=True)
    look_at("sound")
    assert all((SCREENSHOTS / f"sound-{width}.png").stat().st_size > 1000 for width in (375, 1280))


def test_a_page_that_scrolls_sideways_on_a_phone_is_noticed(page: Page, look_at):
    page.goto("/wide", wait_until="networkidle")
    with pytest.raises(AssertionError, match="wide scrolls sideways at 375 px by"):
        look_at("wide")
