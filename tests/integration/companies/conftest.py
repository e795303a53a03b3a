"""Everybody of the personas, and their companies."""

import pytest

from tests import personas
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE
