"""People, a company tree and three like cases."""

from __future__ import annotations

import pytest

from tests.factories.recommendations import CONTENT
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return CONTENT
