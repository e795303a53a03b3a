"""Everybody of the personas, with rules and working days."""

import pytest

from tests.factories import casefiles
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT
