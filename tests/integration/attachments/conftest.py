"""Everybody of the personas."""

import pytest

from tests import personas
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE
