"""What most tests of accounts ask for: the people of the product, and a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mediation.core import clock
from tests import personas
from tests.integration.accounts.inviting import START
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


@pytest.fixture
def stopped_clock() -> Iterator[None]:
    with clock.frozen_at(START):
        yield
