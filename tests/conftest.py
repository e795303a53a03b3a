"""Fixtures for all tests.

``app``      the application on SQLite and on PostgreSQL in turn, its database as ``content`` says
``client``   a browser without scripts
``context``  an application context, for calling services and queries directly
``page``     Chromium (see tests/browser.py)

A folder or module that wants people or cases in the database overrides ``content``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.databases import NAMES

# Only a test that asks for the application imports it: unit tests start at once.
if TYPE_CHECKING:
    from flask import Flask
    from flask.ctx import AppContext
    from flask.testing import FlaskClient

    from tests.product import Content, Product

pytest_plugins = ["tests.browser"]

# The same examples every time, and no verdict on a busy machine's speed.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--databases",
        default=",".join(NAMES),
        help="engines for tests with a database, by comma (default: %(default)s)",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", metafunc.config.getoption("--databases").split(","), indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "[postgresql" in item.name:
            item.add_marker("postgresql")


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The name of the database engine; each test that uses it runs once per engine."""
    return request.param


@pytest.fixture(scope="session")
def product_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Product]]:
    """The product on an engine, started when first asked for."""
    from tests.product import Product

    started: dict[str, Product] = {}

    def ask(engine: str) -> Product:
        if engine not in started:
            started[engine] = Product(engine, tmp_path_factory.mktemp(engine))
        return started[engine]

    yield ask
    for product in started.values():
        product.close()


@pytest.fixture
def content() -> Content:
    """What is in the database when a test begins; override it to have more than empty tables."""
    from tests.product import MIGRATED

    return MIGRATED


@pytest.fixture
def app(product_on: Callable[[str], Product], engine: str, content: Content) -> Flask:
    """The application, with a database of its own for this test. No context is pushed."""
    return product_on(engine).reset(content)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody is logged in."""
    return app.test_client()


@pytest.fixture
def context(app: Flask) -> Iterator[AppContext]:
    """An application context. Do not mix with ``client``: its requests would share this context's session and user."""
    with app.app_context() as pushed:
        yield pushed
