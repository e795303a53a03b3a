"""Everybody of the personas, with C01 up to its drafted agreement."""

import pytest

from tests.factories import documents as play
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return play.DRAFTED


@pytest.fixture
def number() -> str:
    """C01: heard and drafted, nothing issued."""
    return play.DRAFTED_NUMBER
