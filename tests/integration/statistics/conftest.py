"""The many random cases of the factories, and their keys."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mediation.companies.models import Company
from mediation.core.db import db
from mediation.stations.models import Station
from tests.factories.many_cases import MANY_CASES
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return MANY_CASES


@pytest.fixture
def names(context) -> dict[str, int]:
    """Keys of companies and stations by name."""
    found = dict(db.session.execute(select(Company.name, Company.id)).all())
    return found | dict(db.session.execute(select(Station.name, Station.id)).all())
