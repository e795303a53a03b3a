"""Chromium for tests: Debian's browser driven by Playwright, with an eye on everything the page complains about.

``live_server``   a real server with the demo data, shared by the tests of a module
``page``          a fresh page on it, 1280 × 800; the test fails if the page met an error, a refused script or a dead link
``look_at``       takes screenshots at desktop and phone width and fails when a page scrolls sideways
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, sync_playwright

from tests.live import LiveServer

SCREENSHOTS = Path(__file__).resolve().parent.parent / "var" / "screenshots"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 812}
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


class Complaints:
    """What a page complained about. ``expected`` holds words that excuse a complaint containing them."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self.found: list[str] = []
        self.expected: list[str] = []

    def watch(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("response", self._on_response)
        page.on("request", lambda request: self._on_request(request.url))

    def unexpected(self) -> list[str]:
        """The complaints nobody excused."""
        return [found for found in self.found if not any(words in found for words in self.expected)]

    def _on_console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is often the point of a test; its parts are looked at in _on_response.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type != "document"):
            self.found.append(f"{response.status}: {response.url}")

    def _on_request(self, url: str) -> None:
        if not url.startswith((self._origin, "data:", "blob:", "about:")):
            self.found.append(f"a request leaves the server: {url}")


def chromium() -> str:
    """The path of the browser. Fails the test where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Chromium is not installed: run .ci/system-packages")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this worker."""
    # As root Chromium refuses to start in its sandbox; everybody else keeps it.
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield running
        running.close()


@pytest.fixture(scope="session")
def demo_instance(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, dict[str, str]], Path]:
    """``demo_instance(folder, settings)`` lays an instance with the demo data there, made once per worker and ``NOW``."""
    made: dict[str, Path] = {}

    def lay(folder: Path, settings: dict[str, str]) -> Path:
        now = settings.get("NOW", "")
        if now not in made:
            first = LiveServer(tmp_path_factory.mktemp("demo") / "instance", **settings)
            for command in (["db", "upgrade"], ["demo", "load"]):
                done = first.run(*command)
                assert done.returncode == 0, done.stderr
            made[now] = first.instance
        return Path(shutil.copytree(made[now], folder))

    return lay


@pytest.fixture(scope="module")
def live_settings() -> dict[str, str]:
    """Settings of the live server besides the usual ones; a module overrides it (``NOW``, ``DATABASE_URL``, …)."""
    return {}


@pytest.fixture(scope="module")
def live_server(
    tmp_path_factory: pytest.TempPathFactory, live_settings: dict[str, str], demo_instance: Callable
) -> Iterator[LiveServer]:
    """A server with the demo data. Tests of one module see each other's changes."""
    folder = tmp_path_factory.mktemp("live") / "instance"
    if "DATABASE_URL" not in live_settings:
        demo_instance(folder, live_settings)
    server = LiveServer(folder, "--with-demo", **live_settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def complaints(live_server: LiveServer) -> Complaints:
    """What the page of this test complains about."""
    return Complaints(live_server.url)


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, complaints: Complaints) -> Iterator[Page]:
    """A page with no cookies yet; addresses may be relative: ``page.goto("/cases")``."""
    context = browser.new_context(
        base_url=live_server.url, viewport=DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    opened = context.new_page()
    complaints.watch(opened)
    yield opened
    context.close()
    assert complaints.unexpected() == []


@pytest.fixture
def look_at(page: Page) -> Callable[[str], None]:
    """``look_at("case-page")`` photographs the page as it stands into var/screenshots, wide and narrow."""

    def look(name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        try:
            for size in (PHONE, DESKTOP):
                page.set_viewport_size(size)
                page.screenshot(path=SCREENSHOTS / f"{name}-{size['width']}.png", full_page=True)
                assert sideways(page) <= 0, f"{name} scrolls sideways at {size['width']} px by {sideways(page)} px"
        finally:
            page.set_viewport_size(DESKTOP)

    return look


def sign_in(page: Page, username: str, password: str) -> None:
    """Log in through the form, whoever was logged in before being forgotten; ends on the home page."""
    page.goto("about:blank")  # nothing under way may answer with the old cookie
    page.context.clear_cookies()
    page.goto("/login")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)


def follow(control: Locator) -> None:
    """Click what leads to another page, and go on when that page is there with its scripts.

    A plain click returns while the next page is still on its way: what does not wait by itself (``all``, ``count``, the
    address, "is not there") would be asked of half a page or of the one before.
    """
    with control.page.expect_event("load"):
        control.click()


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
