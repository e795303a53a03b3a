"""Two and a half years of cases in the database: a headquarters whose arrears of wages have doubled, and a steady one."""

from __future__ import annotations

import random
from datetime import date, timedelta

from flask import Flask

from mediation.core.db import transaction
from tests import personas
from tests.factories import accounts
from tests.factories import statistics as make
from tests.factories.signal_years import poisson
from tests.product import Content

TODAY = date(2026, 11, 20)  # a Friday
FIRST = TODAY - timedelta(weeks=150)
DOUBLED = date(2026, 10, 5)
FIRST_OUTLET, SECOND_OUTLET = "云岫速运青浦网点", "云岫速运嘉定网点"
RARE_CAUSE, PLANTED_CAUSE = "freight.arrears", "wage.arrears"


def _fill(app: Flask) -> None:
    personas.fill(app)
    rng = random.Random(11)
    with transaction():
        world = personas.world()
        second = accounts.make_company(world.committee, SECOND_OUTLET, parent=world.region)
        outlets = [world.outlet, world.outlet, second]
        day = FIRST
        while day < TODAY:
            for _ in range(poisson(1.2 * (2 if day >= DOUBLED else 1), rng)):
                _case(world.committee, day, rng.choice(outlets), PLANTED_CAUSE)
            for _ in range(poisson(0.25, rng)):
                _case(world.committee, day, rng.choice(outlets), "contract.severance")
            for _ in range(poisson(0.8, rng)):
                _case(world.committee, day, world.other_company, PLANTED_CAUSE)
            day += timedelta(days=1)
        # A cause that comes about every hundred days, and then seven times within three weeks.
        for back in (1000, 890, 800, 720, 610, 500, 400, 300, 210, 18, 15, 12, 9, 7, 4, 2):
            _case(world.committee, TODAY - timedelta(days=back), world.other_company, RARE_CAUSE)
        # Twelve workers in four cases at one outlet within ten days.
        for back in (9, 6, 4, 2):
            _case(world.committee, TODAY - timedelta(days=back), second, "injury.benefits", headcount=3)


def _case(committee, day: date, company, cause: str, **columns) -> None:
    make.make_case(committee, day, company=company, category_code=cause, state="accepted", **columns)


SIGNAL_CASES = Content("signal_cases", _fill)
