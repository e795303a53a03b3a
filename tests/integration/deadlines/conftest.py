"""Deadlines are tested with the rules and working days in the database, and a case to hang them on."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from mediation.core.db import transaction
from mediation.deadlines import service
from tests import personas
from tests.factories.statistics import make_case
from tests.product import Content


def fill(app: Flask) -> None:
    """Everybody, the rules and working days, one case of the duty lawyer."""
    personas.fill(app)
    with transaction():
        service.seed()
        world = personas.world()
        make_case(
            world.committee,
            date(2026, 9, 30),
            company=world.outlet,
            station=world.station,
            handler_id=personas.user("duty_lawyer").id,
        )


@pytest.fixture
def content() -> Content:
    return Content("deadlines", fill)
