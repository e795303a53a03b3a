"""The many random cases of the factories, looked at in November 2026."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from pypdf import PdfReader

from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import transaction
from mediation.reports import parts, service
from mediation.reports.models import MonthlyReport
from mediation.statistics.period import month
from tests import personas
from tests.factories.many_cases import MANY_CASES
from tests.product import Content

MARCH = month("2026-03")
NOVEMBER = datetime(2026, 11, 22, 10, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture
def content() -> Content:
    return MANY_CASES


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with clock.frozen_at(NOVEMBER):
        yield


@pytest.fixture
def who(context) -> Actor:
    return personas.actor("committee")


def make(who: Actor) -> tuple[MonthlyReport, bool]:
    """Issue March 2026 with its parts."""
    with transaction():
        report, is_new = service.make_report(who, MARCH)
    parts.make_parts()
    return report, is_new


def words(content: bytes) -> str:
    """The text of a PDF without blanks."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
