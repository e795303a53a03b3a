"""Everybody of the personas; the real ledger with its answer key."""

import json
from pathlib import Path

import pytest

from tests import personas
from tests.product import Content

DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


@pytest.fixture(scope="session")
def real_ledger() -> bytes:
    """The sample of a real committee's ledger, which is kept beside the repository."""
    path = DATA / "ledger.xlsx"
    if not path.exists():
        pytest.skip("the sample ledger is not here")
    return path.read_bytes()


@pytest.fixture(scope="session")
def key() -> dict:
    """Its answer key."""
    path = DATA / "ledger_expected.json"
    if not path.exists():
        pytest.skip("the answer key is not here")
    return json.loads(path.read_text(encoding="utf-8"))
