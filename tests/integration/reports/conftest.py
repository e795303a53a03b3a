"""The many random cases of the factories."""

from __future__ import annotations

import pytest

from tests.factories.many_cases import MANY_CASES
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return MANY_CASES
